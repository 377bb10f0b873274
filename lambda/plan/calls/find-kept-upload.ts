import { type DestinationObject, ErrorName } from '../../../lib/private/protocol';
import { listParts } from '../../shared/calls/list-parts';
import { listUploads } from '../../shared/calls/list-uploads';
import type { S3 } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError } from '../../shared/errors';
import { mayBeOwnInitiator } from '../../shared/initiator';
import type { KeptUpload } from '../parts/resume';

/**
 * The upload that the execution resumes.
 *
 * @returns undefined if the execution creates a new upload
 * @throws UploadNotFound, UploadNotResumable if this workflow did not create it
 */
export async function findKeptUpload(
  s3: S3,
  destination: DestinationObject,
  uploadId: string | undefined,
  beginFunctionName: string,
): Promise<KeptUpload | undefined> {
  if (uploadId === undefined) return undefined;
  for await (const upload of listUploads(s3, destination)) {
    if (upload.UploadId !== uploadId || upload.Key !== destination.key) continue;
    const { Initiated: initiated, Initiator, StorageClass, ChecksumAlgorithm, ChecksumType } = upload;
    if (!mayBeOwnInitiator(Initiator?.ID, beginFunctionName)) {
      throw new CopyError(
        ErrorName.UPLOAD_NOT_RESUMABLE,
        `options.resumeUploadId ${uploadId} is an upload to ${describeObject(destination)} that was created by ${Initiator?.ID}, not by this workflow; leave resumeUploadId out to copy all parts`,
      );
    }
    const { output: parts } = await listParts(s3, { destination, upload: { uploadId } });
    return { uploadId, initiated: initiated!, parts, storageClass: StorageClass, ChecksumAlgorithm, ChecksumType };
  }
  throw new CopyError(
    ErrorName.UPLOAD_NOT_FOUND,
    `options.resumeUploadId ${uploadId} is not an open upload to ${describeObject(destination)}: it was completed or aborted, or is an upload to another key; leave resumeUploadId out to copy all parts`,
  );
}
