import { ListPartsCommand, type MultipartUpload } from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName, type TimeWindow } from '../../../lib/private/protocol';
import { isCopyError } from '../errors';
import { mayBeOwnInitiator } from '../initiator';
import { isWithin } from '../time-window';
import { abortUntilGone } from './abort-upload';
import { listUploads } from './list-uploads';
import { askS3, type S3 } from './s3';

/** Describes uploads whose IDs are unknown, because the answers were lost. */
export interface LostUploads {
  /** When they were created. */
  readonly windows: readonly TimeWindow[];
  /** Name of the function that created them. */
  readonly beginFunctionName: string;
  /** ID of the upload of the copy, if it is known. */
  readonly known?: string;
}

/**
 * Aborts uploads whose IDs are unknown: uploads to the same key that the Begin function created when an answer was lost, and that have no
 * parts. An upload of another execution to this key is aborted only if it was created in the same window and has no part yet.
 *
 * @returns why an upload may be left; undefined if none is
 * @throws CopyError if the uploads cannot be listed
 */
export async function abortLostUploads(
  s3: S3,
  destination: DestinationObject,
  lost: LostUploads,
): Promise<string | undefined> {
  const problems: string[] = [];
  for await (const upload of listUploads(s3, destination)) {
    const { Key, UploadId: uploadId = '' } = upload;
    if (Key !== destination.key || !isLost(upload, lost) || !(await isUnused(s3, destination, uploadId))) continue;
    const problem = await abortUntilGone(s3, destination, uploadId);
    if (problem !== undefined) problems.push(`upload ${uploadId}: ${problem}`);
  }
  return problems.length === 0 ? undefined : problems.join('; ');
}

function isLost(
  { UploadId, Initiated, Initiator }: MultipartUpload,
  { windows, beginFunctionName, known }: LostUploads,
) {
  const isOurs = mayBeOwnInitiator(Initiator?.ID, beginFunctionName);
  return (
    UploadId !== known && isOurs && Initiated !== undefined && windows.some((window) => isWithin(Initiated, window))
  );
}

async function isUnused(s3: S3, destination: DestinationObject, UploadId: string): Promise<boolean> {
  try {
    const { Parts = [] } = await askS3(s3, 'ListParts', ListPartsCommand, {
      destination,
      parameters: { UploadId, MaxParts: 1 },
    });
    return Parts.length === 0;
  } catch (error) {
    if (isCopyError(error, ErrorName.UPLOAD_NOT_FOUND)) return false;
    throw error;
  }
}
