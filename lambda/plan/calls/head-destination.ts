import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { askS3, type S3 } from '../../shared/calls/s3';
import { sdkErrorOf } from '../../shared/errors';
import { isOtherEncryption } from '../../shared/other-encryption';

/**
 * The object at the destination; undefined if there is none, or if no option depends on it. It has no fields if it is encrypted with
 * another customer-provided key (SSE-C) than the execution names, or if only one of both is there: S3 then says only that it exists.
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
    if (isOtherEncryption(error)) return { $metadata: {} };
    // HeadObject has no code in its answer; the GetObject that asks again after another error has one.
    if (NOT_FOUND.includes(sdkErrorOf(error)?.name ?? '')) return undefined;
    throw error;
  }
}

const NOT_FOUND = ['NotFound', 'NoSuchKey'];
