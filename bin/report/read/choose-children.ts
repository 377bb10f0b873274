import type { ExecutionListItem } from '@aws-sdk/client-sfn';

/** The children that ended last determine the duration of a Map, so some of them are always chosen. */
const LAST_ENDED = 10;

/**
 * Chooses the child executions whose histories are read: first those that did not succeed, in the order of their end, then those that
 * ended last, then the slowest ones, because a part that was retried takes longer.
 *
 * @returns at most `limit` execution ARNs
 */
export function chooseChildren(children: readonly ExecutionListItem[], limit: number): string[] {
  const failed = children.filter(({ status }) => status === 'FAILED' || status === 'TIMED_OUT');
  const byEnd = [...children].sort((a, b) => endOf(b) - endOf(a));
  const bySeconds = [...children].sort((a, b) => durationOf(b) - durationOf(a));
  const chosen = new Set<string>();
  for (const { executionArn } of [
    ...failed.sort((a, b) => endOf(a) - endOf(b)),
    ...byEnd.slice(0, LAST_ENDED),
    ...bySeconds,
  ]) {
    if (chosen.size >= limit) break;
    if (executionArn !== undefined) chosen.add(executionArn);
  }
  return [...chosen];
}

/** Running children have no end. */
function endOf({ stopDate }: ExecutionListItem): number {
  return stopDate?.getTime() ?? Infinity;
}

function durationOf(child: ExecutionListItem): number {
  const { startDate } = child;
  return startDate === undefined ? 0 : endOf(child) - startDate.getTime();
}
