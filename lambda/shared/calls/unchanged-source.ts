import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { ErrorName, type SourceObject } from '../../../lib/private/protocol';
import { describeObject } from '../describe-object';
import { CopyError } from '../errors';
import { askS3, type S3 } from './s3';

/**
 * For servers that store no checksum of the copy. Amazon S3 stores one, and fails requests that copy from a source with another ETag. Other
 * servers, such as Ceph, may ignore that condition, and copy an object that replaced the source.
 *
 * @param effect what was made before this call, for the message
 * @throws SourceChanged if the source is no longer what Plan saw
 */
export async function checkSourceUnchanged(s3: S3, source: SourceObject, effect?: string): Promise<void> {
  // A version does not change, unless versioning is suspended.
  if (source.versionId !== undefined && source.versionId !== 'null') return;
  const { ETag, LastModified } = await askS3(s3, 'HeadObject', HeadObjectCommand, { source, effect });
  const lastModified = LastModified?.toISOString();
  if (ETag === source.etag && lastModified === source.lastModified) return;
  const made = effect === undefined ? 'nothing was created' : effect;
  throw new CopyError(
    ErrorName.SOURCE_CHANGED,
    `${describeObject(source)} was overwritten while it was being copied: it has ETag ${ETag} and date ${lastModified} instead of ${source.etag} and ${source.lastModified}; ${made}; start the copy again when the source no longer changes, or name a versionId`,
  );
}
