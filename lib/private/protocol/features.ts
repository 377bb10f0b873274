/**
 * What a workflow may carry or do besides bytes and headers. Each brings permissions along, so the construct says which
 * are on, and Plan refuses an execution that asks for another.
 */
export const FEATURES = ['tags', 'acl', 'objectLock', 'annotations', 'restore'] as const;

export type Feature = (typeof FEATURES)[number];
