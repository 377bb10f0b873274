import type { Feature } from './features';

/** Environment variables that the construct sets on the functions. Only Plan reads them. */
export const ENV_LOCATIONS = 'MPCOPY_LOCATIONS';
export const ENV_SETTINGS = 'MPCOPY_SETTINGS';

/** A bucket and the key prefix below which the workflow may read or write. */
export interface Location {
  /** Name of a bucket, or ARN or alias of an access point: what the execution input names. */
  readonly bucket: string;
  readonly prefix: string;
  /** Of the bucket; absent: the workflow's own. */
  readonly region?: string;
  /** Account that owns the bucket, where it is not the workflow's own: the default of the expected owners. */
  readonly owner?: string;
  /** Of destinations: canned ACL of copies, for buckets of others whose ACLs are on. */
  readonly acl?: string;
}

/** Value of the environment variable `MPCOPY_LOCATIONS`, as JSON. */
export interface Locations {
  readonly sources: Location[];
  readonly destinations: Location[];
}

/** Value of the environment variable `MPCOPY_SETTINGS`, as JSON. */
export interface WorkflowSettings {
  /** Bytes; absent: the planner decides. */
  readonly partSize?: number;
  readonly maxConcurrency: number;
  readonly features: Feature[];
  /** ARNs of the secrets with customer-provided keys (SSE-C) that executions may name. */
  readonly customerKeys?: string[];
  /** Options of executions that name none, in the form of the input's `options`. */
  readonly options?: { readonly [name: string]: unknown };
}
