import {
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import type { DestinationObject } from '../../../lib/private/protocol';
import { bucketKindOf } from '../../../lib/private/protocol/bucket-kinds';
import { askS3, type S3 } from './s3';

/** An upload as S3 lists it, with its key decoded. */
export type ListedUpload = MultipartUpload & { readonly Key: string };

/**
 * The open uploads to keys that begin with that of the destination.
 *
 * @throws BucketNotFound, AccessDenied
 */
export async function* listUploads(s3: S3, destination: DestinationObject): AsyncGenerator<ListedUpload> {
  const { bucket, key: prefix } = destination;
  const { prefixesAreFolders } = bucketKindOf(bucket);
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    page = await askS3(s3, 'ListMultipartUploads', ListMultipartUploadsCommand, {
      destination,
      parameters: {
        Prefix: prefixesAreFolders ? prefix.slice(0, prefix.lastIndexOf('/') + 1) : prefix,
        // Keys may have characters that XML does not allow.
        EncodingType: 'url',
        KeyMarker: page?.NextKeyMarker && decodeKey(page.NextKeyMarker),
        UploadIdMarker: page?.NextUploadIdMarker,
      },
    });
    for (const upload of page.Uploads ?? []) {
      const key = decodeKey(upload.Key ?? '');
      if (key.startsWith(prefix)) yield { ...upload, Key: key };
    }
  } while (page.IsTruncated);
}

function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
