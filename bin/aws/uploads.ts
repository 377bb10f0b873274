import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type MultipartUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { OpenUpload, StoredUpload } from '../copies/sweep';
import { AwsError, explainError } from './errors';

/** Multipart uploads of a bucket that are neither completed nor aborted. @throws AwsError */
export async function listUploads(s3: S3Client, bucket: string, prefix: string): Promise<OpenUpload[]> {
  const uploads: OpenUpload[] = [];
  try {
    let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    while (next !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await s3.send(
        new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...next }),
      );
      uploads.push(...(page.Uploads ?? []).map((upload) => toOpenUpload(bucket, upload)));
      next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined;
    }
    return uploads;
  } catch (error) {
    throw explainError(`ListMultipartUploads of ${bucket}`, error);
  }
}

function toOpenUpload(bucket: string, upload: MultipartUpload): OpenUpload {
  const { Key = '', UploadId = '', Initiated, Initiator, StorageClass = 'STANDARD' } = upload;
  return {
    bucket,
    key: Key,
    uploadId: UploadId,
    initiatedAt: Initiated?.getTime() ?? 0,
    initiator: Initiator?.ID ?? '',
    storageClass: StorageClass,
  };
}

/** @returns undefined if the upload no longer exists. @throws AwsError */
export async function sizeUpload(s3: S3Client, upload: OpenUpload): Promise<StoredUpload | undefined> {
  const { bucket, key, uploadId } = upload;
  let bytes = 0;
  let parts = 0;
  let marker: string | undefined;
  try {
    // The SDK's paginator does not work here: S3 returns a next marker on the last page, too.
    for (;;) {
      const page = await s3.send(
        new ListPartsCommand({ Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker }),
      );
      for (const { Size = 0 } of page.Parts ?? []) {
        bytes += Size;
        parts++;
      }
      if (!page.IsTruncated) return { ...upload, bytes, parts };
      marker = page.NextPartNumberMarker;
    }
  } catch (error) {
    if ((error as Error).name === 'NoSuchUpload') return undefined;
    throw explainError(`ListParts of the upload ${uploadId} of s3://${bucket}/${key}`, error);
  }
}

/** Parts that are in flight may arrive after an abort, so it has to be repeated. */
const ABORTS = 5;

/**
 * Aborts an upload until S3 reports that it no longer exists.
 *
 * @throws AwsError
 */
export async function abortUpload(s3: S3Client, upload: OpenUpload): Promise<void> {
  const { bucket, key, uploadId } = upload;
  for (let abort = 1; abort <= ABORTS; abort++) {
    try {
      await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }));
    } catch (error) {
      if ((error as Error).name === 'NoSuchUpload') return;
      throw explainError(`AbortMultipartUpload ${uploadId} of s3://${bucket}/${key}`, error);
    }
    if ((await sizeUpload(s3, upload)) === undefined) return;
  }
  throw new AwsError(
    `the upload ${uploadId} of s3://${bucket}/${key} still exists after ${ABORTS} aborts; parts may be in flight, try again later`,
  );
}
