import { type S3Error, s3Error } from '../errors';
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
  'GET bucket?cors': 'GetBucketCors',
  'GET bucket?website': 'GetBucketWebsite',
  'GET bucket?replication': 'GetBucketReplication',
  'GET bucket?notification': 'GetBucketNotificationConfiguration',
  'GET bucket?logging': 'GetBucketLogging',
  'GET bucket?accelerate': 'GetBucketAccelerateConfiguration',
  'GET bucket?acl': 'GetBucketAcl',
  'PUT bucket?acl': 'PutBucketAcl',
  'GET bucket?publicAccessBlock': 'GetPublicAccessBlock',
  'PUT bucket?publicAccessBlock': 'PutPublicAccessBlock',
  'DELETE bucket?publicAccessBlock': 'DeletePublicAccessBlock',
  'GET bucket?uploads': 'ListMultipartUploads',
  'GET bucket?versions': 'ListObjectVersions',
  'GET bucket?list-type=2': 'ListObjectsV2',
  'POST bucket?delete': 'DeleteObjects',
  // A form, whose fields are what the headers of a PUT are.
  'POST bucket': 'PutObject',
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
  'abac',
  'accelerate',
  'analytics',
  'cors',
  'intelligent-tiering',
  'inventory',
  'logging',
  'metadataAnnotationTable',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'metadataTable',
  'metrics',
  'notification',
  'renameObject',
  'replication',
  'select',
  'select-type',
  'torrent',
  'website',
]);

/** Parameters in the table that do not say of themselves what is asked for: a GET of an object may have a `partNumber`. */
const MODIFIERS = new Set(['partNumber', 'list-type', 'annotationName']);

const SUBRESOURCES = new Set([
  ...OTHER_SUBRESOURCES,
  ...ROUTES.flatMap(({ query }) => query.map(nameOf)).filter((name) => !MODIFIERS.has(name)),
]);

/** Headers that make another request of one: whoever sends them must not be served as if they were not there. */
const OTHER_HEADERS = [
  // Appends to an object.
  'x-amz-write-offset-bytes',
  'x-amz-bucket-namespace',
];

/** Where functions of Object Lambda send their answers. */
const OBJECT_LAMBDA = 'WriteGetObjectResponse';

const WITHOUT_VERSION_ID: ReadonlySet<string> = new Set<OperationName>([
  'PutObject',
  'CopyObject',
  'CreateMultipartUpload',
  'UploadPart',
  'UploadPartCopy',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
]);

/**
 * The operation of a request. Parameters that S3 does not know are ignored, as S3 does.
 * @throws NotImplemented for a sub-resource or a header that this server does not have, MethodNotAllowed for a method that the
 * resource has not, InvalidArgument for parameters that do not go together.
 */
export function route(
  method: string,
  target: Target,
  hasHeader: (name: string) => boolean,
  service?: string,
): OperationName {
  const scope: Scope = target.bucket === undefined ? 'service' : target.key === '' ? 'bucket' : 'object';
  if (method === 'POST' && target.bucket === OBJECT_LAMBDA) throw s3Error('NotImplemented');
  const subresources = [...target.query.keys()].filter((name) => SUBRESOURCES.has(name));
  const found = ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.scope === scope &&
      candidate.query.every((parameter) => hasParameter(target.query, parameter)) &&
      (candidate.header === undefined || hasHeader(candidate.header)) &&
      (candidate.service === undefined || candidate.service === service) &&
      subresources.every((name) => candidate.query.some((parameter) => nameOf(parameter) === name)),
  );
  if (found === undefined) throw refusal(method, scope, subresources);
  if (OTHER_HEADERS.some(hasHeader)) throw s3Error('NotImplemented');
  checkModifiers(found, target.query);
  return found.operation as OperationName;
}

function refusal(method: string, scope: Scope, subresources: readonly string[]): S3Error {
  if (subresources.some((name) => OTHER_SUBRESOURCES.has(name))) return s3Error('NotImplemented');
  const [first = '', second] = subresources;
  if (second !== undefined) {
    return s3Error(
      'InvalidArgument',
      { ArgumentName: 'ResourceType', ArgumentValue: first },
      { detail: `Conflicting query string parameters: ${subresources.join(', ')}` },
    );
  }
  const type = first === '' ? scope : first;
  return s3Error('MethodNotAllowed', { Method: method, ResourceType: type.toUpperCase() });
}

/** A write that names what it cannot write to must not write something else. */
function checkModifiers({ operation, method, scope }: Route, query: ReadonlyMap<string, string>): void {
  if (method === 'GET' || method === 'HEAD' || scope !== 'object') return;
  if (query.has('partNumber') && !query.has('uploadId')) {
    throw invalid('partNumber', 'partNumber', 'This operation does not accept partNumber without uploadId');
  }
  if (query.has('annotationName') && !query.has('annotation')) {
    throw s3Error('MethodNotAllowed', { Method: method, ResourceType: 'ANNOTATION' });
  }
  const versionId = query.get('versionId');
  if (versionId !== undefined && versionId !== '' && WITHOUT_VERSION_ID.has(operation)) {
    throw invalid('versionId', versionId, 'This operation does not accept a version-id.');
  }
}

function invalid(name: string, value: string, detail: string): S3Error {
  return s3Error('InvalidArgument', { ArgumentName: name, ArgumentValue: value }, { detail });
}

function hasParameter(query: ReadonlyMap<string, string>, parameter: string): boolean {
  const [name = '', value] = parameter.split('=');
  return value === undefined ? query.has(name) : query.get(name) === value;
}

function nameOf(parameter: string): string {
  return parameter.split('=')[0] ?? '';
}
