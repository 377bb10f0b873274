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
 * Finds the upload of a request by bucket, key and upload ID.
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
 * The changes that store a part. If the upload was aborted while the part was in flight, the part fails or reopens the upload
 * (`latePartsReopenUploads`): AWS documents that parts in progress "might or might not succeed", and that it may be necessary to abort an
 * upload more than once.
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

/** Checks that a request brings the customer-provided key of the upload, or none if the upload has none. */
export function checkPartEncryption(request: S3Request, upload: Upload): void {
  refuseEncryptionHeader(request);
  const given = readCustomerKey(request, 'x-amz-server-side-encryption');
  const expected = upload.properties.customerKey;
  if ((given === undefined) !== (expected === undefined)) throw s3Error('PartEncryptionMissing');
  if (given?.md5 !== expected?.md5) throw s3Error('PartEncryptionDiffers');
}

/** Complete and ListParts require the customer-provided key if the upload has declared a checksum, because checksums are encrypted. */
export function checkChecksumKey(request: S3Request, upload: Upload): void {
  if (upload.checksum !== undefined && upload.properties.customerKey !== undefined)
    checkPartEncryption(request, upload);
}
