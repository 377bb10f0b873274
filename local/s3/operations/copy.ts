import { isoDate, wholeSeconds } from '../base/dates';
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM } from '../checksums/algorithms';
import { type Content, slice } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import { checkWriteCondition, parseWriteCondition } from '../rules/conditions';
import { encryptionHeaders, etagIsMd5 } from '../rules/encryption';
import { expirationHeader } from '../rules/lifecycle';
import { parseCopyRange } from '../rules/ranges';
import { chargeHeader } from '../rules/requester-pays';
import type { ObjectProperties, ObjectVersion, StoredChecksum, UploadPart } from '../store/model';
import { type Bucket, currentObject } from '../store/store';
import { shownVersionId } from '../store/versions';
import { checksumElement, checksumXml, readChecksumAlgorithm } from '../wire/checksum-fields';
import { requiredPartNumber } from '../wire/parameters';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { type OperationContext, type Operations } from './context';
import { type ResolvedSource, resolveCopySource } from './copy-source';
import { commitObject, readProperties } from './new-object';
import { etagOf, MAX_SINGLE_BYTES } from './receive';
import { checkPartEncryption, findUpload, partChanges } from './uploads';

async function copyObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const { key } = request;
  const bucket = context.store.bucket(request.bucket);
  const condition = parseWriteCondition(request.header('if-match'), request.header('if-none-match'));
  const algorithmAsked = readChecksumAlgorithm(request);
  const own = readProperties(context, request, bucket);
  const source = resolveCopySource(context, request);
  context.authorizer?.authorizeCopiedProperties(request, source.named, bucket, source.object);
  const properties = inherit(request, source, own);
  // Directory buckets do not support tags. To copy an object with tags there, replace them by none.
  if (bucket.settings.directory && properties.tags.length > 0)
    throw s3Error('NotImplemented', { Header: 'x-amz-tagging' });
  checkNotOntoItself(request, bucket, source, properties);
  if (source.object.size > MAX_SINGLE_BYTES) throw s3Error('CopySourceTooLarge');
  checkWriteCondition(condition, currentObject(bucket, key), key);
  context.kms.generateDataKey(properties.encryption, request);
  const { content, size } = source.object;
  const version = await context.store.hold(content, async () => {
    const algorithm = algorithmAsked ?? source.object.checksum?.algorithm ?? DEFAULT_ALGORITHM;
    const { etag, checksum } = await digestsOfCopy(context, source, properties, algorithm);
    await context.transfer(request, size);
    checkWriteCondition(condition, currentObject(bucket, key), key);
    const annotations = bucket.settings.directory ? undefined : inheritAnnotations(request, source);
    const object = { content, size, etag, checksum, properties, ...(annotations !== undefined && { annotations }) };
    return commitObject(context, bucket, key, object, request.principal.accountId);
  });
  const result = {
    LastModified: isoDate(version.lastModified),
    ETag: `"${version.etag}"`,
    ...checksumXml(version.checksum),
  };
  return xmlResponse(renderXml('CopyObjectResult', result), {
    'x-amz-version-id': shownVersionId(bucket, version),
    'x-amz-copy-source-version-id': source.versionId,
    ...encryptionHeaders(properties),
    ...expirationHeader(bucket.settings, key, version),
    ...chargeHeader(source.bucket, request),
  });
}

/** ETag and checksum of a copy are computed over the whole object, even if the source has parts. */
async function digestsOfCopy(
  context: OperationContext,
  source: ResolvedSource,
  properties: ObjectProperties,
  algorithm: ChecksumAlgorithm,
): Promise<{ etag: string; checksum: StoredChecksum }> {
  const { object } = source;
  const sameMd5 = object.parts === undefined && etagIsMd5(object.properties);
  const wanted: ChecksumAlgorithm[] = [];
  if (!sameMd5 && etagIsMd5(properties)) wanted.push('MD5');
  const known = object.checksum?.algorithm === algorithm && object.checksum.type === 'FULL_OBJECT';
  if (!known) wanted.push(algorithm);
  const digests = await context.digests.digestAll(object.content, wanted);
  const md5 = sameMd5 ? object.etag : (digests.get('MD5')?.toString('hex') ?? '');
  const value = known ? object.checksum.value : (digests.get(algorithm)?.toString('base64') ?? '');
  return { etag: etagOf(md5, properties), checksum: { algorithm, type: 'FULL_OBJECT', value } };
}

/** Applies the metadata and tagging directives. */
function inherit(request: S3Request, source: ResolvedSource, own: ObjectProperties): ObjectProperties {
  const metadata = directive(request, 'x-amz-metadata-directive', 'UnknownMetadataDirective');
  const tagging = directive(request, 'x-amz-tagging-directive', 'UnknownTaggingDirective');
  const { headers, userMetadata, tags } = source.object.properties;
  return {
    ...own,
    ...(metadata === 'COPY' && { headers, userMetadata }),
    ...(tagging === 'COPY' && { tags }),
  };
}

/** Applies the annotation directive. CopyObject copies annotations by default. */
function inheritAnnotations(request: S3Request, source: ResolvedSource): ObjectVersion['annotations'] {
  const name = 'x-amz-object-annotation-directive';
  const value = request.header(name) ?? 'COPY';
  if (value === 'COPY') return source.object.annotations;
  if (value === 'EXCLUDE') return undefined;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: name, ArgumentValue: value },
    { detail: 'Unknown annotation directive.' },
  );
}

function directive(
  request: S3Request,
  name: string,
  error: 'UnknownMetadataDirective' | 'UnknownTaggingDirective',
): 'COPY' | 'REPLACE' {
  const value = request.header(name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw s3Error(error, { ArgumentName: name, ArgumentValue: value });
}

/**
 * S3 refuses a copy of an object onto itself that changes nothing. A change of encryption, even by the bucket's default, and making a
 * restored copy permanent count as changes.
 */
function checkNotOntoItself(
  request: S3Request,
  bucket: Bucket,
  source: ResolvedSource,
  properties: ObjectProperties,
): void {
  const current = currentObject(bucket, request.key);
  const sameObject = source.bucket === bucket && source.key === request.key && source.object === current;
  // In a versioned bucket, a source with a version ID is always accepted: it creates a new version (moto, verified on AWS).
  const namesVersion = source.named.versionId !== undefined && bucket.settings.versioning === 'Enabled';
  if (!sameObject || namesVersion) return;
  const before = source.object.properties;
  const changes =
    request.header('x-amz-metadata-directive') === 'REPLACE' ||
    request.header('x-amz-storage-class') !== undefined ||
    request.header('x-amz-website-redirect-location') !== undefined ||
    request.header('x-amz-server-side-encryption') !== undefined ||
    bucket.settings.encryption.algorithm !== undefined ||
    source.object.restore !== undefined ||
    before.customerKey?.md5 !== properties.customerKey?.md5 ||
    before.encryption?.algorithm !== properties.encryption?.algorithm;
  if (!changes) throw s3Error('CopyOntoItself');
}

async function uploadPartCopy(context: OperationContext, request: S3Request): Promise<S3Response> {
  const partNumber = requiredPartNumber(request);
  const named = findUpload(context, request);
  const { upload } = named;
  checkPartEncryption(request, upload);
  const source = resolveCopySource(context, request);
  const { size, content } = rangeOf(request, source);
  if (size > MAX_SINGLE_BYTES) throw s3Error('CopySourceTooLarge');
  // Each part of an SSE-KMS upload needs a KMS request, unless the upload uses a bucket key.
  context.kms.decrypt(upload.properties.encryption, request);
  const part = await context.store.hold(content, async () => {
    const algorithm = upload.checksum?.algorithm ?? DEFAULT_ALGORITHM;
    const digests = await context.digests.digestAll(content, ['MD5', algorithm]);
    const copied: UploadPart = {
      partNumber,
      size,
      content,
      etag: etagOf(digests.get('MD5')?.toString('hex') ?? '', upload.properties),
      lastModified: wholeSeconds(context.clock.now()),
      checksum: digests.get(algorithm)?.toString('base64') ?? '',
    };
    await context.transfer(request, size);
    await context.store.commit(...partChanges(context, named, copied));
    return copied;
  });
  const checksum = upload.checksum === undefined ? {} : { [checksumElement(upload.checksum.algorithm)]: part.checksum };
  const result = { LastModified: isoDate(part.lastModified), ETag: `"${part.etag}"`, ...checksum };
  return xmlResponse(renderXml('CopyPartResult', result), {
    'x-amz-copy-source-version-id': source.versionId,
    ...encryptionHeaders(upload.properties),
    ...chargeHeader(source.bucket, request),
  });
}

function rangeOf(request: S3Request, source: ResolvedSource): { size: number; content: Content } {
  const header = request.header('x-amz-copy-source-range');
  if (header === undefined) return { size: source.object.size, content: source.object.content };
  const { offset, length } = parseCopyRange(header, source.object.size);
  return { size: length, content: slice(source.object.content, offset, length) };
}

export const copyOperations: Operations = {
  CopyObject: copyObject,
  UploadPartCopy: uploadPartCopy,
};
