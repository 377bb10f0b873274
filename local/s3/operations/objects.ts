import { DEFAULT_ALGORITHM } from '../checksums/algorithms';
import { slice } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import { checkReadConditions, checkWriteCondition, parseWriteCondition } from '../rules/conditions';
import { checkCustomerKey, encryptionHeaders } from '../rules/encryption';
import { expirationHeader } from '../rules/lifecycle';
import { lockHeaders } from '../rules/lock';
import { STORED_HEADERS, metadataHeaders } from '../rules/properties';
import { type ByteRange, contentRange, parseReadRange } from '../rules/ranges';
import { archiveStatusOf, checkRestored, restoreHeader } from '../rules/restore';
import type { ObjectVersion, StoredChecksum } from '../store/model';
import { type Bucket, currentObject } from '../store/store';
import { findObject, shownVersionId } from '../store/versions';
import { checksumHeaders } from '../wire/checksum-fields';
import { partNumberParameter } from '../wire/parameters';
import { ANONYMOUS } from '../wire/principal';
import type { S3Request } from '../wire/request';
import type { S3Response } from '../wire/response';
import { type OperationContext, type Operations } from './context';
import { commitObject, readProperties } from './new-object';
import { discard, etagOf, receiveContent } from './receive';

/** Maximum size of a GET response (documented as 5 TB). Larger objects must be read by ranges. */
const MAX_GET_BYTES = 5 * 1024 ** 4;

async function putObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { key } = request;
  const bucket = context.store.bucket(request.bucket);
  const condition = parseWriteCondition(request.header('if-match'), request.header('if-none-match'));
  const properties = readProperties(context, request, bucket);
  checkWriteCondition(condition, currentObject(bucket, key), key);
  const declared = request.body.declaredAlgorithm();
  // Also for the default retention of the bucket.
  if (properties.lock !== undefined && declared === undefined && request.header('content-md5') === undefined) {
    throw s3Error('MissingLockChecksum', {}, { what: 'Object' });
  }
  context.kms.generateDataKey(properties.encryption, request);
  const algorithm = declared ?? DEFAULT_ALGORITHM;
  const received = await receiveContent(context, request, algorithm);
  try {
    // Checked again, because another client may have written the key while the body was received.
    checkWriteCondition(condition, currentObject(context.store.bucket(request.bucket), key), key);
  } catch (error) {
    await discard(context, received.content);
    throw error;
  }
  const checksum: StoredChecksum = {
    algorithm,
    type: 'FULL_OBJECT',
    value: received.digests.get(algorithm)?.toString('base64') ?? '',
  };
  const etag = etagOf(received.md5, properties);
  const { content, size } = received;
  const object = { content, size, etag, checksum, properties };
  const version = await commitObject(context, bucket, key, object, request.principal.accountId);
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      'x-amz-version-id': shownVersionId(bucket, version),
      ...expirationHeader(bucket.settings, key, version),
      ...checksumHeaders(checksum),
      ...encryptionHeaders(properties),
      ...(request.header('x-amz-object-size') !== undefined && { 'x-amz-object-size': size }),
    },
  };
}

function getObject(context: OperationContext, request: S3Request): S3Response {
  const { object, bucket } = readableObject(context, request);
  checkRestored(object, context.clock.now());
  const selection = select(request, object);
  const length = selection.range?.length ?? object.size;
  if (length > MAX_GET_BYTES) throw s3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'OBJECT' });
  const content =
    selection.range === undefined ? object.content : slice(object.content, selection.range.offset, length);
  return {
    status: selection.range === undefined ? 200 : 206,
    headers: { ...objectHeaders(context, bucket, object, request, selection), ...overrides(request) },
    body: { content, length },
  };
}

function headObject(context: OperationContext, request: S3Request): S3Response {
  const { object, bucket } = readableObject(context, request);
  const selection = select(request, object);
  return {
    status: selection.range === undefined ? 200 : 206,
    headers: { ...objectHeaders(context, bucket, object, request, selection), ...overrides(request) },
  };
}

function readableObject(context: OperationContext, request: S3Request): { object: ObjectVersion; bucket: Bucket } {
  const bucket = context.store.bucket(request.bucket);
  const object = findObject(bucket, request.key, request.versionId, request.method);
  checkCustomerKey(object, request);
  // Content and checksums are encrypted; metadata is not.
  if (request.method === 'GET' || wantsChecksum(request)) context.kms.decrypt(object.properties.encryption, request);
  checkReadConditions(
    {
      ifMatch: request.header('if-match'),
      ifNoneMatch: request.header('if-none-match'),
      ifModifiedSince: request.header('if-modified-since'),
      ifUnmodifiedSince: request.header('if-unmodified-since'),
    },
    object,
    context.clock.now(),
  );
  return { object, bucket };
}

function wantsChecksum(request: S3Request): boolean {
  return request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
}

/** The requested bytes of an object, and their checksum if known. */
interface Selection {
  readonly range: ByteRange | undefined;
  readonly checksum: StoredChecksum | undefined;
  /** Number of parts, if the request specifies a part number. */
  readonly byPart: boolean;
}

function select(request: S3Request, object: ObjectVersion): Selection {
  const partNumber = partNumberParameter(request);
  const rangeHeader = request.header('range');
  if (partNumber !== undefined) {
    if (rangeHeader !== undefined) throw s3Error('RangeWithPartNumber');
    return selectPart(object, partNumber);
  }
  const range = parseReadRange(rangeHeader, object.size);
  const whole = range === undefined || range.length === object.size;
  // S3 does not return the checksum of an object with a range.
  return { range, checksum: whole ? object.checksum : undefined, byPart: false };
}

function selectPart(object: ObjectVersion, partNumber: number): Selection {
  const parts = object.parts ?? [{ partNumber: 1, size: object.size }];
  const part = parts[partNumber - 1];
  if (part === undefined) {
    throw s3Error('InvalidPartNumber', { ActualPartCount: parts.length, PartNumberRequested: partNumber });
  }
  const offset = parts.slice(0, partNumber - 1).reduce((sum, { size }) => sum + size, 0);
  const { checksum } = object;
  const ofPart: StoredChecksum | undefined =
    checksum?.type === 'COMPOSITE' && 'checksum' in part && part.checksum !== undefined
      ? { ...checksum, value: part.checksum }
      : undefined;
  const whole = part.size === object.size && checksum?.type === 'FULL_OBJECT';
  return {
    range: part.size === 0 ? undefined : { offset, length: part.size },
    checksum: whole ? checksum : ofPart,
    byPart: true,
  };
}

function objectHeaders(
  context: OperationContext,
  bucket: Bucket,
  object: ObjectVersion,
  request: S3Request,
  selection: Selection,
): Record<string, string | number | undefined> {
  const { range } = selection;
  return {
    ...metadataHeaders(object.properties),
    ...hiddenHeaders(context, bucket, object, request),
    'accept-ranges': 'bytes',
    'content-length': range?.length ?? object.size,
    'content-range': range === undefined ? undefined : contentRange(range, object.size),
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModified).toUTCString(),
    'x-amz-version-id': shownVersionId(bucket, object),
    'x-amz-mp-parts-count': selection.byPart ? object.parts?.length : undefined,
    'x-amz-restore': restoreHeader(object, context.clock.now()),
    ...(currentObject(bucket, request.key) === object && expirationHeader(bucket.settings, request.key, object)),
    ...encryptionHeaders(object.properties),
    'x-amz-archive-status': archiveStatusOf(object, context.clock.now()),
    ...(wantsChecksum(request) &&
      checksumHeaders(selection.checksum, selection.byPart ? undefined : object.parts?.length)),
  };
}

/** Headers that S3 omits if the principal is not allowed to read tags or Object Lock settings. */
function hiddenHeaders(
  context: OperationContext,
  bucket: Bucket,
  object: ObjectVersion,
  request: S3Request,
): Record<string, string | number | undefined> {
  const maySee = (action: string) => context.authorizer?.maySee(request, bucket, action) !== false;
  const { lock = {}, tags } = object.properties;
  const tagging = request.versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const { legalHold, ...retention } = lock;
  const showsRetention = Object.keys(retention).length > 0 && maySee('s3:GetObjectRetention');
  const showsHold = legalHold !== undefined && maySee('s3:GetObjectLegalHold');
  return {
    'x-amz-tagging-count': tags.length > 0 && maySee(tagging) ? String(tags.length) : undefined,
    ...lockHeaders({ ...(showsRetention && retention), ...(showsHold && { legalHold }) }),
  };
}

/** Response headers overridden by `response-content-type` and similar parameters, which S3 accepts in signed requests only. */
function overrides(request: S3Request): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of STORED_HEADERS) {
    const value = request.parameter(`response-${name}`);
    if (value !== undefined) headers[name] = value;
  }
  if (Object.keys(headers).length > 0 && request.principal.accessKeyId === ANONYMOUS)
    throw s3Error('AnonymousOverrides');
  return headers;
}

export const objectOperations: Operations = {
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
};
