import {
  decodeLocations,
  ENV_LOCATIONS,
  ENV_SETTINGS,
  type Location,
  type Locations,
  type WorkflowSettings,
} from '../../../lib/private/protocol';
import { readVariable } from '../../shared/variable';

/** The environment variables of Plan, which the construct and Lambda set. */
export interface PlanEnvironment {
  readonly settings: WorkflowSettings;
  /** Each with its owner, which every call sends to S3. */
  readonly locations: Locations;
  /** The Region of the workflow. */
  readonly region: string;
}

export function readEnvironment(): PlanEnvironment {
  const settings = JSON.parse(readVariable(ENV_SETTINGS)) as WorkflowSettings;
  const { sources, destinations } = decodeLocations(readVariable(ENV_LOCATIONS));
  const withOwner = (location: Location): Location => ({ ...location, owner: location.owner ?? settings.account });
  return {
    settings,
    locations: { sources: sources.map(withOwner), destinations: destinations.map(withOwner) },
    region: readVariable('AWS_REGION'),
  };
}
