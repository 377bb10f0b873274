/**
 * Statuses of executions that may have left an upload, or that use one. Running executions come first: an execution
 * that ends in the meantime is then read twice, but never missed.
 */
export const UPLOADING_STATUSES = ['RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
