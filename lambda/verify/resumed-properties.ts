import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type MadeState } from '../../lib/private/protocol';
import { CopyError } from '../shared/errors';
import { propertyDifference } from '../shared/properties';

/**
 * S3 does not list the properties of an upload, so those of a resumed upload are compared when the object exists.
 *
 * @throws UploadNotResumable
 */
export function checkResumedProperties(state: MadeState, head: HeadObjectCommandOutput): void {
  if (state.action !== 'COPY_PARTS' || state.reusedParts === undefined) return;
  const difference = propertyDifference(state.properties, undefined, head);
  if (difference === undefined) return;
  throw new CopyError(
    ErrorName.UPLOAD_NOT_RESUMABLE,
    `${state.made.description} was made from upload ${state.upload.uploadId}, which was created with other properties than this execution requests: ${difference}; start the copy again without options.resumeUploadId`,
  );
}
