import { retriesOf } from './history';
import type { Part, Parts } from './report';

/** Durations of the parts in milliseconds, and their failures. */
export interface PartStatistics {
  readonly ended: number;
  readonly succeeded: number;
  readonly running: number;
  readonly failed: number;
  readonly aborted: number;
  /** Number of parts that needed more than one attempt, of those whose attempts are known. */
  readonly retried: number;
  /** Number of attempts after the first of each part. */
  readonly retries: number;
  /** Durations of parts that succeeded. Absent if there are none. */
  readonly times?: { readonly median: number; readonly p95: number; readonly slowest: Part };
}

export function statisticsOf({ items }: Parts): PartStatistics {
  const count = (...outcomes: Part['outcome'][]): number =>
    items.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const succeeded = items.filter(({ outcome }) => outcome === 'SUCCEEDED').sort((a, b) => partMs(a) - partMs(b));
  const rank = (share: number): number =>
    partMs(succeeded[Math.min(succeeded.length - 1, Math.floor(share * succeeded.length))]!);
  const slowest = succeeded.at(-1);
  return {
    ended: items.filter(({ stopMs }) => stopMs !== undefined).length,
    succeeded: succeeded.length,
    running: count('RUNNING'),
    failed: count('FAILED', 'TIMED_OUT'),
    aborted: count('ABORTED'),
    retried: items.filter(({ attempts = [] }) => attempts.length > 1).length,
    retries: items.reduce((sum, { attempts = [] }) => sum + retriesOf(attempts), 0),
    ...(slowest && { times: { median: rank(0.5), p95: rank(0.95), slowest } }),
  };
}

/** The duration of a part; 0 if it is running. */
export function partMs({ startMs, stopMs = startMs }: Part): number {
  return stopMs - startMs;
}

/** Notable parts: those that failed, then those that were retried, then the slowest. */
export function notableParts(parts: Parts, most: number): Part[] {
  const slowest = [...parts.items].sort((a, b) => partMs(b) - partMs(a));
  const failed = slowest.filter(({ outcome }) => outcome === 'FAILED' || outcome === 'TIMED_OUT');
  const retried = slowest.filter(({ attempts = [] }) => attempts.length > 1);
  return [...new Set([...failed, ...retried.slice(0, most / 2), ...slowest.slice(0, most / 4)])].slice(0, most);
}
