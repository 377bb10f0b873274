import { ListPartsCommand, type ListPartsCommandOutput, type Part } from '@aws-sdk/client-s3';
import type { UploadState } from '../../../lib/private/protocol';
import { askS3, type S3 } from '../../shared/calls/s3';

/**
 * All parts of the upload in order.
 *
 * S3 names a next marker on the last page too. The SDK's paginator goes by the marker, so it would not end.
 */
export async function listParts(s3: S3, { destination, upload }: UploadState): Promise<Part[]> {
  const parts: Part[] = [];
  let page: ListPartsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListParts', ListPartsCommand, {
      destination,
      parameters: { UploadId: upload.uploadId, PartNumberMarker: page?.NextPartNumberMarker },
    });
    parts.push(...(page.Parts ?? []));
  } while (page.IsTruncated);
  return parts;
}
