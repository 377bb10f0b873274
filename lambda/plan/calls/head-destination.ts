import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { unlessCode } from '../../shared/calls/ask';
import { askS3, type S3 } from '../../shared/calls/s3';

/** The object at the destination; undefined if there is none, or if no option depends on it. */
export async function headDestination(
  s3: S3,
  destination: DestinationObject,
  { overwrite = 'always', ifMatch }: CopyOptions,
): Promise<HeadObjectCommandOutput | undefined> {
  if (overwrite === 'always' && ifMatch === undefined) return undefined;
  const head = askS3(s3, 'HeadObject', HeadObjectCommand, { destination, parameters: { ChecksumMode: 'ENABLED' } });
  // HeadObject has no code in its answer; the GetObject that asks again after another error has one.
  return unlessCode(head, 'NotFound', 'NoSuchKey');
}
