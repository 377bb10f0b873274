import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import { askS3, type S3 } from './s3';

/** The object that a copy has made, as S3 stores it. */
export async function headCopy(
  s3: S3,
  destination: DestinationObject,
  VersionId: string | undefined,
): Promise<HeadObjectCommandOutput> {
  return askS3(s3, 'HeadObject', HeadObjectCommand, {
    destination,
    detail: 'of the copy',
    parameters: { VersionId, ChecksumMode: 'ENABLED' },
  });
}

/**
 * Looks for the object that an earlier attempt made if its answer was lost.
 *
 * @returns undefined if nothing is there, or if it is not `ours`
 */
export async function findLostCopy(
  s3: S3,
  destination: DestinationObject,
  ours: (existing: HeadObjectCommandOutput) => boolean,
): Promise<HeadObjectCommandOutput | undefined> {
  const existing = await headCopy(s3, destination, undefined).catch(() => undefined);
  return existing && ours(existing) ? existing : undefined;
}
