/** Something that runs for a while. Without an end it runs on. */
interface Interval {
  readonly startMs: number;
  readonly stopMs?: number;
}

/**
 * Puts intervals into lanes in which they do not overlap, as few as possible. Of the lanes that are free, an interval gets
 * the one that became free last: the next part is started when a part ends, so that is the one whose place it took.
 *
 * @param intervals by start
 * @returns the lane of each, from 0
 */
export function assignLanes(intervals: readonly Interval[]): { readonly lanes: number[]; readonly count: number } {
  /** Free lanes by the time they became free, and lanes in use by the time they will. */
  const free: { readonly at: number; readonly lane: number }[] = [];
  const lanes: number[] = [];
  const busy: { readonly at: number; readonly lane: number }[] = [];
  let count = 0;
  for (const { startMs, stopMs = Infinity } of intervals) {
    while (busy.length > 0 && busy[0]!.at <= startMs) free.push(busy.shift()!);
    const lane = free.pop()?.lane ?? count++;
    lanes.push(lane);
    busy.splice(firstAfter(busy, stopMs), 0, { at: stopMs, lane });
  }
  return { lanes, count };
}

/** Index of the first entry that is later; entries are sorted. */
function firstAfter(entries: readonly { readonly at: number }[], at: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entries[middle]!.at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
