import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, MAX_OBJECT_SIZE, type SourceAddress, type SourceObject } from '../../../lib/private/protocol';
import type { SourceConditions } from '../../../lib/private/protocol/options';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';

/** The source, pinned: all later calls name its version and its ETag. @throws ObjectTooLarge */
export function toSourceObject(
  address: SourceAddress,
  head: HeadObjectCommandOutput,
  conditions: SourceConditions | undefined,
): SourceObject {
  const name = describeObject(address);
  const { ContentLength: size, ETag: etag, LastModified, VersionId: versionId } = head;
  if (size === undefined || etag === undefined || LastModified === undefined) {
    throw new CopyError(
      ErrorName.TRANSIENT_S3_ERROR,
      `HeadObject: S3 answered without the size, the ETag or the date of ${name}`,
    );
  }
  if (size > MAX_OBJECT_SIZE) {
    throw new CopyError(
      ErrorName.OBJECT_TOO_LARGE,
      `${name} has ${size} bytes; S3 copies at most ${MAX_OBJECT_SIZE} (48.8 TiB)`,
    );
  }
  return { ...address, versionId, etag, size, lastModified: LastModified.toISOString(), conditions };
}
