import { setTimeout as sleep } from 'node:timers/promises';
import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName, type Upload } from '../../lib/private/protocol';
import { describeObject } from './copy-source';
import { explain } from './errors';
import { bucketParameters, ownParameters } from './parameters';
import type { S3Clients } from './s3';

const WHAT_TIME_MENDS: string[] = [ErrorName.THROTTLED, ErrorName.TRANSIENT_S3_ERROR];

/** Pauses between tries: part copies that were under way when the copy failed may add parts for a while. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000];

/**
 * Aborts an upload until S3 says that it is gone.
 *
 * @returns why it may still be there; undefined where it is gone
 */
export async function abortUntilGone(
  clients: S3Clients,
  destination: DestinationObject,
  { uploadId: UploadId }: Upload,
): Promise<string | undefined> {
  let problem = 'S3 still lists it';
  for (const pause of PAUSES_MS) {
    await sleep(pause);
    try {
      await clients(destination).send(new AbortMultipartUploadCommand({ ...bucketParameters(destination), UploadId }));
      await clients(destination).send(
        new ListPartsCommand({ ...(await ownParameters(destination)), UploadId, MaxParts: 1 }),
      );
    } catch (error) {
      if ((error as Error).name === 'NoSuchUpload') return undefined;
      const explained = explain(error, { call: 'AbortMultipartUpload', destination: describeObject(destination) });
      problem = explained.message;
      if (!WHAT_TIME_MENDS.includes(explained.name)) return problem;
    }
  }
  return problem;
}
