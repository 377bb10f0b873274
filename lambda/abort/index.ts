import { setTimeout as sleep } from 'timers/promises';
import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type AbortEvent, ErrorName, type Failure, MAP_FAILED } from '../../lib/private/protocol';
import { describeObject } from '../shared/copy-source';
import { CopyError, explain } from '../shared/errors';
import { findChildFailure } from '../shared/map-run';
import { createS3Client } from '../shared/s3';

/** Pauses between tries: part copies that were under way when the copy failed may add parts for a while. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

const s3 = createS3Client(30_000);
const stepFunctions = new SFNClient({});

/**
 * Leaves nothing behind, and says what the execution is to fail with: the error that was caught, or where that is only
 * the Distributed Map's, the error of the first child that failed.
 *
 * @throws AbortFailed where the upload may still be there
 */
export async function handler(event: AbortEvent): Promise<Failure> {
  await abortUntilGone(event);
  const caught: Failure = { error: event.error.Error, cause: event.error.Cause };
  return caught.error === MAP_FAILED ? findChildFailure(stepFunctions, event.execution.id, caught) : caught;
}

async function abortUntilGone(event: AbortEvent): Promise<void> {
  const { destination, upload, error: caught } = event;
  const target = { Bucket: destination.bucket, Key: destination.key, UploadId: upload.uploadId };
  let last = 'S3 still lists it';
  for (const pause of PAUSES_MS) {
    await sleep(pause);
    try {
      await s3.send(new AbortMultipartUploadCommand(target));
      await s3.send(new ListPartsCommand({ ...target, MaxParts: 1 }));
    } catch (error) {
      if ((error as Error).name === 'NoSuchUpload') return;
      last = explain(error, { call: 'AbortMultipartUpload', destination: describeObject(destination) }).message;
    }
  }
  throw new CopyError(
    ErrorName.ABORT_FAILED,
    `upload ${upload.uploadId} to ${describeObject(destination)} could not be aborted and costs money until it is: ${last}. The copy had failed with ${caught.Error}: ${caught.Cause}`,
  );
}
