import { s3Error } from '../errors/s3-error';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';

/** Operations that directory buckets (S3 Express One Zone) do not support. */
const UNSUPPORTED_OPERATIONS: ReadonlySet<OperationName> = new Set<OperationName>([
  'GetBucketVersioning',
  'PutBucketVersioning',
  'GetBucketTagging',
  'PutBucketTagging',
  'DeleteBucketTagging',
  'GetObjectTagging',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'GetBucketAcl',
  'PutBucketAcl',
  'GetObjectAcl',
  'PutObjectAcl',
  'GetObjectLockConfiguration',
  'PutObjectLockConfiguration',
  'GetObjectRetention',
  'PutObjectRetention',
  'GetObjectLegalHold',
  'PutObjectLegalHold',
  'GetBucketRequestPayment',
  'PutBucketRequestPayment',
  'GetBucketOwnershipControls',
  'PutBucketOwnershipControls',
  'DeleteBucketOwnershipControls',
  'GetBucketLocation',
  'ListObjects',
  'ListObjectVersions',
  'RestoreObject',
  'UpdateObjectEncryption',
  'GetObjectAnnotation',
  'PutObjectAnnotation',
  'ListObjectAnnotations',
  'DeleteObjectAnnotation',
]);

const UNSUPPORTED_HEADERS = [
  /^x-amz-tagging$/,
  /^x-amz-acl$/,
  /^x-amz-grant-/,
  /^x-amz-object-lock-/,
  /^x-amz-website-redirect-location$/,
  /^x-amz-server-side-encryption-customer-/,
  /^x-amz-request-payer$/,
  /^x-amz-checksum-md5$/,
];

/** Directory buckets verify bodies by checksums, not by MD5. */
const UPLOADS: ReadonlySet<OperationName> = new Set<OperationName>(['PutObject', 'UploadPart']);

/** Directory buckets list directories, not key prefixes. */
const LISTINGS: ReadonlySet<OperationName> = new Set<OperationName>(['ListObjectsV2', 'ListMultipartUploads']);

/** Refuses a request that directory buckets do not support. */
export function checkDirectoryRequest(request: S3Request): void {
  if (UNSUPPORTED_OPERATIONS.has(request.operation)) throw s3Error('NotImplemented');
  for (const name of Object.keys(request.headers)) {
    if (request.header(name) === undefined) continue;
    if (UNSUPPORTED_HEADERS.some((pattern) => pattern.test(name))) throw s3Error('NotImplemented', { Header: name });
  }
  if (request.header('x-amz-server-side-encryption') === 'aws:kms:dsse') {
    throw s3Error('NotImplemented', { Header: 'x-amz-server-side-encryption' });
  }
  if (request.header('x-amz-checksum-algorithm')?.toUpperCase() === 'MD5') {
    throw s3Error('NotImplemented', { Header: 'x-amz-checksum-algorithm' });
  }
  const encoding = request.header('content-encoding');
  if (encoding !== undefined && encoding !== 'aws-chunked') {
    throw s3Error('NotImplemented', { Header: 'content-encoding' });
  }
  if (UPLOADS.has(request.operation) && request.header('content-md5') !== undefined) {
    throw s3Error('ContentMd5Unsupported');
  }
  const { versionId } = request;
  if (versionId !== undefined && versionId !== 'null') {
    throw s3Error('InvalidVersionId', { ArgumentName: 'versionId', ArgumentValue: versionId });
  }
  const delimiter = request.parameter('delimiter');
  if (request.operation === 'ListObjectsV2' && delimiter !== undefined && delimiter !== '/') {
    throw s3Error('NotImplemented', { Header: 'delimiter' });
  }
  const prefix = request.parameter('prefix') ?? '';
  if (LISTINGS.has(request.operation) && prefix !== '' && !prefix.endsWith('/')) {
    throw s3Error('PrefixWithoutDelimiter');
  }
}
