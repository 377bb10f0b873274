import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import { type DestinationObject, ErrorName, type TimeWindow } from '../../../lib/private/protocol';
import { bucketKindOf } from '../../../lib/private/protocol/bucket-kinds';
import { isCopyError } from '../errors';
import { isWithin } from '../time-window';
import { abortUntilGone } from './abort-upload';
import { askS3, type S3 } from './s3';

/** Which uploads nobody knows. */
export interface LostUploads {
  /** When they were begun. */
  readonly windows: readonly TimeWindow[];
  /** Name of the function that began them. */
  readonly beginFunctionName: string;
  /** The upload whose id arrived. */
  readonly known?: string;
}

/**
 * Aborts uploads whose ids did not arrive: to the same key, by the function of Begin, begun when an answer was lost, and without
 * parts. An upload of another execution to this key has parts soon, and its window would have to be the same.
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
  for (const { UploadId: uploadId = '' } of await listUploads(s3, destination, (upload) => isLost(upload, lost))) {
    if (!(await isUnused(s3, destination, uploadId))) continue;
    const problem = await abortUntilGone(s3, destination, uploadId);
    if (problem !== undefined) problems.push(`upload ${uploadId}: ${problem}`);
  }
  return problems.length === 0 ? undefined : problems.join('; ');
}

function isLost(
  { UploadId, Initiated, Initiator }: MultipartUpload,
  { windows, beginFunctionName, known }: LostUploads,
) {
  // The session of a function's role has the name of the function. Servers other than S3 may list the account.
  const initiator = Initiator?.ID ?? '';
  const isOurs = !initiator.startsWith('arn:') || initiator.endsWith(`/${beginFunctionName}`);
  return (
    UploadId !== known && isOurs && Initiated !== undefined && windows.some((window) => isWithin(Initiated, window))
  );
}

async function listUploads(
  s3: S3,
  destination: DestinationObject,
  isWanted: (upload: MultipartUpload) => boolean,
): Promise<MultipartUpload[]> {
  const { bucket, key } = destination;
  const uploads: MultipartUpload[] = [];
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListMultipartUploads', ListMultipartUploadsCommand, {
      destination,
      parameters: {
        // Directory buckets take only prefixes that end in a slash.
        Prefix: bucketKindOf(bucket).prefixesAreFolders ? key.slice(0, key.lastIndexOf('/') + 1) : key,
        EncodingType: 'url',
        KeyMarker: page?.NextKeyMarker && decodeKey(page.NextKeyMarker),
        UploadIdMarker: page?.NextUploadIdMarker,
      },
    });
    const ofKey = (page.Uploads ?? []).filter(({ Key = '' }) => decodeKey(Key) === key);
    uploads.push(...ofKey.filter(isWanted));
  } while (page.IsTruncated);
  return uploads;
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

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
