import type { ExecutionListItem } from '@aws-sdk/client-sfn';

/** Children that ended last decide how long a Map takes, so a few of them are always among the chosen. */
const LAST_ENDED = 10;

/**
 * The child executions whose history says the most: those that did not succeed, the first of them first; those that ended
 * last; then the slowest, since a part that was retried takes longer than others.
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

/** Those that run have no end yet. */
function endOf({ stopDate }: ExecutionListItem): number {
  return stopDate?.getTime() ?? Infinity;
}

function durationOf(child: ExecutionListItem): number {
  const { startDate } = child;
  return startDate === undefined ? 0 : endOf(child) - startDate.getTime();
}
