import { s3Error } from '../errors/s3-error';
import { readCustomerKey, refuseEncryptionHeader } from '../rules/encryption';
import type { Upload } from '../store/model';
import type { Bucket, UploadState } from '../store/store';
import type { S3Request } from '../wire/request';
import type { OperationContext } from './context';

/** The upload that a request names: its id goes with one key of one bucket. */
export function findUpload(context: OperationContext, request: S3Request): UploadState & { readonly bucket: Bucket } {
  const bucket = context.store.bucket(request.bucket);
  const uploadId = request.parameter('uploadId') ?? '';
  const state = bucket.uploads.get(uploadId);
  if (state === undefined || state.upload.key !== request.key) {
    throw s3Error('NoSuchUpload', { UploadId: uploadId });
  }
  return { ...state, bucket };
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
