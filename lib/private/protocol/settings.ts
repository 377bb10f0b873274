import type { Feature } from './features';

/** Environment variables of Plan. */
export const ENV_LOCATIONS = 'MPCOPY_LOCATIONS';
export const ENV_SETTINGS = 'MPCOPY_SETTINGS';

/** A bucket and the key prefix below which the workflow can read or write. */
export interface Location {
  /** Name of a bucket, or ARN or alias of an access point, as execution inputs name it. */
  readonly bucket: string;
  readonly prefix: string;
  /** Region of the bucket. Absent: the Region of the workflow. */
  readonly region?: string;
  /** Account that owns the bucket, if it is another one. The default of the expected owner. */
  readonly owner?: string;
  /** Of a destination: canned ACL of copies, for buckets of other accounts with ACLs enabled. */
  readonly acl?: string;
}

/** Value of `MPCOPY_LOCATIONS`, as JSON. */
export interface Locations {
  readonly sources: Location[];
  readonly destinations: Location[];
}

/**
 * Value of `MPCOPY_SETTINGS`, as JSON: what applies to every execution. Options that no execution can change, and limits
 * that the construct sets, belong here, too.
 */
export interface WorkflowSettings {
  /** Bytes. Absent: chosen for each object. */
  readonly partSize?: number;
  readonly maxConcurrency: number;
  readonly features: Feature[];
  /** ARNs of the secrets with customer-provided keys (SSE-C) that executions can name. */
  readonly customerKeys?: string[];
  /** Options for executions that leave them out, as in the execution input. */
  readonly options?: { readonly [name: string]: unknown };
}
