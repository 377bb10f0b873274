/**
 * What a workflow can copy or do besides bytes and headers. Each feature needs permissions of its own, so a prop of
 * `MultipartCopyWorkflow` turns it on, and Plan rejects executions that need a feature that is off.
 */
export const FEATURES = {
  tags: { prop: 'copyTags', default: true },
  acl: { prop: 'copyAcl', default: false },
  objectLock: { prop: 'copyObjectLock', default: false },
  annotations: { prop: 'copyAnnotations', default: false },
  restore: { prop: 'allowRestore', default: false },
} as const;

export type Feature = keyof typeof FEATURES;

export const FEATURE_NAMES = Object.keys(FEATURES) as readonly Feature[];

/** The props of `MultipartCopyWorkflow` that turn features on. */
export type FeatureProps = { readonly [F in Feature as (typeof FEATURES)[F]['prop']]?: boolean };
