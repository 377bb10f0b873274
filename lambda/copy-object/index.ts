import type { Attempt, CopyObjectState, MadeObject, TimeWindow } from '../../lib/private/protocol';
import type { LostAttempt } from '../shared/calls/ask';
import { findMade, type Search, windowsOf } from '../shared/calls/find-made';
import { createS3 } from '../shared/calls/s3';
import { type CopyError, isTransient } from '../shared/errors';
import { identityOfCopy } from '../shared/identity';
import { logged } from '../shared/logs/invocation';
import { toMadeObject } from '../shared/made-object';
import { copyObject } from './calls/copy-object';

/** S3 sends nothing but white space until the object is copied. */
const s3 = createS3(14 * 60_000);

/** Copies the whole object with one call. */
export const handler = logged(
  'copy-object',
  async ({ state, retryCount }: Attempt<CopyObjectState>): Promise<MadeObject> => {
    const { output, answered } = await copyObject(s3, state, async (error, lost) => {
      const made = await findEarlier(state, { error, lost, hasEarlier: retryCount > 0 });
      return made && { $metadata: {}, CopyObjectResult: made, VersionId: made.VersionId };
    });
    const { CopyObjectResult: { ETag, LastModified } = {}, VersionId, RequestCharged } = output;
    const made = LastModified ? at(LastModified) : answered;
    return toMadeObject(state.destination, { ETag, VersionId, RequestCharged }, made);
  },
);

interface Failure {
  readonly error: CopyError;
  /** Attempts of this invocation. */
  readonly lost: readonly LostAttempt[];
  /** Whether there were other invocations. */
  readonly hasEarlier: boolean;
}

/**
 * The copy of an attempt whose answer was lost. With a condition, it looks like that of somebody else, and sending the request again
 * would violate the condition. Without one, sending it again makes the copy for certain, so that is done wherever an object might as
 * well be the equal copy of another execution: only after an attempt without any answer, in a bucket with versions, is it looked for,
 * because it would remain as a second version.
 */
async function findEarlier(state: CopyObjectState, { error, lost, hasEarlier }: Failure) {
  const { overwrite, ifMatch } = state;
  if (overwrite === 'never' || ifMatch !== undefined) {
    const mayBeOurs = lost.length > 0 || (hasEarlier && !isTransient(error));
    return mayBeOurs ? find(state, lost, hasEarlier) : undefined;
  }
  const unanswered = lost.filter(({ isAnswered }) => !isAnswered);
  const made = unanswered.length > 0 ? await find(state, unanswered, false) : undefined;
  return made?.VersionId === undefined ? undefined : made;
}

/** @param hasEarlier whether it may have been made at any time since Plan */
async function find(state: CopyObjectState, lost: readonly LostAttempt[], hasEarlier: boolean) {
  const search: Search = await findMade(s3, state.destination, (clock) =>
    identityOfCopy(state, [
      ...windowsOf(lost, clock),
      ...(hasEarlier ? [{ from: state.plannedAt, to: clock.now.toISOString() }] : []),
    ]),
  );
  return 'made' in search ? search.made : undefined;
}

function at(date: Date): TimeWindow {
  return { from: date.toISOString(), to: date.toISOString() };
}
