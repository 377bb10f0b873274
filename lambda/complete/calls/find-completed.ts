import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CheckedState, ErrorName, type MadeObject } from '../../../lib/private/protocol';
import { findMade } from '../../shared/calls/find-made';
import { uploadExists } from '../../shared/calls/list-parts';
import type { S3 } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, isCopyError } from '../../shared/errors';
import { datesOfUpload, identityOfUpload } from '../../shared/identity';

/** What S3 says of an upload that it does not know, or that does not fulfil the conditions. */
const MAY_BE_COMPLETED = [ErrorName.UPLOAD_NOT_FOUND, ErrorName.DESTINATION_EXISTS, ErrorName.CONCURRENT_WRITE];

/**
 * Whether an earlier attempt, whose answer was lost, may have completed the upload: S3 then no longer knows it. Its object
 * violates the conditions of a later attempt, which leave an upload alone that is not completed.
 *
 * @throws TransientS3Error if S3 says that there is no such upload, and lists it: an object that is there is then somebody else's
 */
export async function mayBeCompleted(s3: S3, state: CheckedState, error: unknown): Promise<boolean> {
  if (!isCopyError(error, ...MAY_BE_COMPLETED)) return false;
  if (!(await uploadExists(s3, state))) return true;
  if (!isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) return false;
  throw new CopyError(
    ErrorName.TRANSIENT_S3_ERROR,
    `S3 says that there is no upload ${state.upload.uploadId} to ${describeObject(state.destination)}, and lists its parts`,
    { cause: error },
  );
}

/** @throws UploadNotFound if no object is what this upload would have become */
export async function findCompleted(
  s3: S3,
  state: CheckedState,
  cause: CopyError,
): Promise<[HeadObjectCommandOutput, MadeObject['made']]> {
  const { destination, expected, upload } = state;
  const search = await findMade(s3, destination, ({ now }) => ({
    ...identityOfUpload(state, datesOfUpload(state, { from: expected.checkedAt, to: now.toISOString() })),
    etag: expected.etag,
    checksum: expected.checksum,
  }));
  if ('made' in search) {
    const date = search.made.LastModified!.toISOString();
    return [search.made, { from: date, to: date }];
  }
  throw new CopyError(
    ErrorName.UPLOAD_NOT_FOUND,
    `upload ${upload.uploadId} to ${describeObject(destination)} no longer exists, and what is there is not what it would have become: ${search.difference}. Somebody else aborted the upload; or it was completed, the answer was lost, and the copy was replaced or deleted since. Start the copy again`,
    { cause },
  );
}
