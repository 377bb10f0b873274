import { ErrorName } from '../../../lib/private/protocol';
import { type CallContext, describeCall } from '../call-context';
import { CopyError, isCopyError, isTransient, sdkErrorOf } from '../errors';
import { explainError } from '../explain-error';
import { type CallRecord, logCall, type RequestMetadata } from '../logs/call';
import { SYSTEM_TIME, type Time } from '../time';

/** Attempts inside one invocation. The Retry policies of the state machine follow, with longer delays. */
const MAX_ATTEMPTS = 4;
/** Delays grow from here. A throttled service gets more time. */
const BASE_DELAY_MS = { throttled: 500, transient: 100 };
const MAX_DELAY_MS = 20_000;

/** What every call to AWS needs. */
export interface Caller {
  readonly time: Time;
  /** Called for every attempt of every call. */
  readonly record: (call: CallRecord) => void;
}

export const DEFAULT_CALLER: Caller = { time: SYSTEM_TIME, record: logCall };

interface Answer {
  readonly $metadata?: RequestMetadata;
}

/** An attempt that may have taken effect although it failed. Milliseconds since 1970, by the clock of the worker. */
export interface LostAttempt {
  readonly from: number;
  readonly to: number;
  /** Whether the service answered with an error. It can have had an effect all the same, as after an InternalError. */
  readonly isAnswered: boolean;
}

export interface AskOptions<O> {
  /** Whether there is time for one more attempt. */
  readonly hasTime?: () => boolean;
  /** What a successful answer lacks; undefined if it is complete. */
  readonly missing?: (answer: O) => string | undefined;
  /**
   * Finds the effect of an earlier attempt whose answer was lost. It is called after each failed attempt.
   *
   * @param lost attempts that may have taken effect, the failed one included if its outcome is unknown
   * @returns the lost answer; undefined if it was not found
   */
  readonly recover?: (error: CopyError, lost: readonly LostAttempt[]) => Promise<O | undefined>;
}

/**
 * Makes a call, and repeats it after transient errors. All calls to AWS go through here.
 *
 * @throws CopyError
 */
export async function ask<O extends Answer>(
  { time, record }: Caller,
  context: CallContext,
  send: () => Promise<O>,
  { missing, recover, hasTime = () => true }: AskOptions<O> = {},
): Promise<O> {
  const lost: LostAttempt[] = [];
  for (let attempt = 1; ; attempt++) {
    const startedAt = time.now();
    const done = () => ({ context, attempt, milliseconds: time.now() - startedAt });
    try {
      const answer = await send();
      throwIfIncomplete(context, missing?.(answer));
      record({ ...done(), request: answer.$metadata });
      return answer;
    } catch (thrown) {
      const error = explainError(thrown, context);
      record({ ...done(), request: sdkErrorOf(error)?.$metadata, error });
      if (isTransient(error)) lost.push({ from: startedAt, to: time.now(), isAnswered: isAnswered(error) });
      const recovered = await recover?.(error, lost);
      if (recovered) return recovered;
      if (attempt === MAX_ATTEMPTS || !isTransient(error) || !hasTime()) throw error;
      await time.sleep(delayBefore(attempt, error));
    }
  }
}

/** If the body of a 200 is an error followed by white space, the SDK returns a success without a result. */
function throwIfIncomplete(context: CallContext, missing: string | undefined): void {
  if (missing === undefined) return;
  throw new CopyError(ErrorName.TRANSIENT_S3_ERROR, `${describeCall(context)}: S3 answered 200 without ${missing}`);
}

function isAnswered(error: CopyError): boolean {
  return (sdkErrorOf(error)?.$metadata?.httpStatusCode ?? 0) >= 400;
}

/** Exponential, with full jitter. */
function delayBefore(attempt: number, error: CopyError): number {
  const base = isCopyError(error, ErrorName.THROTTLED) ? BASE_DELAY_MS.throttled : BASE_DELAY_MS.transient;
  return Math.random() * Math.min(MAX_DELAY_MS, base * 2 ** (attempt - 1));
}

/**
 * For calls that answer with an error if there is nothing to return.
 *
 * @returns undefined if the call fails with one of these error codes
 */
export async function unlessCode<O>(call: Promise<O>, ...codes: string[]): Promise<O | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codes.includes(sdkErrorOf(error)?.name ?? '')) return undefined;
    throw error;
  }
}
