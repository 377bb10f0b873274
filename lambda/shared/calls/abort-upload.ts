import { setTimeout as sleep } from 'node:timers/promises';
import { AbortMultipartUploadCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName, type Upload } from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { type CopyError, explain } from '../errors';
import { bucketParameters, ownParameters } from './parameters';
import type { S3Clients } from './s3';

const TRANSIENT_ERRORS: string[] = [ErrorName.THROTTLED, ErrorName.TRANSIENT_S3_ERROR];

const GONE = 'gone';

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
  const target = bucketParameters(destination);
  let problem = 'S3 still lists it';
  for (const pause of PAUSES_MS) {
    await sleep(pause);
    const refusal = await tryTo(clients(destination).send(new AbortMultipartUploadCommand({ ...target, UploadId })));
    if (refusal === GONE) return undefined;
    if (refusal && !TRANSIENT_ERRORS.includes(refusal.name)) return refusal.message;
    // Where parts may not be listed, the next AbortMultipartUpload tells.
    const listing = await tryTo(listParts());
    if (listing === GONE) return undefined;
    problem = (refusal ?? listing)?.message ?? problem;
  }
  return problem;

  async function listParts(): Promise<unknown> {
    const own = await ownParameters(destination);
    return clients(destination).send(new ListPartsCommand({ ...own, UploadId, MaxParts: 1 }));
  }

  /** What kept a call from succeeding. */
  async function tryTo(call: Promise<unknown>): Promise<CopyError | typeof GONE | undefined> {
    try {
      await call;
      return undefined;
    } catch (error) {
      if ((error as Error).name === 'NoSuchUpload') return GONE;
      return explain(error, { call: 'AbortMultipartUpload', destination: describeObject(destination) });
    }
  }
}
