import { modelledPartSeconds } from '../../lib/private/estimates/copy-model';
import type { Tries } from '../shared/tries';

/** The first try waits for this multiple of the time that the model expects. */
const FACTOR = 5;
/** A try with less than this multiple would be cut off. */
const MIN_FACTOR = 2;
/** The shortest timeout of a first try: S3 can take this long even for a small part. */
const MIN_MS = 60_000;
/** What an invocation needs to answer before the state of an Express execution ends. */
const EXPRESS_RESERVE_MS = 5_000;
/** An error is quick if it comes within this fraction of the time. The rest is longer than Plan expects for parts in Express executions. */
const EXPRESS_QUICK = 1 / 4;
/** What an invocation needs after its last try, to log and to answer. */
const RESERVE_MS = 20_000;

/**
 * S3 sends nothing until a part is copied, so a request whose answer was lost looks like a slow one until it times out. A try waits for five
 * times as long as the part takes at the published speed, and each further one twice as long as the one before it, also across
 * invocations: at least two tries fit into an invocation, and a part that really takes 14 minutes is copied eventually.
 *
 * | 5 GiB, 68 s expected | first try | second try |
 * | -------------------- | --------- | ---------- |
 * | first invocation     | 341 s     | the rest   |
 * | second               | 440 s     | the rest   |
 * | third and later      | 900 s     |            |
 *
 * @param bytes of the part
 * @param retryCount invocations before this one
 * @param remainingMs what is left of the invocation
 */
export function planTries(bytes: number, retryCount: number, remainingMs: () => number): Tries {
  const expectedMs = modelledPartSeconds(bytes) * 1000;
  const first = Math.max(MIN_MS, FACTOR * expectedMs);
  const left = () => remainingMs() - RESERVE_MS;
  const limitOf = (attempt: number) => {
    // If two invocations were not enough, the part may need all of the time. If that is not enough either, Lambda ends it, and the error
    // is the one that the state machine retries only a few times.
    if (retryCount >= 2) return remainingMs() + RESERVE_MS;
    return attempt === 1 ? left() / 2 : left();
  };
  return {
    timeoutMs: (attempt) => {
      const wanted = first * 2 ** (retryCount + attempt - 1);
      return Math.floor(Math.max(1, Math.min(wanted, limitOf(attempt))));
    },
    hasTime: () => left() >= MIN_FACTOR * expectedMs,
  };
}

/**
 * In an Express execution, the state times out before the function. So a try times out a little before the state: no request continues
 * after the state has ended. There is time for another try only after a quick error.
 *
 * @param trySeconds the timeout of the state
 * @param elapsedMs since the invocation began
 */
export function planExpressTries(trySeconds: number, elapsedMs: () => number): Tries {
  const stateMs = trySeconds * 1000;
  return { timeoutMs: () => stateMs - EXPRESS_RESERVE_MS, hasTime: () => elapsedMs() < stateMs * EXPRESS_QUICK };
}
