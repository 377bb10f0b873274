/** An interval of time. Without an end, it is still running. */
interface Interval {
  readonly startMs: number;
  readonly stopMs?: number;
}

/**
 * Assigns intervals to as few lanes as possible, so that the intervals of a lane do not overlap. An interval gets the free lane that became
 * free last, because the end of a part starts the next part.
 *
 * @param intervals in the order of their start
 * @returns the lane of each, from 0
 */
export function assignLanes(intervals: readonly Interval[]): { readonly lanes: number[]; readonly count: number } {
  /** Free lanes in the order in which they became free, and used lanes in the order in which they will become free. */
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

/** Index of the first entry after this time, in sorted entries. */
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
