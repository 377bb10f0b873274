import type { ExecutionContext } from '../../lib/private/protocol';

/** Seconds since the execution started. */
export function elapsedSeconds({ startTime }: ExecutionContext): number {
  return Math.max(0, (Date.now() - Date.parse(startTime)) / 1000);
}
