import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import { type CopyError, isTransient, sdkErrorOf } from '../errors';
import { askS3, type S3 } from './s3';

/** Delays between attempts. Part copies that were running when the copy failed may add parts for a while. */
const DELAYS_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

/**
 * Aborts an upload until S3 says that it no longer exists.
 *
 * @returns why it may still exist; undefined if it does not
 * @throws CopyError if the error is transient
 */
export async function abortUntilGone(
  s3: S3,
  destination: DestinationObject,
  UploadId: string,
): Promise<string | undefined> {
  let problem = 'S3 still lists it';
  for (const delay of DELAYS_MS) {
    await s3.time.sleep(delay);
    const aborted = await outcomeOf(
      askS3(s3, 'AbortMultipartUpload', AbortMultipartUploadCommand, { destination, parameters: { UploadId } }),
    );
    if (aborted === 'GONE') return undefined;
    if (aborted !== 'DONE') return aborted.message;
    // If ListParts is denied, the next AbortMultipartUpload shows whether the upload still exists.
    const listed = await outcomeOf(
      askS3(s3, 'ListParts', ListPartsCommand, { destination, parameters: { UploadId, MaxParts: 1 } }),
    );
    if (listed === 'GONE') return undefined;
    if (listed !== 'DONE') problem = listed.message;
  }
  return problem;
}

/** A bucket is deleted with its uploads. */
const GONE = ['NoSuchUpload', 'NoSuchBucket'];

/** `GONE`: the upload does not exist. Otherwise the final error with which the call failed, if it did. */
async function outcomeOf(call: Promise<unknown>): Promise<CopyError | 'DONE' | 'GONE'> {
  try {
    await call;
    return 'DONE';
  } catch (error) {
    if (isTransient(error)) throw error;
    return GONE.includes(sdkErrorOf(error)?.name ?? '') ? 'GONE' : (error as CopyError);
  }
}
