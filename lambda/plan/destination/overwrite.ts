import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { unquote } from '../../shared/etag';

/**
 * Checks `overwrite` and `ifMatch` before terabytes are copied. S3 checks them again when the object is created.
 *
 * @param existing the object at the destination, without fields if it cannot be read
 * @throws DestinationExists, DestinationNotFound
 */
export function checkOverwrite(
  destination: DestinationObject,
  existing: HeadObjectCommandOutput | undefined,
  { overwrite, ifMatch }: CopyOptions,
): void {
  const name = describeObject(destination);
  if (existing && overwrite === 'never') {
    throw new CopyError(ErrorName.DESTINATION_EXISTS, `${name} exists and options.overwrite is 'never'`);
  }
  if (ifMatch === undefined) return;
  if (!existing) {
    throw new CopyError(
      ErrorName.DESTINATION_NOT_FOUND,
      `${name} does not exist and options.ifMatch is ${ifMatch}; leave ifMatch out, or use overwrite 'never' to create an object`,
    );
  }
  // Only S3 can compare the ETag of an object that cannot be read.
  if (existing.ETag === undefined || unquote(existing.ETag) === unquote(ifMatch)) return;
  throw new CopyError(
    ErrorName.DESTINATION_EXISTS,
    `${name} has ETag ${existing.ETag} and options.ifMatch is ${ifMatch}; check that object, and set ifMatch to its ETag to overwrite it`,
  );
}
