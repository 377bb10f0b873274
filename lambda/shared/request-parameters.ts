import type {
  BucketAccess,
  DestinationObject,
  Location,
  SourceAddress,
  SourceObject,
} from '../../lib/private/protocol';
import { supports } from '../../lib/private/protocol/bucket-kinds';
import type { CopyOptions } from '../../lib/private/protocol/options';
import { encodeCopySource } from './copy-source';

/*
 * The options of UploadPartCopy: how they travel from the execution into the state, and from there into the parameters of
 * every call. The properties of the copy are in properties.ts.
 */

/** The parameters of every call on the bucket of the source. */
export function sourceAccess(location: Location, options: CopyOptions): BucketAccess {
  return {
    region: location.region,
    owner: location.owner,
    requestPayer: options.requestPayer,
    customerKey: options.copySourceSseCustomerKeySecretArn,
  };
}

/** The parameters of every call on the bucket of the destination. */
export function destinationAccess(location: Location, options: CopyOptions): BucketAccess {
  return {
    region: location.region,
    owner: location.owner,
    requestPayer: options.requestPayer,
    customerKey: options.sseCustomerKeySecretArn,
  };
}

/** Parameters about the object that a call names. */
export function bucketParameters({ bucket, key, owner, requestPayer }: SourceAddress | DestinationObject) {
  return {
    Bucket: bucket,
    Key: key,
    ExpectedBucketOwner: owner,
    // Buckets for which requesters never pay reject the header.
    RequestPayer: supports(bucket, 'requestPayer') ? requestPayer : undefined,
  };
}

/** The customer-provided key (SSE-C) of that object. The SDK adds its MD5. */
export function customerKeyParameters(customerKey: string | undefined) {
  return {
    SSECustomerAlgorithm: customerKey === undefined ? undefined : 'AES256',
    SSECustomerKey: customerKey,
  };
}

/** Parameters about the source of UploadPartCopy and CopyObject: the version and the ETag that Plan saw, and the conditions of the execution. */
export function copySourceParameters(source: SourceObject, customerKey: string | undefined) {
  const { conditions = {}, etag, owner } = source;
  return {
    CopySource: encodeCopySource(source),
    // Plan has compared the ETag with the execution's own condition.
    CopySourceIfMatch: etag,
    CopySourceIfNoneMatch: conditions.copySourceIfNoneMatch,
    CopySourceIfModifiedSince: toDate(conditions.copySourceIfModifiedSince),
    CopySourceIfUnmodifiedSince: toDate(conditions.copySourceIfUnmodifiedSince),
    ExpectedSourceBucketOwner: owner,
    CopySourceSSECustomerAlgorithm: customerKey === undefined ? undefined : 'AES256',
    CopySourceSSECustomerKey: customerKey,
  };
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
