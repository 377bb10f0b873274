import type { Feature } from './features';
import type { Restrictions } from './restrictions';

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
  /** Account that owns the bucket. Absent: the account of the workflow. */
  readonly owner?: string;
  /** Of a destination: canned ACL of copies, for buckets of other accounts with ACLs enabled. */
  readonly acl?: string;
  /**
   * Of a source in the account of the workflow: `n` if the role may not have the permission to name versions of its objects. In other
   * accounts, the owner decides.
   */
  readonly versions?: string;
  /** Of an access point: the name of the bucket behind it. */
  readonly behind?: string;
}

/** Value of `MPCOPY_LOCATIONS`, as locations.ts writes it. */
export interface Locations {
  readonly sources: Location[];
  readonly destinations: Location[];
}

/**
 * Value of `MPCOPY_SETTINGS`, as JSON: what applies to every execution.
 */
export interface WorkflowSettings extends Restrictions {
  /** Account of the workflow. It owns the buckets for which no other owner is declared. */
  readonly account: string;
  /** Bytes. Absent: chosen for each object. */
  readonly partSize?: number;
  /** When parts are copied in Express executions. Absent: never. */
  readonly childExecutions?: 'EXPRESS' | 'AUTO';
  readonly features: Feature[];
  /** ARNs of the secrets with customer-provided keys (SSE-C) that executions can name. */
  readonly customerKeys?: string[];
}
