import type { Flow } from './expected';

/**
 * Bytes per second in each of `bins` equal intervals from `startMs` to `stopMs`. S3 does not report the progress of a part copy, so its
 * bytes are distributed evenly over its duration.
 */
export function binThroughput(flows: readonly Flow[], startMs: number, stopMs: number, bins: number): number[] {
  const width = (stopMs - startMs) / bins;
  const bytes = new Array<number>(bins).fill(0);
  if (!(width > 0)) return bytes;
  for (const flow of flows) {
    const from = Math.max(flow.startMs, startMs);
    const to = Math.min(flow.stopMs, stopMs);
    if (to <= from) continue;
    const perMs = flow.bytes / (flow.stopMs - flow.startMs);
    const last = Math.min(bins - 1, Math.floor((to - startMs) / width));
    for (let bin = Math.max(0, Math.floor((from - startMs) / width)); bin <= last; bin++) {
      const overlap = Math.min(to, startMs + (bin + 1) * width) - Math.max(from, startMs + bin * width);
      if (overlap > 0) bytes[bin]! += overlap * perMs;
    }
  }
  return bytes.map((sum) => (sum / width) * 1000);
}
