import type { CopyAttempt } from '../../lib/private/protocol';

/** Why there may have been attempts of a step before this one. */
export interface EarlierAttempts {
  /** Retries of the state. A redrive resets them. */
  readonly retryCount: number;
  /** Redrives of the execution. An attempt of the step may have been stopped before them. */
  readonly redriveCount: number;
}

export function earlierAttempts({ retryCount, executionContext }: CopyAttempt<unknown>): EarlierAttempts {
  return { retryCount, redriveCount: executionContext.RedriveCount ?? 0 };
}
