import type { Attempt, CopyObjectState, MadeObject, TimeWindow } from '../../lib/private/protocol';
import type { LostAttempt } from '../shared/calls/ask';
import { findMade, type Search, windowsOf } from '../shared/calls/find-made';
import { createS3 } from '../shared/calls/s3';
import { isTransient } from '../shared/errors';
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
    const { destination } = state;
    if (retryCount > 0) {
      const made = await findEarlier(state, []);
      if (made) return toMade(state, made);
    }
    const { output, answered } = await copyObject(s3, state, async (error, lost) => {
      // With a condition, the copy of a lost attempt looks like that of somebody else.
      const mayBeOurs = lost.length > 0 || (retryCount > 0 && !isTransient(error));
      const made = mayBeOurs ? await findEarlier(state, lost, retryCount > 0) : undefined;
      return made && { $metadata: {}, CopyObjectResult: made, VersionId: made.VersionId };
    });
    const { CopyObjectResult: { ETag, LastModified } = {}, VersionId, RequestCharged } = output;
    const made = LastModified ? at(LastModified) : answered;
    return toMadeObject(destination, { ETag, VersionId, RequestCharged }, made);
  },
);

/**
 * The copy of an attempt whose answer was lost. Sending it again would make a second version, or violate the condition on the
 * destination. An object without versions that anybody may overwrite is simply copied again.
 *
 * @param lost attempts of this invocation
 * @param hasEarlier whether there were other invocations
 */
async function findEarlier(state: CopyObjectState, lost: readonly LostAttempt[], hasEarlier = true) {
  const { destination, overwrite, ifMatch, plannedAt } = state;
  const search: Search = await findMade(s3, destination, (clock) =>
    identityOfCopy(state, [
      ...windowsOf(lost, clock),
      ...(hasEarlier ? [{ from: plannedAt, to: clock.now.toISOString() }] : []),
    ]),
  );
  if (!('made' in search)) return undefined;
  const isConditional = overwrite === 'never' || ifMatch !== undefined;
  return isConditional || search.made.VersionId !== undefined ? search.made : undefined;
}

function toMade(
  { destination }: CopyObjectState,
  made: NonNullable<Awaited<ReturnType<typeof findEarlier>>>,
): MadeObject {
  return toMadeObject(destination, { ETag: made.ETag, VersionId: made.VersionId }, at(made.LastModified!));
}

function at(date: Date): TimeWindow {
  return { from: date.toISOString(), to: date.toISOString() };
}
