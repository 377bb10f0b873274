import { retriesOf } from './history';
import type { Part, Parts } from './report';

/** How long parts took, and what went wrong. Milliseconds. */
export interface PartStatistics {
  readonly ended: number;
  readonly succeeded: number;
  readonly running: number;
  readonly failed: number;
  readonly aborted: number;
  /** Parts that needed more than one try, of those whose tries are known. */
  readonly retried: number;
  /** Tries beyond the first. */
  readonly retries: number;
  /** Of parts that succeeded; absent where none did. */
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

/** 0 for a part that runs. */
export function partMs({ startMs, stopMs = startMs }: Part): number {
  return stopMs - startMs;
}

/** Parts that are worth a look: those that failed, then those that were retried, then the slowest. */
export function remarkableParts(parts: Parts, most: number): Part[] {
  const slowest = [...parts.items].sort((a, b) => partMs(b) - partMs(a));
  const failed = slowest.filter(({ outcome }) => outcome === 'FAILED' || outcome === 'TIMED_OUT');
  const retried = slowest.filter(({ attempts = [] }) => attempts.length > 1);
  return [...new Set([...failed, ...retried.slice(0, most / 2), ...slowest.slice(0, most / 4)])].slice(0, most);
}
