import { ListPartsCommand, type ListPartsCommandOutput, type Part } from '@aws-sdk/client-s3';
import { ErrorName, type TimeWindow, type Upload, type UploadState } from '../../../lib/private/protocol';
import { isCopyError } from '../errors';
import { askS3, askS3Timed, type S3, type TimedAnswer } from './s3';

/** An upload whose parts are listed. */
interface ListedUpload extends Pick<UploadState, 'destination'> {
  readonly upload: Pick<Upload, 'uploadId'>;
}

/**
 * All parts of the upload in order.
 *
 * S3 returns a next marker on the last page, too. The SDK's paginator follows the marker, so it would not end.
 */
export async function listParts(s3: S3, { destination, upload }: ListedUpload): Promise<TimedAnswer<Part[]>> {
  const parts: Part[] = [];
  let page: ListPartsCommandOutput | undefined;
  let answered: TimeWindow | undefined;
  do {
    const timed: TimedAnswer<ListPartsCommandOutput> = await askS3Timed(s3, 'ListParts', ListPartsCommand, {
      destination,
      parameters: { UploadId: upload.uploadId, PartNumberMarker: page?.NextPartNumberMarker },
    });
    page = timed.output;
    answered = { from: answered?.from ?? timed.answered.from, to: timed.answered.to };
    parts.push(...(page.Parts ?? []));
  } while (page.IsTruncated);
  return { output: parts, answered };
}

/** Whether an upload still exists. It does not after it was completed or aborted. */
export async function uploadExists(s3: S3, { destination, upload }: ListedUpload): Promise<boolean> {
  const parameters = { UploadId: upload.uploadId, MaxParts: 1 };
  try {
    await askS3(s3, 'ListParts', ListPartsCommand, { destination, parameters });
    return true;
  } catch (error) {
    if (isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) return false;
    throw error;
  }
}
