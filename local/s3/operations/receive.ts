import { randomBytes } from 'node:crypto';
import type { ChecksumAlgorithm } from '../checksums/algorithms';
import { type Content, EMPTY } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import { etagIsMd5 } from '../rules/encryption';
import type { ObjectProperties } from '../store/model';
import type { S3Request } from '../wire/request';
import type { Received } from '../wire/request-body';
import type { OperationContext } from './context';

/** Maximum size of PutObject, UploadPart, CopyObject and UploadPartCopy. */
export const MAX_SINGLE_BYTES = 5 * 1024 ** 3;

export interface ReceivedContent extends Received {
  readonly content: Content;
  /** Hexadecimal. */
  readonly md5: string;
}

/** Stores the body of a request. The caller either commits a change that refers to the content, or discards it. */
export async function receiveContent(
  context: OperationContext,
  request: S3Request,
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedContent> {
  const announced = request.body.announcedSize();
  if (announced > MAX_SINGLE_BYTES) {
    throw s3Error('EntityTooLarge', { ProposedSize: announced, MaxSizeAllowed: MAX_SINGLE_BYTES });
  }
  const writer = await context.blobs.create();
  let received: Received;
  try {
    received = await request.body.receive(async (chunk) => writer.write(chunk), ['MD5', algorithm]);
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  const md5 = received.digests.get('MD5')?.toString('hex') ?? '';
  if (received.size === 0) {
    await writer.abandon();
    return { ...received, content: EMPTY, md5 };
  }
  const content: Content = [{ blob: await writer.finish(), offset: 0, length: received.size }];
  for (const [name, digest] of received.digests) context.digests.keepDigest(content, name, digest);
  return { ...received, content, md5 };
}

/** Removes received content that was not committed. */
export async function discard(context: OperationContext, content: Content): Promise<void> {
  for (const extent of content) if ('blob' in extent) await context.blobs.remove(extent.blob);
}

/** The ETag: the MD5 of the bytes, or a random value with other encryptions, which differs for each upload of the same bytes. */
export function etagOf(
  md5: string,
  properties: Pick<ObjectProperties, 'encryption' | 'customerKey' | 'storageClass'>,
): string {
  return etagIsMd5(properties) ? md5 : randomBytes(16).toString('hex');
}
