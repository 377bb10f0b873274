import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CheckedState, ErrorName, type MadeObject } from '../../../lib/private/protocol';
import { type ClockReading, findMade } from '../../shared/calls/find-made';
import { uploadExists } from '../../shared/calls/list-parts';
import type { S3 } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, isCopyError, isTransient } from '../../shared/errors';
import { datesOfUpload, identityOfUpload } from '../../shared/identity';

/**
 * Whether an earlier attempt, whose answer was lost, may have completed the upload: S3 then no longer knows it. Whatever the error of a
 * later attempt is, the object is there. Conditions that it violates itself leave an upload alone that is not completed.
 *
 * @throws TransientS3Error if S3 says that there is no such upload, and lists it: an object that is there is then somebody else's
 */
export async function mayBeCompleted(s3: S3, state: CheckedState, error: unknown): Promise<boolean> {
  // The next attempt will see whether there is an upload.
  if (!(error instanceof CopyError) || isTransient(error)) return false;
  if (!(await isKnown(s3, state, error))) return true;
  if (!isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) return false;
  throw new CopyError(
    ErrorName.TRANSIENT_S3_ERROR,
    `S3 says that there is no upload ${state.upload.uploadId} to ${describeObject(state.destination)}, and lists its parts`,
    { cause: error },
  );
}

/** @throws `error` if S3 does not tell, unless time may mend that */
async function isKnown(s3: S3, state: CheckedState, error: CopyError): Promise<boolean> {
  try {
    return await uploadExists(s3, state);
  } catch (thrown) {
    throw isTransient(thrown) ? thrown : error;
  }
}

/** @throws UploadNotFound if no object is what this upload would have become */
export async function findCompleted(
  s3: S3,
  state: CheckedState,
  cause: CopyError,
): Promise<[HeadObjectCommandOutput, MadeObject['made']]> {
  const { destination, expected, upload } = state;
  const identityAt = ({ now }: ClockReading) => ({
    ...identityOfUpload(state, datesOfUpload(state, { from: expected.checkedAt, to: now.toISOString() })),
    etag: expected.etag,
    checksum: expected.checksum,
  });
  const effect = `upload ${upload.uploadId} no longer exists, and an earlier attempt, whose answer was lost, may have made ${describeExpected(state)} of it`;
  const search = await findMade(s3, destination, identityAt, effect);
  if ('made' in search) {
    const date = search.made.LastModified!.toISOString();
    return [search.made, { from: date, to: date }];
  }
  throw new CopyError(
    ErrorName.UPLOAD_NOT_FOUND,
    `upload ${upload.uploadId} to ${describeObject(destination)} no longer exists, and the destination does not have an object that was made from it: ${search.difference}. Somebody else aborted the upload; or it was completed, the answer was lost, and the copy was replaced or deleted since. Start the copy again`,
    { cause },
  );
}

/** What is there if S3 completes the upload later. */
export function lateEffectOf(state: CheckedState): string {
  return `${describeExpected(state)} is this copy, unless the upload is aborted before`;
}

function describeExpected({ destination, expected: { etag } }: CheckedState): string {
  return `${describeObject(destination)}${etag === undefined ? '' : ` (ETag ${etag})`}`;
}
