import type { CopyAttempt, CopyObjectState, MadeObject, TimeWindow } from '../../lib/private/protocol';
import type { LostAttempt } from '../shared/calls/ask';
import { addLateEffect } from '../shared/calls/late-effect';
import { createS3 } from '../shared/calls/s3';
import { describeObject } from '../shared/describe-object';
import { earlierAttempts } from '../shared/earlier-attempts';
import { logged } from '../shared/logs/invocation';
import { toMadeObject } from '../shared/made-object';
import { copyObject } from './calls/copy-object';
import { findEarlier } from './calls/find-earlier';

/** S3 sends nothing but white space until the object is copied. */
const s3 = createS3(14 * 60_000);

/** Copies the whole object with one call. */
export const handler = logged('copy-object', async (event: CopyAttempt<CopyObjectState>): Promise<MadeObject> => {
  const { state } = event;
  const earlier = earlierAttempts(event);
  let attempts: readonly LostAttempt[] = [];
  const { output, answered } = await copyObject(s3, state, async (error, lost) => {
    attempts = lost;
    const made = await findEarlier(s3, state, { error, lost, ...earlier });
    return made && { $metadata: {}, CopyObjectResult: made, VersionId: made.VersionId };
  }).catch((error: unknown) => {
    const { retryCount, redriveCount } = earlier;
    const effect = `${describeObject(state.destination)} is this copy`;
    throw addLateEffect(error, attempts, effect, retryCount + redriveCount);
  });
  const { CopyObjectResult: { ETag, LastModified } = {}, VersionId, RequestCharged } = output;
  const made = LastModified ? at(LastModified) : answered;
  return toMadeObject(state.destination, { ETag, VersionId, RequestCharged }, made);
});

function at(date: Date): TimeWindow {
  return { from: date.toISOString(), to: date.toISOString() };
}
