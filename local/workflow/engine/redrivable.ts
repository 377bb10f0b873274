import { LIMITS } from './limits';
import { type ExecutionRecord } from './records';

const DAY_MS = 24 * 3600 * 1000;

/**
 * Why an execution cannot be redriven, in the words of DescribeExecution's `redriveStatusReason`; undefined if it can.
 *
 * @param now milliseconds since 1970
 */
export function notRedrivable(
  { type, status, stopDate, eventCount }: Pick<ExecutionRecord, 'type' | 'status' | 'stopDate' | 'eventCount'>,
  now: number,
): string | undefined {
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  // RedriveExecution requires fewer than 24,999 events, so that there is room for its own event and the last one.
  if (type === 'STANDARD' && eventCount >= LIMITS.historyEvents - 1) return 'Execution history event limit exceeded';
  const isOld = stopDate !== undefined && now - stopDate.getTime() > LIMITS.redriveDays * DAY_MS;
  return isOld ? 'Execution redrivable period exceeded' : undefined;
}
