import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CopyObjectState, type CopyResult, ErrorName } from '../../lib/private/protocol';
import { finishCopy } from '../shared/calls/finish-copy';
import { findLostCopy } from '../shared/calls/head-copy';
import { createS3 } from '../shared/calls/s3';
import { isCopyError } from '../shared/errors';
import { compare, expectedOf } from '../shared/integrity';
import { type CopiedObject, copyObject } from './calls/copy-object';

/** S3 sends nothing but white space until the object is copied. */
const s3 = createS3(14 * 60_000);

/** Copies the whole object with one call, and proves the copy equal. */
export async function handler(state: CopyObjectState): Promise<CopyResult> {
  const { VersionId, RequestCharged } = await copyOnce(state);
  return finishCopy(s3, state, {
    versionId: VersionId,
    requestCharged: RequestCharged,
    // CopyObject has copied the tags of the source by itself.
    sendLongTags: state.properties.taggingDirective === 'REPLACE',
    annotations: [],
  });
}

/** If the answer to an earlier attempt was lost, its copy violates the condition on the destination. */
async function copyOnce(state: CopyObjectState): Promise<CopiedObject> {
  try {
    return await copyObject(s3, state);
  } catch (error) {
    if (!isCopyError(error, ErrorName.DESTINATION_EXISTS)) throw error;
    const made = await findLostCopy(s3, state.destination, (existing) => isOurs(state, existing));
    if (!made) throw error;
    return { VersionId: made.VersionId };
  }
}

/** Plan saw that the object was not there, so it is ours if it is equal and was made since the execution started. */
function isOurs({ source, proof, execution }: CopyObjectState, existing: HeadObjectCommandOutput): boolean {
  const comparison = compare(expectedOf(source, proof.checksum), existing);
  const isProven = 'integrity' in comparison && comparison.integrity.verifiedBy !== 'size';
  // S3's dates have no fractions of seconds.
  const startedAt = Math.floor(Date.parse(execution.startTime) / 1000) * 1000;
  return isProven && (existing.LastModified?.getTime() ?? 0) >= startedAt;
}
