import type { DestinationObject, SourceAddress, SourceObject } from '../../../lib/private/protocol';
import { encodeCopySource } from '../copy-source';
import { isDirectoryBucket } from '../directory-buckets';
import { customerKey } from './customer-key';

/** What every call that names an object says of it and its bucket. */
export interface OwnParameters {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner?: string;
  readonly RequestPayer?: 'requester';
}

/** The customer-provided key (SSE-C) of the object that a call names. The SDK adds its MD5. */
export interface CustomerKeyParameters {
  readonly SSECustomerAlgorithm?: string;
  readonly SSECustomerKey?: string;
}

/** For calls that touch no bytes and no checksums. */
export function bucketParameters({
  bucket,
  key,
  owner,
  requestPayer,
}: SourceAddress | DestinationObject): OwnParameters {
  // Requesters never pay for directory buckets, which refuse the header.
  const RequestPayer = isDirectoryBucket(bucket) ? undefined : requestPayer;
  return { Bucket: bucket, Key: key, ExpectedBucketOwner: owner, RequestPayer };
}

/** For calls that S3 needs the object's key for, where it has one. @throws CustomerKeyInvalid, AccessDenied */
export async function ownParameters(
  object: SourceAddress | DestinationObject,
): Promise<OwnParameters & CustomerKeyParameters> {
  const key = await customerKey(object);
  return {
    ...bucketParameters(object),
    ...(key !== undefined && { SSECustomerAlgorithm: 'AES256', SSECustomerKey: key }),
  };
}

/** What UploadPartCopy and CopyObject say of the source: that it is the one that Plan saw, and what the execution asks of it. */
export async function copySourceParameters(source: SourceObject) {
  const { conditions = {}, etag, owner } = source;
  const key = await customerKey(source);
  return {
    CopySource: encodeCopySource(source),
    // Plan has compared the ETag with the condition of the execution.
    CopySourceIfMatch: etag,
    CopySourceIfNoneMatch: conditions.ifNoneMatch,
    CopySourceIfModifiedSince: toDate(conditions.ifModifiedSince),
    CopySourceIfUnmodifiedSince: toDate(conditions.ifUnmodifiedSince),
    ExpectedSourceBucketOwner: owner,
    ...(key !== undefined && { CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: key }),
  };
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
