import { isoDate } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import { restoreStatus } from '../rules/restore';
import { compareKeys } from '../store/key-index';
import type { ObjectVersion, Version } from '../store/model';
import { type Bucket, isObjectVersion } from '../store/store';
import { invalidVersionId, NULL_VERSION, sequenceOf } from '../store/versions';
import { integerParameter } from '../wire/parameters';
import { canonicalId } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml, type XmlTree } from '../wire/xml';
import { type OperationContext, type Operations } from './context';
import { collectPage, encodeName, type Page, readEncodingType } from './pages';

const MAX_KEYS = 1000;

interface ListRequest {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Encodes keys according to `encoding-type`. */
  readonly encode: (name: string) => string;
  readonly encodingType: string | undefined;
  /** The current time, if the request asks for RestoreStatus. */
  readonly restoredBy: number | undefined;
}

function readListRequest(context: OperationContext, request: S3Request): ListRequest {
  const bucket = context.store.bucket(request.bucket);
  const encodingType = readEncodingType(request);
  return {
    bucket,
    prefix: request.parameter('prefix') ?? '',
    delimiter: request.parameter('delimiter') ?? '',
    maxKeys: integerParameter(request, 'max-keys', { default: MAX_KEYS, maximum: MAX_KEYS }),
    encode: encodingType === undefined ? (name) => name : encodeName,
    encodingType,
    restoredBy: wantsRestoreStatus(request) ? context.clock.now() : undefined,
  };
}

function wantsRestoreStatus(request: S3Request): boolean {
  const header = request.header('x-amz-optional-object-attributes');
  const names = (header ?? '').split(',').map((name) => name.trim());
  if (header === undefined) return false;
  if (names.every((name) => name === 'RestoreStatus')) return true;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'x-amz-optional-object-attributes', ArgumentValue: header },
    { detail: 'Invalid attribute name specified.' },
  );
}

/** The current objects, starting at a key. */
function* currentObjects(bucket: Bucket, from: string): Generator<{ key: string; value: ObjectVersion }> {
  for (const [key, versions] of bucket.keys.from(from)) {
    const [newest] = versions;
    if (isObjectVersion(newest)) yield { key, value: newest };
  }
}

function listObjects(context: OperationContext, request: S3Request): S3Response {
  const list = readListRequest(context, request);
  const marker = request.parameter('marker') ?? '';
  const page = collectPage(currentObjects(list.bucket, firstKey(list, marker)), { ...list, after: marker });
  return xmlResponse(
    renderXml('ListBucketResult', {
      ...commonFields(list, page),
      Marker: list.encode(marker),
      NextMarker: page.truncated && list.delimiter !== '' ? list.encode(page.last) : undefined,
      Contents: page.items.map(({ key, value }) => ({ ...contents(list, key, value), ...owner(value) })),
      CommonPrefixes: commonPrefixes(list, page),
    }),
  );
}

function listObjectsV2(context: OperationContext, request: S3Request): S3Response {
  const list = readListRequest(context, request);
  const token = request.parameter('continuation-token');
  const startAfter = request.parameter('start-after');
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token);
  const fetchOwner = request.parameter('fetch-owner')?.toLowerCase() === 'true';
  const page = collectPage(currentObjects(list.bucket, firstKey(list, after)), { ...list, after });
  return xmlResponse(
    renderXml('ListBucketResult', {
      ...commonFields(list, page),
      KeyCount: page.items.length + page.prefixes.length,
      ContinuationToken: token,
      NextContinuationToken: page.truncated ? encodeToken(page.last) : undefined,
      StartAfter: startAfter === undefined ? undefined : list.encode(startAfter),
      Contents: page.items.map(({ key, value }) => ({
        ...contents(list, key, value),
        ...(fetchOwner && owner(value)),
      })),
      CommonPrefixes: commonPrefixes(list, page),
    }),
  );
}

/** The first key that can be part of the page. */
function firstKey(list: { prefix: string }, after: string): string {
  return compareKeys(after, list.prefix) > 0 ? after : list.prefix;
}

function commonFields(list: ListRequest, page: Page<unknown>): XmlTree {
  return {
    Name: list.bucket.name,
    Prefix: list.encode(list.prefix),
    MaxKeys: list.maxKeys,
    Delimiter: list.delimiter === '' ? undefined : list.encode(list.delimiter),
    EncodingType: list.encodingType,
    IsTruncated: page.truncated,
  };
}

function commonPrefixes(list: ListRequest, page: Page<unknown>): XmlTree[] {
  return page.prefixes.map((prefix) => ({ Prefix: list.encode(prefix) }));
}

function contents(list: ListRequest, key: string, object: ObjectVersion): XmlTree {
  return {
    Key: list.encode(key),
    LastModified: isoDate(object.lastModified),
    ETag: `"${object.etag}"`,
    ChecksumAlgorithm: object.checksum?.algorithm,
    ChecksumType: object.checksum?.type,
    Size: object.size,
    StorageClass: object.properties.storageClass,
    RestoreStatus: list.restoredBy === undefined ? undefined : restoreStatus(object, list.restoredBy),
  };
}

function owner(version: Version): XmlTree {
  return { Owner: { ID: canonicalId(version.ownerAccountId) } };
}

function encodeToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function decodeToken(token: string): string {
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (token !== '' && encodeToken(key) === token) return key;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'continuation-token' },
    { detail: 'The continuation token provided is incorrect' },
  );
}

interface ListedVersion {
  readonly version: Version;
  readonly latest: boolean;
}

function* allVersions(
  bucket: Bucket,
  from: string,
  keyMarker: string,
  versionIdMarker: string | undefined,
): Generator<{ key: string; value: ListedVersion }> {
  for (const [key, versions] of bucket.keys.from(from)) {
    let first = 0;
    if (key === keyMarker) first = positionAfter(versions, versionIdMarker);
    for (const [index, version] of versions.entries()) {
      if (index >= first) yield { key, value: { version, latest: index === 0 } };
    }
  }
}

/** The first version after a marker. The marker may refer to a deleted version. */
function positionAfter(versions: readonly Version[], versionIdMarker: string | undefined): number {
  if (versionIdMarker === undefined || versionIdMarker === '') return versions.length;
  const marked = versions.findIndex((version) => version.versionId === versionIdMarker);
  if (marked >= 0) return marked + 1;
  if (versionIdMarker === NULL_VERSION) return versions.length;
  const sequence = sequenceOf(versionIdMarker);
  if (sequence === undefined) throw invalidVersionId(versionIdMarker, 'version-id-marker');
  const later = versions.findIndex((version) => version.sequence < sequence);
  return later < 0 ? versions.length : later;
}

function listObjectVersions(context: OperationContext, request: S3Request): S3Response {
  const list = readListRequest(context, request);
  const keyMarker = request.parameter('key-marker') ?? '';
  const versionIdMarker = request.parameter('version-id-marker');
  if (versionIdMarker !== undefined && versionIdMarker !== '' && keyMarker === '') {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'version-id-marker', ArgumentValue: versionIdMarker },
      { detail: 'A version-id marker cannot be specified without a key marker.' },
    );
  }
  const versions = allVersions(list.bucket, firstKey(list, keyMarker), keyMarker, versionIdMarker);
  // Further versions of the marker's key follow, so the key itself is not skipped.
  const page = collectPage(versions, { ...list, after: keyMarker, includingAfter: true });
  const last = page.lastItem;
  return xmlResponse(
    renderXml('ListVersionsResult', {
      ...commonFields(list, page),
      KeyMarker: list.encode(keyMarker),
      VersionIdMarker: versionIdMarker ?? '',
      NextKeyMarker: page.truncated ? list.encode(page.last) : undefined,
      NextVersionIdMarker: page.truncated ? last?.value.version.versionId : undefined,
      Version: page.items
        .filter(({ value }) => isObjectVersion(value.version))
        .map(({ key, value }) => versionXml(list, key, value)),
      DeleteMarker: page.items
        .filter(({ value }) => !isObjectVersion(value.version))
        .map(({ key, value }) => versionXml(list, key, value)),
      CommonPrefixes: commonPrefixes(list, page),
    }),
  );
}

function versionXml(list: ListRequest, key: string, { version, latest }: ListedVersion): XmlTree {
  const fields = isObjectVersion(version)
    ? contents(list, key, version)
    : { Key: list.encode(key), LastModified: isoDate(version.lastModified) };
  return { ...fields, VersionId: version.versionId, IsLatest: latest, ...owner(version) };
}

export const listingOperations: Operations = {
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListObjectVersions: listObjectVersions,
};
