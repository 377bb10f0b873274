import { type S3Error, s3Error } from '../errors/s3-error';
import type { Target } from '../wire/addressing';
import { type OperationName, ROUTE_PATTERNS } from '../wire/operation-names';

type Scope = 'service' | 'bucket' | 'object';

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly scope: Scope;
  /** Required parameters: `name`, or `name=value`. */
  readonly query: readonly string[];
  readonly header?: string;
  /** The service in the scope of the signature. */
  readonly service?: string;
}

const ROUTES: readonly Route[] = Object.entries(ROUTE_PATTERNS).map(([pattern, operation]) =>
  parsePattern(pattern, operation),
);

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

/** Unsupported subresources. A request for one must not be routed to an operation on the bucket or object itself. */
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

/** Parameters of routes that are not subresources: GetObject also accepts `partNumber`, for example. */
const MODIFIERS = new Set(['partNumber', 'list-type', 'annotationName']);

const SUBRESOURCES = new Set([
  ...OTHER_SUBRESOURCES,
  ...ROUTES.flatMap(({ query }) => query.map(parameterName)).filter((name) => !MODIFIERS.has(name)),
]);

/** Headers of unsupported features that must not be ignored, because they change the meaning of a request. */
const OTHER_HEADERS = [
  // Append to an object.
  'x-amz-write-offset-bytes',
  'x-amz-bucket-namespace',
];

/** Host label of requests from Object Lambda functions. */
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
 * Determines the operation of a request. Unknown parameters are ignored, as by S3.
 * @throws NotImplemented for unsupported subresources and headers, MethodNotAllowed for a method that the resource does not support,
 * InvalidArgument for conflicting parameters
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
      subresources.every((name) => candidate.query.some((parameter) => parameterName(parameter) === name)),
  );
  if (found === undefined) throw routingError(method, scope, subresources);
  if (OTHER_HEADERS.some(hasHeader)) throw s3Error('NotImplemented');
  checkModifiers(found, target.query);
  return found.operation as OperationName;
}

function routingError(method: string, scope: Scope, subresources: readonly string[]): S3Error {
  if (subresources.some((name) => OTHER_SUBRESOURCES.has(name))) return s3Error('NotImplemented');
  const [first = '', second] = subresources;
  // POST Object (browser forms).
  if (method === 'POST' && scope === 'bucket' && first === '') return s3Error('NotImplemented');
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

/** Refuses writes with parameters that do not apply to them, instead of ignoring the parameters and writing something else. */
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

function parameterName(parameter: string): string {
  return parameter.split('=')[0] ?? '';
}
