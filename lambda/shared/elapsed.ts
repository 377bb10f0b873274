import type { ExecutionContext } from '../../lib/private/protocol';

/** For how long the execution has been running. */
export function elapsedSeconds({ startTime }: ExecutionContext): number {
  return Math.max(0, (Date.now() - Date.parse(startTime)) / 1000);
}
