import { s3Error } from '../errors/s3-error';
import { readCustomerKey, refuseEncryptionHeader } from '../rules/encryption';
import type { Change, Upload, UploadPart } from '../store/model';
import type { Bucket, UploadState } from '../store/store';
import type { S3Request } from '../wire/request';
import type { OperationContext } from './context';

export interface NamedUpload {
  readonly bucket: Bucket;
  readonly upload: Upload;
  readonly state: UploadState;
}

/**
 * The upload that a request names: its id belongs to one key of one bucket.
 * @throws NoSuchBucket, NoSuchUpload
 */
export function findUpload(context: OperationContext, request: S3Request): NamedUpload {
  const bucket = context.store.bucket(request.bucket);
  const uploadId = request.parameter('uploadId') ?? '';
  const state = bucket.uploads.get(uploadId);
  if (state?.upload.key !== request.key) throw s3Error('NoSuchUpload', { UploadId: uploadId });
  return { bucket, upload: state.upload, state };
}

/**
 * The changes that store a part whose bytes took time to arrive. If the upload was aborted meanwhile, the part fails, or it opens
 * the upload again: AWS says that parts in progress "might or might not succeed", and that one may have to abort more than once.
 * @throws NoSuchUpload, NoSuchBucket
 */
export function partChanges(
  context: OperationContext,
  { bucket, upload, state }: NamedUpload,
  part: UploadPart,
): readonly Change[] {
  const { uploadId } = upload;
  const isSameBucket = context.store.bucket(bucket.name) === bucket;
  const stored: Change = { type: 'part', bucket: bucket.name, uploadId, part };
  if (isSameBucket && bucket.uploads.has(uploadId)) return [stored];
  const reopens = isSameBucket && context.latePartsReopenUploads && state.ended === 'aborted';
  if (!reopens) throw s3Error('NoSuchUpload', { UploadId: uploadId });
  return [{ type: 'upload', bucket: bucket.name, upload, keyChanged: state.keyChanged }, stored];
}

/** The requests of an upload must bring the customer key that it was created with, or none when it was created without. */
export function checkPartEncryption(request: S3Request, upload: Upload): void {
  refuseEncryptionHeader(request);
  const given = readCustomerKey(request, 'x-amz-server-side-encryption');
  const expected = upload.properties.customerKey;
  if ((given === undefined) !== (expected === undefined)) throw s3Error('PartEncryptionMissing');
  if (given?.md5 !== expected?.md5) throw s3Error('PartEncryptionDiffers');
}

/** The checksums of an upload are under its customer key: who completes it or lists its parts must bring the key, if it declared any. */
export function checkChecksumKey(request: S3Request, upload: Upload): void {
  if (upload.checksum !== undefined && upload.properties.customerKey !== undefined)
    checkPartEncryption(request, upload);
}
