import { createHash } from 'node:crypto';
import { wholeSeconds } from '../base/dates';
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  CHECKSUM_ALGORITHMS,
  createHasher,
  DEFAULT_ALGORITHM,
  isCrc,
} from '../checksums/algorithms';
import { CRC_ALGEBRAS, crcFromBytes, crcToBytes } from '../checksums/crc';
import { concat } from '../content/extents';
import { s3Error } from '../errors/s3-error';
import { objectOwner } from '../rules/acl';
import { checkWriteCondition, parseWriteCondition, unquote, type WriteCondition } from '../rules/conditions';
import { encryptionHeaders } from '../rules/encryption';
import { expirationHeader } from '../rules/lifecycle';
import type { ObjectVersion, StoredChecksum, Upload, UploadPart } from '../store/model';
import { currentObject, type UploadState } from '../store/store';
import { shownVersionId, versionIdFor } from '../store/versions';
import { checksumElement, checksumXml, readChecksumType, checksumHeader } from '../wire/checksum-fields';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childrenOf, parseDocument, renderXml, textOf, type XmlElement } from '../wire/xml';
import { type OperationContext, type Operations } from './context';
import { checkChecksumKey, findUpload } from './uploads';

/** All parts but the last. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

/** A part as the request lists it. */
interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

async function completeMultipartUpload(context: OperationContext, request: S3Request): Promise<S3Response> {
  findUpload(context, request);
  const condition = parseWriteCondition(request.header('if-match'), request.header('if-none-match'));
  const listed = parseParts(await request.body.text({ ofObject: true }));
  // Looked up again: reading the body took time.
  const state = findUpload(context, request);
  const { bucket, upload } = state;
  checkChecksumKey(request, upload);
  if (upload.checksum !== undefined) context.kms.decrypt(upload.properties.encryption, request);
  checkOrder(listed, upload, bucket.settings.directory);
  checkMode(request, upload);
  const parts = matchParts(listed, state);
  checkSizes(request, parts);
  const checksum = await checksumOf(upload, parts);
  verifyObjectChecksum(request, upload, checksum, parts.length);
  checkConditionOfUpload(condition, state, currentObject(bucket, upload.key));
  const dated = dateOf(context, upload, bucket.settings.directory);
  const object: ObjectVersion = {
    versionId: versionIdFor(bucket, dated.sequence),
    ...dated,
    ownerAccountId: objectOwner(bucket.settings, upload.initiatorAccountId, upload.properties.grants),
    content: concat(parts.map((part) => part.content)),
    size: parts.reduce((size, part) => size + part.size, 0),
    etag: multipartEtag(parts),
    parts: parts.map((part) => ({
      partNumber: part.partNumber,
      size: part.size,
      ...(checksum?.type === 'COMPOSITE' && part.checksum !== undefined && { checksum: part.checksum }),
    })),
    properties: upload.properties,
    ...(checksum !== undefined && { checksum }),
  };
  await context.store.commit(
    { type: 'version', bucket: bucket.name, key: upload.key, version: object },
    { type: 'upload-deleted', bucket: bucket.name, uploadId: upload.uploadId },
  );
  // Telling the default checksum of a KMS-encrypted object would take a key that Complete does not ask for.
  const hidden = upload.checksum === undefined && upload.properties.encryption?.kmsKeyArn !== undefined;
  const result = {
    Location: `${context.endpoint}/${bucket.name}/${encodeURIComponent(upload.key)}`,
    Bucket: bucket.name,
    Key: upload.key,
    ETag: `"${object.etag}"`,
    ...(hidden ? {} : checksumXml(checksum, parts.length)),
  };
  return xmlResponse(renderXml('CompleteMultipartUploadResult', result), {
    'x-amz-version-id': shownVersionId(bucket, object),
    ...encryptionHeaders(upload.properties),
    ...expirationHeader(bucket.settings, upload.key, object),
  });
}

/** S3 dates and orders the object by the initiation of its upload; a directory bucket by its completion. */
function dateOf(
  context: OperationContext,
  upload: Upload,
  directory: boolean,
): Pick<ObjectVersion, 'sequence' | 'lastModified'> {
  return directory
    ? { sequence: context.store.nextSequence(), lastModified: wholeSeconds(context.clock.now()) }
    : { sequence: upload.sequence, lastModified: upload.initiated };
}

function parseParts(body: string): readonly ListedPart[] {
  if (body.trim() === '') throw s3Error('NoParts');
  const elements = childrenOf(parseDocument(body, 'CompleteMultipartUpload'), 'Part');
  if (elements.length === 0) throw s3Error('NoParts');
  if (elements.length > MAX_PARTS) throw s3Error('MalformedXml');
  return elements.map(parsePart);
}

function parsePart(element: XmlElement): ListedPart {
  const number = textOf(element, 'PartNumber')?.trim() ?? '';
  const etag = textOf(element, 'ETag');
  if (!/^-?\d{1,9}$/.test(number) || etag === undefined) throw s3Error('MalformedXml');
  if (Number(number) < 1) {
    throw s3Error('PartNumberBelowOne', { ArgumentName: 'PartNumber', ArgumentValue: number });
  }
  const algorithm = onlyAlgorithm((name) => textOf(element, checksumElement(name)) !== undefined);
  const value = algorithm === undefined ? undefined : textOf(element, checksumElement(algorithm));
  return {
    partNumber: Number(number),
    etag: unquote(etag.trim()),
    ...(algorithm !== undefined && value !== undefined && { checksum: { algorithm, value } }),
  };
}

/** The algorithm whose checksum is given: there may be one at most, as everywhere. */
function onlyAlgorithm(isGiven: (algorithm: ChecksumAlgorithm) => boolean): ChecksumAlgorithm | undefined {
  const given = CHECKSUM_ALGORITHMS.filter(isGiven);
  if (given.length > 1) throw s3Error('ManyChecksums');
  return given[0];
}

function checkOrder(listed: readonly ListedPart[], upload: Upload, directory: boolean): void {
  const ascending = listed.every(
    (part, index) => index === 0 || part.partNumber > (listed[index - 1]?.partNumber ?? 0),
  );
  // With checksums of parts, and in directory buckets, the numbers must also leave no gap.
  const strict = (part: ListedPart): boolean =>
    directory || (part.checksum !== undefined && upload.checksum !== undefined);
  const gapless = listed.every((part, index) => !strict(part) || part.partNumber === index + 1);
  if (!ascending || !gapless) throw s3Error('InvalidPartOrder', { UploadId: upload.uploadId });
}

/** A checksum type that is given must be that of the upload. */
function checkMode(request: S3Request, upload: Upload): void {
  const type = readChecksumType(request);
  const mode: ChecksumType | 'null' = upload.checksum?.type ?? 'null';
  if (type !== undefined && type !== mode) throw s3Error('UploadChecksumMode', {}, { mode });
}

/** The stored parts that the request lists, each as it says. */
function matchParts(listed: readonly ListedPart[], state: UploadState): readonly UploadPart[] {
  const { upload } = state;
  const composite = upload.checksum?.type === 'COMPOSITE' ? upload.checksum.algorithm : undefined;
  return listed.map(({ partNumber, etag, checksum }) => {
    const part = state.parts.get(partNumber);
    const invalid = s3Error('InvalidPart', { UploadId: upload.uploadId, PartNumber: partNumber, ETag: etag });
    if (part === undefined || part.etag !== etag) throw invalid;
    if (checksum !== undefined) {
      if (upload.checksum === undefined) throw invalid;
      if (checksum.algorithm !== upload.checksum.algorithm) {
        throw s3Error('BadPartChecksum', {}, { algorithm: checksum.algorithm.toLowerCase(), part: partNumber });
      }
      if (checksum.value !== part.checksum) throw invalid;
    } else if (composite !== undefined) {
      throw s3Error('MissingPartChecksum', {}, { algorithm: composite.toLowerCase(), part: partNumber });
    }
    return part;
  });
}

function checkSizes(request: S3Request, parts: readonly UploadPart[]): void {
  const small = parts.find((part, index) => index < parts.length - 1 && part.size < MIN_PART_BYTES);
  if (small !== undefined) {
    throw s3Error('EntityTooSmall', {
      ProposedSize: small.size,
      MinSizeAllowed: MIN_PART_BYTES,
      PartNumber: small.partNumber,
      ETag: small.etag,
    });
  }
  const given = request.header('x-amz-mp-object-size');
  const computed = parts.reduce((size, part) => size + part.size, 0);
  if (given === undefined || given === String(computed)) return;
  if (!/^\d+$/.test(given)) {
    throw s3Error('InvalidRequest', {}, { detail: `Value for x-amz-mp-object-size header is invalid: '${given}'` });
  }
  throw s3Error('ObjectSizeMismatch', {}, { given, computed });
}

/** The checksum of the whole from those of the parts: combined, or hashed again for a composite one. No byte is read. */
async function checksumOf(upload: Upload, parts: readonly UploadPart[]): Promise<StoredChecksum | undefined> {
  // S3 keeps no default checksum of an object whose key it does not have.
  if (upload.checksum === undefined && upload.properties.customerKey !== undefined) return undefined;
  const { algorithm, type } = upload.checksum ?? { algorithm: DEFAULT_ALGORITHM, type: 'FULL_OBJECT' as const };
  const digests = parts.map((part) => Buffer.from(part.checksum ?? '', 'base64'));
  if (type === 'FULL_OBJECT' && isCrc(algorithm)) {
    const algebra = CRC_ALGEBRAS[algorithm];
    const crc = parts.reduce(
      (whole, part, index) => algebra.combine(whole, crcFromBytes(digests[index] ?? Buffer.alloc(0)), part.size),
      0n,
    );
    return { algorithm, type, value: crcToBytes(crc, algebra.width).toString('base64') };
  }
  const hasher = await createHasher(algorithm);
  for (const digest of digests) hasher.update(digest);
  const value = hasher.digest();
  return { algorithm, type, value: value.toString('base64') };
}

/** The object checksum of the request counts only when its type is sent too; without one, even the right value is refused. */
function verifyObjectChecksum(
  request: S3Request,
  upload: Upload,
  computed: StoredChecksum | undefined,
  parts: number,
): void {
  const algorithm = onlyAlgorithm((name) => request.header(checksumHeader(name)) !== undefined);
  if (algorithm === undefined || upload.checksum === undefined || computed === undefined) return;
  const value = request.header(checksumHeader(algorithm));
  const typed = upload.checksum.type === 'COMPOSITE' || readChecksumType(request) === 'FULL_OBJECT';
  const equal = value === computed.value || (computed.type === 'COMPOSITE' && value === `${computed.value}-${parts}`);
  if (!typed || algorithm !== computed.algorithm || !equal) {
    throw s3Error('BadChecksum', {}, { algorithm: computed.algorithm.toLowerCase() });
  }
}

/** A condition that holds is still a conflict when the key was written or deleted since the upload began. */
function checkConditionOfUpload(
  condition: WriteCondition | undefined,
  state: UploadState,
  current: ObjectVersion | undefined,
): void {
  if (condition === undefined) return;
  checkWriteCondition(condition, current, state.upload.key);
  if (!state.keyChanged) return;
  const name = 'ifMatch' in condition ? 'If-Match' : 'If-None-Match';
  throw s3Error('ConditionalRequestConflict', { Condition: name, Key: state.upload.key });
}

/** The MD5 of the MD5s of the parts, and their number. */
function multipartEtag(parts: readonly UploadPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}

export const completeOperations: Operations = { CompleteMultipartUpload: completeMultipartUpload };
