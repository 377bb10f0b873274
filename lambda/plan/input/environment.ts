import { ENV_LOCATIONS, ENV_SETTINGS, type Locations, type WorkflowSettings } from '../../../lib/private/protocol';

/** What the construct passes to Plan. */
export interface PlanEnvironment {
  readonly settings: WorkflowSettings;
  readonly locations: Locations;
}

export function readEnvironment(): PlanEnvironment {
  return { settings: parse<WorkflowSettings>(ENV_SETTINGS), locations: parse<Locations>(ENV_LOCATIONS) };
}

function parse<T>(name: string): T {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`environment variable ${name} is not set; deploy this function with MultipartCopyWorkflow`);
  }
  return JSON.parse(value) as T;
}
