import { s3Error } from '../errors';
import type { Target } from './addressing';

type Scope = 'service' | 'bucket' | 'object';

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly scope: Scope;
  /** Parameters that must all be there; `name=value` also asks for that value. */
  readonly query: readonly string[];
  readonly header?: string;
  /** The service that the request is signed for. */
  readonly service?: string;
}

/** `METHOD scope[?parameter&…][ +header][ @service]` -> operation. The first row that fits is taken, so the particular stand before the general. */
const TABLE = {
  'GET service @s3express': 'ListDirectoryBuckets',
  'GET service': 'ListBuckets',

  'GET bucket?session': 'CreateSession',
  'GET bucket?location': 'GetBucketLocation',
  'GET bucket?versioning': 'GetBucketVersioning',
  'PUT bucket?versioning': 'PutBucketVersioning',
  'GET bucket?encryption': 'GetBucketEncryption',
  'PUT bucket?encryption': 'PutBucketEncryption',
  'DELETE bucket?encryption': 'DeleteBucketEncryption',
  'GET bucket?policyStatus': 'GetBucketPolicyStatus',
  'GET bucket?policy': 'GetBucketPolicy',
  'PUT bucket?policy': 'PutBucketPolicy',
  'DELETE bucket?policy': 'DeleteBucketPolicy',
  'GET bucket?tagging': 'GetBucketTagging',
  'PUT bucket?tagging': 'PutBucketTagging',
  'DELETE bucket?tagging': 'DeleteBucketTagging',
  'GET bucket?lifecycle': 'GetBucketLifecycleConfiguration',
  'PUT bucket?lifecycle': 'PutBucketLifecycleConfiguration',
  'DELETE bucket?lifecycle': 'DeleteBucketLifecycle',
  'GET bucket?object-lock': 'GetObjectLockConfiguration',
  'PUT bucket?object-lock': 'PutObjectLockConfiguration',
  'GET bucket?ownershipControls': 'GetBucketOwnershipControls',
  'PUT bucket?ownershipControls': 'PutBucketOwnershipControls',
  'DELETE bucket?ownershipControls': 'DeleteBucketOwnershipControls',
  'GET bucket?requestPayment': 'GetBucketRequestPayment',
  'PUT bucket?requestPayment': 'PutBucketRequestPayment',
  'GET bucket?acl': 'GetBucketAcl',
  'PUT bucket?acl': 'PutBucketAcl',
  'GET bucket?publicAccessBlock': 'GetPublicAccessBlock',
  'PUT bucket?publicAccessBlock': 'PutPublicAccessBlock',
  'DELETE bucket?publicAccessBlock': 'DeletePublicAccessBlock',
  'GET bucket?uploads': 'ListMultipartUploads',
  'GET bucket?versions': 'ListObjectVersions',
  'GET bucket?list-type=2': 'ListObjectsV2',
  'POST bucket?delete': 'DeleteObjects',
  'GET bucket': 'ListObjects',
  'PUT bucket': 'CreateBucket',
  'HEAD bucket': 'HeadBucket',
  'DELETE bucket': 'DeleteBucket',

  'PUT object?partNumber&uploadId +x-amz-copy-source': 'UploadPartCopy',
  'PUT object?partNumber&uploadId': 'UploadPart',
  'POST object?uploads': 'CreateMultipartUpload',
  'POST object?uploadId': 'CompleteMultipartUpload',
  'GET object?uploadId': 'ListParts',
  'DELETE object?uploadId': 'AbortMultipartUpload',
  'GET object?tagging': 'GetObjectTagging',
  'PUT object?tagging': 'PutObjectTagging',
  'DELETE object?tagging': 'DeleteObjectTagging',
  'GET object?acl': 'GetObjectAcl',
  'PUT object?acl': 'PutObjectAcl',
  'GET object?attributes': 'GetObjectAttributes',
  'GET object?retention': 'GetObjectRetention',
  'PUT object?retention': 'PutObjectRetention',
  'GET object?legal-hold': 'GetObjectLegalHold',
  'PUT object?legal-hold': 'PutObjectLegalHold',
  'GET object?annotation&annotationName': 'GetObjectAnnotation',
  'GET object?annotation': 'ListObjectAnnotations',
  'PUT object?annotation': 'PutObjectAnnotation',
  'DELETE object?annotation': 'DeleteObjectAnnotation',
  'PUT object?encryption': 'UpdateObjectEncryption',
  'POST object?restore': 'RestoreObject',
  'PUT object +x-amz-copy-source': 'CopyObject',
  'PUT object': 'PutObject',
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'DELETE object': 'DeleteObject',
} as const satisfies Record<string, string>;

/** The operations of S3 that requests are routed to, by S3's names. */
export type OperationName = (typeof TABLE)[keyof typeof TABLE];

export const OPERATION_NAMES: readonly OperationName[] = [...new Set(Object.values(TABLE))];

const ROUTES: readonly Route[] = Object.entries(TABLE).map(([pattern, operation]) => parsePattern(pattern, operation));

function parsePattern(pattern: string, operation: string): Route {
  const [method = '', resource = '', extra = ''] = pattern.split(' ');
  const [scope = '', query = ''] = resource.split('?');
  return {
    operation,
    method,
    scope: scope as Scope,
    query: query === '' ? [] : query.split('&'),
    ...(extra.startsWith('+') && { header: extra.slice(1) }),
    ...(extra.startsWith('@') && { service: extra.slice(1) }),
  };
}

/** Sub-resources of S3 that no row serves: a request for one must not fall through to the bucket or object itself. */
const OTHER_SUBRESOURCES = new Set([
  'accelerate',
  'analytics',
  'cors',
  'intelligent-tiering',
  'inventory',
  'logging',
  'metadataTable',
  'metadataConfiguration',
  'metrics',
  'notification',
  'replication',
  'select',
  'torrent',
  'website',
  'abac',
]);

const SUBRESOURCES = new Set([
  ...OTHER_SUBRESOURCES,
  ...ROUTES.flatMap(({ query }) => query.map((parameter) => parameter.split('=')[0] ?? '')),
]);
// These two go with a plain GET or HEAD as well.
SUBRESOURCES.delete('partNumber');
SUBRESOURCES.delete('list-type');
SUBRESOURCES.delete('annotationName');

/**
 * The operation of a request.
 * @throws NotImplemented for a sub-resource that this server does not have, MethodNotAllowed for a method that the resource has not.
 */
export function route(
  method: string,
  target: Target,
  hasHeader: (name: string) => boolean,
  service?: string,
): OperationName {
  const scope: Scope = target.bucket === undefined ? 'service' : target.key === '' ? 'bucket' : 'object';
  const subresource = [...target.query.keys()].find((name) => SUBRESOURCES.has(name));
  const found = ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.scope === scope &&
      candidate.query.every((parameter) => hasParameter(target.query, parameter)) &&
      (candidate.header === undefined || hasHeader(candidate.header)) &&
      (candidate.service === undefined || candidate.service === service) &&
      (subresource === undefined || candidate.query.length > 0),
  );
  if (found !== undefined) return found.operation as OperationName;
  if (subresource !== undefined && OTHER_SUBRESOURCES.has(subresource)) throw s3Error('NotImplemented');
  throw s3Error('MethodNotAllowed', {
    Method: method,
    ResourceType: subresource?.toUpperCase() ?? scope.toUpperCase(),
  });
}

function hasParameter(query: ReadonlyMap<string, string>, parameter: string): boolean {
  const [name = '', value] = parameter.split('=');
  return value === undefined ? query.has(name) : query.get(name) === value;
}
