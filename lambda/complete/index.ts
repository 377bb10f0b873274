import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CopyResult, ErrorName, type UploadState } from '../../lib/private/protocol';
import { readAnnotations } from '../shared/calls/annotations';
import { finishCopy } from '../shared/calls/finish-copy';
import { findLostCopy } from '../shared/calls/head-copy';
import { createS3 } from '../shared/calls/s3';
import { isCopyError } from '../shared/errors';
import { compare, expectedOf } from '../shared/integrity';
import { type CompletedUpload, completeUpload } from './calls/complete-upload';
import { listParts } from './calls/list-parts';
import { checkParts, toCompletedParts } from './check-parts';

/** S3 may take minutes to assemble 10,000 parts. */
const s3 = createS3(14 * 60_000);

/** Makes the parts an object, adds what S3 accepts only then, reads the object back and proves it equal. */
export async function handler(state: UploadState): Promise<CopyResult> {
  const annotations = state.properties.annotations ? await readAnnotations(s3, state.source) : [];
  const { VersionId, RequestCharged } = await completeOnce(state);
  return finishCopy(s3, state, {
    versionId: VersionId,
    requestCharged: RequestCharged,
    sendLongTags: true,
    annotations,
  });
}

/** S3 does not know an upload that it has completed, so an attempt whose answer was lost looks like one that is too late. */
async function completeOnce(state: UploadState): Promise<CompletedUpload> {
  try {
    const parts = await listParts(s3, state);
    await checkParts(state, parts);
    return await completeUpload(s3, state, toCompletedParts(state, parts));
  } catch (error) {
    if (!isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) throw error;
    const made = await findLostCopy(s3, state.destination, (existing) => isOurs(state, existing));
    if (!made) throw error;
    return { VersionId: made.VersionId };
  }
}

/** The ETag of a multipart object ends in the number of its parts. */
function isOurs({ source, proof, plan }: UploadState, existing: HeadObjectCommandOutput): boolean {
  const comparison = compare(expectedOf(source, proof.checksum, plan.length), existing);
  return 'integrity' in comparison && (existing.ETag ?? '').endsWith(`-${plan.parts}"`);
}
