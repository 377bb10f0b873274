import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, type ChecksumType } from '../checksums/algorithms';
import { s3Error } from '../errors/s3-error';
import { unquote } from '../rules/conditions';
import type { Upload, UploadPart } from '../store/model';
import type { UploadState } from '../store/store';
import { checksumElement, readChecksumType } from '../wire/checksum-fields';
import type { S3Request } from '../wire/request';
import { childrenOf, parseDocument, textOf, type XmlElement } from '../wire/xml';

/** For all parts except the last. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

/** A part in the body of CompleteMultipartUpload. */
export interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
}

/** @throws InvalidRequest for an empty list, MalformedXML, InvalidArgument */
export function parseListedParts(body: string): readonly ListedPart[] {
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

/** The algorithm of the part's checksum, of which there may be at most one. */
export function onlyAlgorithm(isGiven: (algorithm: ChecksumAlgorithm) => boolean): ChecksumAlgorithm | undefined {
  const given = CHECKSUM_ALGORITHMS.filter(isGiven);
  if (given.length > 1) throw s3Error('ManyChecksums');
  return given[0];
}

/** Identifies a list of parts, to recognize a repeated request. */
export function digestOfParts(listed: readonly ListedPart[]): string {
  const hash = createHash('sha256');
  for (const { partNumber, etag } of listed) hash.update(`${partNumber} ${etag}\n`);
  return hash.digest('hex');
}

/** @throws InvalidPartOrder */
export function checkOrder(listed: readonly ListedPart[], upload: Upload, directory: boolean): void {
  const ascending = listed.every(
    (part, index) => index === 0 || part.partNumber > (listed[index - 1]?.partNumber ?? 0),
  );
  // Part numbers must be consecutive for composite checksums and in directory buckets.
  const strict = (part: ListedPart): boolean =>
    directory || (part.checksum !== undefined && upload.checksum !== undefined);
  const gapless = listed.every((part, index) => !strict(part) || part.partNumber === index + 1);
  if (!ascending || !gapless) throw s3Error('InvalidPartOrder', { UploadId: upload.uploadId });
}

/** Checks that the checksum type of the request, if any, matches that of the upload. */
export function checkChecksumMode(request: S3Request, upload: Upload): void {
  const type = readChecksumType(request);
  const mode: ChecksumType | 'null' = upload.checksum?.type ?? 'null';
  if (type !== undefined && type !== mode) throw s3Error('UploadChecksumMode', {}, { mode });
}

/**
 * Finds the stored parts of the request.
 * @throws InvalidPart for a part that does not exist or has another ETag, BadDigest, InvalidRequest for a missing checksum
 */
export function matchParts(listed: readonly ListedPart[], state: UploadState): readonly UploadPart[] {
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

/** @throws EntityTooSmall, InvalidRequest if x-amz-mp-object-size differs from the sum */
export function checkSizes(request: S3Request, parts: readonly UploadPart[]): void {
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
