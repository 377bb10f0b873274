import type { ChildExecutions } from '../../../lib';
import type { FeatureProps } from '../../../lib/private/protocol';
import type { ExecutionLimits } from '../../../lib/private/protocol/restrictions';
import type { BucketSetup } from '../setup/schema';

/** CDK context key of the scenario. */
export const SCENARIO_CONTEXT = 'mpcopy:scenario';

/** Account and Region of the scenario app, which AWS uses in examples. */
export const SCENARIO_ENVIRONMENT = { account: '123456789012', region: 'us-east-1' };

/**
 * The requirements of a run for the app that it synthesizes. They are derived from a setup file and the options of the
 * execution input.
 */
export interface Scenario {
  readonly source: LocationScenario;
  readonly destination: LocationScenario;
  readonly features: FeatureProps;
  /** Features that the options need. */
  readonly limits: ExecutionLimits;
  readonly maxConcurrency?: number;
  readonly childExecutions?: `${ChildExecutions}`;
  /** ARNs of the secrets that hold SSE-C keys. */
  readonly customerKeys: string[];
}

/** The source or the destination of a scenario. */
export interface LocationScenario {
  readonly name?: string;
  readonly versioning?: BucketSetup['versioning'];
  readonly encryption?: { sseAlgorithm: string; kmsKeyArn?: string; bucketKeyEnabled?: boolean };
  readonly objectLock?: boolean;
  readonly objectOwnership?: BucketSetup['objectOwnership'];
  /** Set if the bucket belongs to another account or is in another Region. */
  readonly foreign?: { account: string; region: string };
  readonly accessPoint?: string;
  readonly directoryBucket?: boolean;
  /** ARNs of KMS keys that objects use in addition to the bucket's default key. */
  readonly keyArns: string[];
}
