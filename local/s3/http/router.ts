import { type S3Error, s3Error } from '../errors/s3-error';
import type { Target } from '../wire/addressing';
import { type OperationName, ROUTE_PATTERNS } from '../wire/operation-names';

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
  // Uploads by browser forms.
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
