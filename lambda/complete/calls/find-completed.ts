import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type CheckedState, ErrorName, type MadeObject } from '../../../lib/private/protocol';
import type { LostAttempt } from '../../shared/calls/ask';
import { type ClockReading, findMade } from '../../shared/calls/find-made';
import { addLateEffect } from '../../shared/calls/late-effect';
import { uploadExists } from '../../shared/calls/list-parts';
import type { S3 } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import type { EarlierAttempts } from '../../shared/earlier-attempts';
import { addToMessage, CopyError, isCopyError, isTransient } from '../../shared/errors';
import { datesOfUpload, identityOfUpload } from '../../shared/identity';

type Completed = [HeadObjectCommandOutput, MadeObject['made']];

/** How the last attempt failed, and what came before it. */
export interface Failure extends EarlierAttempts {
  readonly error: unknown;
  /** Attempts of this invocation. */
  readonly lost: readonly LostAttempt[];
}

/**
 * Finds the object that an earlier attempt with a lost answer made. The upload then no longer exists, whatever the error of a later attempt
 * is.
 *
 * @throws CopyError the error, if the upload exists or S3 does not say so; the message adds what an earlier attempt may have made
 * @throws UploadNotFound if no object is what this upload would have become
 */
export async function findCompleted(s3: S3, state: CheckedState, failure: Failure): Promise<Completed> {
  const { error, lost, retryCount, redriveCount } = failure;
  // After a transient error, the next attempt will see whether there is an upload.
  if (error instanceof CopyError && !isTransient(error) && !(await isKnown(s3, state, error, failure))) {
    return findObject(s3, state, error);
  }
  throw addLateEffect(
    isCopyError(error, ErrorName.UPLOAD_NOT_FOUND) ? inconsistentAnswers(state, error) : error,
    lost,
    `${describeExpected(state)} is this copy, unless the upload is aborted before`,
    retryCount + redriveCount,
  );
}

/** @throws `error` if S3 does not say whether the upload exists; that of ListParts if it is transient */
async function isKnown(s3: S3, state: CheckedState, error: CopyError, failure: Failure): Promise<boolean> {
  try {
    return await uploadExists(s3, state);
  } catch (thrown) {
    if (isTransient(thrown)) throw thrown;
    const { lost, retryCount, redriveCount } = failure;
    if (lost.length + retryCount + redriveCount === 0) throw error;
    throw addToMessage(
      error,
      `S3 does not say whether the upload still exists: ${LOST} ${describeExpected(state)}, or may make it later`,
    );
  }
}

/** For contradictory answers of S3. An object at the destination is that of another client in this case. */
function inconsistentAnswers({ upload, destination }: CheckedState, cause: CopyError): CopyError {
  return new CopyError(
    ErrorName.TRANSIENT_S3_ERROR,
    `S3 says that there is no upload ${upload.uploadId} to ${describeObject(destination)}, but lists its parts`,
    { cause },
  );
}

const LOST = 'an earlier attempt, whose answer was lost, may have made';

async function findObject(s3: S3, state: CheckedState, cause: CopyError): Promise<Completed> {
  const { destination, expected, upload } = state;
  const identityAt = ({ now }: ClockReading) => ({
    ...identityOfUpload(state, datesOfUpload(state, { from: expected.checkedAt, to: now.toISOString() })),
    etag: expected.etag,
    checksum: expected.checksum,
  });
  const effect = `upload ${upload.uploadId} no longer exists, and ${LOST} ${describeExpected(state)} of it`;
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

function describeExpected({ destination, expected: { etag } }: CheckedState): string {
  return `${describeObject(destination)}${etag === undefined ? '' : ` (ETag ${etag})`}`;
}
