/**
 * Statuses of executions that may have left an upload, or that use one. The running ones are first: one that ends meanwhile is then read
 * twice, and never missed.
 */
export const UPLOADING_STATUSES = ['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
