import type { CopyResult, MadeState, VerifyEvent } from '../../lib/private/protocol';
import { copyAnnotations } from '../shared/calls/annotations';
import { abortLostUploads } from '../shared/calls/lost-uploads';
import { createS3 } from '../shared/calls/s3';
import { checkSourceUnchanged } from '../shared/calls/unchanged-source';
import { isTransient } from '../shared/errors';
import { log, logged } from '../shared/logs/invocation';
import { logResult } from '../shared/logs/result';
import { proveCopy } from '../shared/proof';
import { toResult } from '../shared/result';
import { headMade } from './calls/head-made';
import { putTags } from './calls/put-tags';
import { checkResumedProperties } from './resumed-properties';

const s3 = createS3(60_000);

/** Retries of the state (about 15 minutes) for uploads whose IDs are unknown. The others are reserved for the proof. */
const LOST_UPLOAD_RETRIES = 20;

/** Reads the object that was made, proves it equal to the source, and adds properties that S3 accepts only for an existing object. */
export const handler = logged('verify', async (event: VerifyEvent): Promise<CopyResult> => {
  const result = await verify(event.state);
  await abortLost(event);
  logResult(result);
  return result;
});

/**
 * The copy is proven, so it does not fail because of an upload that cannot be removed. The sweeper or a lifecycle rule removes it later.
 *
 * @throws CopyError if the error is transient, and the state has retries left for it
 */
async function abortLost({ state, beginFunctionName, retryCount }: VerifyEvent): Promise<void> {
  if (state.action !== 'COPY_PARTS' || state.upload.lost === undefined) return;
  const { destination, upload } = state;
  const lost = { windows: state.upload.lost, beginFunctionName, known: upload.uploadId };
  const problem = await abortLostUploads(s3, destination, lost).catch((error: Error) => {
    if (isTransient(error) && retryCount < LOST_UPLOAD_RETRIES) throw error;
    return error.message;
  });
  const { bucket, key } = destination;
  if (problem !== undefined) log('WARN', 'an upload whose id did not arrive may be left', { bucket, key, problem });
}

async function verify(state: MadeState): Promise<CopyResult> {
  const { properties, made } = state;
  const { head, versionId } = await headMade(s3, state);
  const integrity = proveCopy(state, head);
  checkResumedProperties(state, head);
  const isInParts = state.action === 'COPY_PARTS';
  const isProven = integrity.verifiedBy !== 'size' || integrity.algorithm !== '';
  // Of a copy in parts, CheckParts has done this before the object was made.
  if (!isInParts && !isProven) await checkSourceUnchanged(s3, state.source, `${made.description} was made`);
  // CopyObject copies the tags and the annotations of the source by itself.
  if (isInParts || properties.taggingDirective === 'REPLACE') await putTags(s3, state, versionId, head);
  if (isInParts && properties.annotations) {
    await copyAnnotations(s3, state, { VersionId: versionId, ETag: head.ETag });
  }
  return toResult({ status: 'COPIED', integrity }, state, isInParts ? state.plan : undefined, {
    ...head,
    VersionId: head.VersionId ?? (made.versionId || undefined),
    RequestCharged: made.requestCharged as typeof head.RequestCharged,
  });
}
