import { asArray, asNumber, asObject, asString, asText, type JsonObject } from '../json';
import { type AslState } from './definition';
import { type StateFailure } from './failure';

/** Fields of a retrier with their defaults ("Retrying after error", Amazon States Language specification). */
export interface Retrier {
  readonly errorEquals: readonly unknown[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly unknown[];
  readonly next: string;
  /** Null discards the error; if undefined, the error replaces the input. */
  readonly resultPath: string | null | undefined;
}

export function retriersOf(state: AslState): readonly Retrier[] {
  return asArray(state.Retry)
    .map(asObject)
    .map((retrier) => ({
      errorEquals: asArray(retrier.ErrorEquals),
      intervalSeconds: asNumber(retrier.IntervalSeconds) ?? 1,
      maxAttempts: asNumber(retrier.MaxAttempts) ?? 3,
      backoffRate: asNumber(retrier.BackoffRate) ?? 2,
      maxDelaySeconds: asNumber(retrier.MaxDelaySeconds) ?? Infinity,
      fullJitter: retrier.JitterStrategy === 'FULL',
    }));
}

export function catchersOf(state: AslState): readonly Catcher[] {
  return asArray(state.Catch)
    .map(asObject)
    .map((catcher) => ({
      errorEquals: asArray(catcher.ErrorEquals),
      next: asText(catcher.Next),
      resultPath: catcher.ResultPath === null ? null : asString(catcher.ResultPath),
    }));
}

/**
 * Seconds before a retry.
 *
 * @param attempt 0 before the first retry by this retrier
 * @param fraction a number in [0, 1) for full jitter, which chooses a delay between zero and the maximum
 */
export function retryDelay(retrier: Retrier, attempt: number, fraction: () => number): number {
  const due = Math.min(retrier.intervalSeconds * retrier.backoffRate ** attempt, retrier.maxDelaySeconds);
  return retrier.fullJitter ? due * fraction() : due;
}

/** The value that a Catch writes to its ResultPath. */
export function errorOutput({ error, reason }: StateFailure): JsonObject {
  return { Error: error ?? '', Cause: reason ?? '' };
}
