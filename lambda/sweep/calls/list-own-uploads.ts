import type { DestinationObject } from '../../../lib/private/protocol';
import { listUploads } from '../../shared/calls/list-uploads';
import type { S3 } from '../../shared/calls/s3';
import type { OpenUpload } from '../verdict';

/**
 * The open uploads of one initiator, to keys that begin with that of the destination.
 *
 * @throws BucketNotFound, AccessDenied
 */
export async function listOwnUploads(s3: S3, destination: DestinationObject, initiator: string): Promise<OpenUpload[]> {
  const uploads: OpenUpload[] = [];
  for await (const { Key: key, UploadId: uploadId, Initiated: initiated, Initiator } of listUploads(s3, destination)) {
    if (Initiator?.ID !== initiator || !uploadId || !initiated) continue;
    uploads.push({ bucket: destination.bucket, key, uploadId, initiated });
  }
  return uploads;
}
