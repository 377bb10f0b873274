import { randomBytes } from 'node:crypto';
import { isoDate, wholeSeconds } from '../base/dates';
import { ALGORITHM_TRAITS, DEFAULT_ALGORITHM } from '../checksums/algorithms';
import { s3Error } from '../errors/s3-error';
import { UPLOAD_HEADERS } from '../iam/request-context';
import { encryptionHeaders } from '../rules/encryption';
import { abortDate } from '../rules/lifecycle';
import type { Change, Upload, UploadPart } from '../store/model';
import { checksumElement, readChecksumAlgorithm, readChecksumType } from '../wire/checksum-fields';
import { requiredPartNumber, integerParameter } from '../wire/parameters';
import { canonicalId, initiatorOf, initiatorXml } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { type OperationContext, type Operations } from './context';
import { readProperties } from './new-object';
import { discard, etagOf, receiveContent } from './receive';
import { checkChecksumKey, checkPartEncryption, findUpload, partChanges } from './uploads';

const MAX_LISTED = 1000;

async function createMultipartUpload(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const checksum = declaredChecksum(request);
  const properties = readProperties(context, request, bucket);
  context.kms.generateDataKey(properties.encryption, request);
  const now = context.clock.now();
  const upload: Upload = {
    uploadId: randomBytes(48).toString('base64').replaceAll('+', '_').replaceAll('/', '.'),
    key: request.key,
    initiated: wholeSeconds(now),
    sequence: context.store.nextSequence(),
    ...initiatorOf(request.principal),
    properties,
    createdWith: headersForPolicies(request),
    ...(checksum !== undefined && { checksum }),
  };
  await context.store.commit({ type: 'upload', bucket: bucket.name, upload });
  const result = { Bucket: bucket.name, Key: request.key, UploadId: upload.uploadId };
  return xmlResponse(renderXml('InitiateMultipartUploadResult', result), {
    'x-amz-checksum-algorithm': checksum?.algorithm,
    'x-amz-checksum-type': checksum?.type,
    ...abortDate(bucket.settings, request.key, upload.initiated),
    ...encryptionHeaders(properties),
  });
}

function headersForPolicies(request: S3Request): Record<string, string> {
  const given = UPLOAD_HEADERS.map((name) => [name, request.text(name)] as const);
  return Object.fromEntries(given.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== undefined));
}

/** Checksum algorithm and type of the upload. Undefined if the request specifies none ("null checksum mode"). */
function declaredChecksum(request: S3Request): Upload['checksum'] {
  const algorithm = readChecksumAlgorithm(request);
  const type = readChecksumType(request);
  if (algorithm === undefined) {
    if (type !== undefined) throw s3Error('ChecksumTypeWithoutAlgorithm');
    return undefined;
  }
  const { multipartTypes } = ALGORITHM_TRAITS[algorithm];
  if (type !== undefined && !multipartTypes.includes(type)) {
    throw s3Error('ChecksumTypeOfAlgorithm', {}, { type, algorithm: algorithm.toLowerCase() });
  }
  return { algorithm, type: type ?? multipartTypes[0] };
}

async function uploadPart(context: OperationContext, request: S3Request): Promise<S3Response> {
  const partNumber = requiredPartNumber(request);
  const named = findUpload(context, request);
  const { upload } = named;
  checkPartEncryption(request, upload);
  const sent = request.body.declaredAlgorithm();
  const declared = upload.checksum?.algorithm;
  // For composite checksums, clients must send the checksum of each part. For full object checksums, S3 computes it.
  const needed = upload.checksum?.type === 'COMPOSITE';
  if (declared !== undefined && sent !== declared && (needed || sent !== undefined)) {
    throw s3Error('PartChecksumType', {}, { expected: declared.toLowerCase(), actual: sent?.toLowerCase() ?? 'null' });
  }
  if (upload.properties.lock !== undefined && sent === undefined && request.header('content-md5') === undefined) {
    throw s3Error('MissingLockChecksum', {}, { what: 'Part' });
  }
  context.kms.decrypt(upload.properties.encryption, request);
  const algorithm = declared ?? DEFAULT_ALGORITHM;
  const received = await receiveContent(context, request, algorithm);
  const part: UploadPart = {
    partNumber,
    size: received.size,
    content: received.content,
    etag: etagOf(received.md5, upload.properties),
    lastModified: wholeSeconds(context.clock.now()),
    checksum: received.digests.get(algorithm)?.toString('base64') ?? '',
  };
  let changes: readonly Change[];
  try {
    await context.transfer(request, received.size);
    changes = partChanges(context, named, part);
  } catch (error) {
    await discard(context, received.content);
    throw error;
  }
  await context.store.commit(...changes);
  const returned = declared === undefined ? received.declared : { algorithm: declared, value: part.checksum };
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...(returned !== undefined && { [`x-amz-checksum-${returned.algorithm.toLowerCase()}`]: returned.value }),
      ...encryptionHeaders(upload.properties),
    },
  };
}

function listParts(context: OperationContext, request: S3Request): S3Response {
  const { bucket, upload, state } = findUpload(context, request);
  checkChecksumKey(request, upload);
  context.kms.decrypt(upload.properties.encryption, request);
  const maxParts = integerParameter(request, 'max-parts', { default: MAX_LISTED, maximum: MAX_LISTED });
  const marker = integerParameter(request, 'part-number-marker', { default: 0, maximum: 2 ** 31 - 1 });
  const later = [...state.parts.values()]
    .filter((part) => part.partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = later.slice(0, maxParts);
  const { checksum } = upload;
  return xmlResponse(
    renderXml('ListPartsResult', {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      PartNumberMarker: marker,
      NextPartNumberMarker: page.at(-1)?.partNumber ?? 0,
      MaxParts: maxParts,
      IsTruncated: later.length > page.length,
      ChecksumAlgorithm: checksum?.algorithm,
      ChecksumType: checksum?.type,
      Part: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: isoDate(part.lastModified),
        ETag: `"${part.etag}"`,
        Size: part.size,
        ...(checksum !== undefined && { [checksumElement(checksum.algorithm)]: part.checksum }),
      })),
      Initiator: initiatorXml(upload),
      Owner: { ID: canonicalId(bucket.settings.ownerAccountId) },
      StorageClass: upload.properties.storageClass,
    }),
    abortDate(bucket.settings, upload.key, upload.initiated),
  );
}

async function abortMultipartUpload(context: OperationContext, request: S3Request): Promise<S3Response> {
  const initiated = request.header('x-amz-if-match-initiated-time');
  if (initiated !== undefined) {
    // Directory buckets only. A missing upload meets the condition.
    const { settings, uploads } = context.store.bucket(request.bucket);
    if (!settings.directory) throw s3Error('NotImplemented', { Header: 'x-amz-if-match-initiated-time' });
    const known = uploads.get(request.parameter('uploadId') ?? '');
    if (known === undefined) return { status: 204 };
    if (known.upload.initiated !== wholeSeconds(Date.parse(initiated))) {
      throw s3Error('PreconditionFailed', { Condition: 'x-amz-if-match-initiated-time' });
    }
  }
  const { bucket, upload } = findUpload(context, request);
  await context.store.commit({ type: 'upload-deleted', bucket: bucket.name, uploadId: upload.uploadId });
  return { status: 204 };
}

export const multipartOperations: Operations = {
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  AbortMultipartUpload: abortMultipartUpload,
};
