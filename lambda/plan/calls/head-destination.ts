import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { askS3, type S3 } from '../../shared/calls/s3';
import { isCopyError, sdkErrorOf } from '../../shared/errors';
import { isOtherEncryption } from '../../shared/other-encryption';

/**
 * The object at the destination; undefined if there is none, or if no option depends on it. The result has no fields if S3 refuses to read
 * the object because it is encrypted with another customer-provided key (SSE-C) than the execution specifies, or without one, or because its
 * KMS key is disabled or deleted. No request that replaces the object needs its key.
 */
export async function headDestination(
  s3: S3,
  destination: DestinationObject,
  { overwrite = 'always', ifMatch }: CopyOptions,
): Promise<HeadObjectCommandOutput | undefined> {
  if (overwrite === 'always' && ifMatch === undefined) return undefined;
  try {
    return await askS3(s3, 'HeadObject', HeadObjectCommand, { destination, parameters: { ChecksumMode: 'ENABLED' } });
  } catch (error) {
    if (isOtherEncryption(error) || isCopyError(error, ErrorName.KMS_KEY_UNAVAILABLE)) return { $metadata: {} };
    if (NOT_FOUND.includes(sdkErrorOf(error)?.name ?? '')) return undefined;
    throw error;
  }
}

/** The SDK's name for a 404 to HeadObject, and the code of the GetObject that `askS3` sends after an ambiguous error. */
const NOT_FOUND = ['NotFound', 'NoSuchKey'];
