import { type ChecksumAlgorithm, type ChecksumType, isChecksumAlgorithm } from '../checksums/algorithms';
import { s3Error } from '../errors/s3-error';
import type { StoredChecksum } from '../store/model';
import type { S3Request } from './request';
import type { XmlTree } from './xml';

/** The element of a checksum, for example `ChecksumCRC32C`. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The response elements of a checksum. Composite checksums end in the number of parts if `parts` is given. */
export function checksumXml(checksum: StoredChecksum | undefined, parts?: number): XmlTree {
  if (checksum === undefined) return {};
  return {
    [checksumElement(checksum.algorithm)]: checksumValue(checksum, parts),
    ChecksumType: checksum.type,
  };
}

/** The response headers of a checksum. */
export function checksumHeaders(checksum: StoredChecksum | undefined, parts?: number): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksumValue(checksum, parts),
    'x-amz-checksum-type': checksum.type,
  };
}

/** The value of a checksum in responses. */
export function checksumValue(checksum: StoredChecksum, parts: number | undefined): string {
  return checksum.type === 'COMPOSITE' && parts !== undefined ? `${checksum.value}-${parts}` : checksum.value;
}

/** Reads `x-amz-checksum-algorithm`. */
export function readChecksumAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const name = request.header('x-amz-checksum-algorithm');
  if (name === undefined) return undefined;
  const upper = name.toUpperCase();
  if (!isChecksumAlgorithm(upper)) throw s3Error('UnsupportedChecksumAlgorithm');
  return upper;
}

export function readChecksumType(request: S3Request): ChecksumType | undefined {
  const type = request.header('x-amz-checksum-type');
  if (type === undefined || type === 'FULL_OBJECT' || type === 'COMPOSITE') return type;
  throw s3Error('UnknownChecksumType');
}
