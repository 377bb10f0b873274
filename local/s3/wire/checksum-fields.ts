import { type ChecksumAlgorithm, type ChecksumType, isChecksumAlgorithm } from '../checksums/algorithms';
import { s3Error } from '../errors/s3-error';
import type { StoredChecksum } from '../store/model';
import type { S3Request } from './request';
import type { XmlTree } from './xml';

/** `ChecksumCRC32C`: the element that carries a value. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The elements of an answer that tell an object's checksum. Composite values carry the number of parts, except in attributes. */
export function checksumXml(checksum: StoredChecksum | undefined, parts?: number): XmlTree {
  if (checksum === undefined) return {};
  return {
    [checksumElement(checksum.algorithm)]: checksumValue(checksum, parts),
    ChecksumType: checksum.type,
  };
}

/** The same as headers. */
export function checksumHeaders(checksum: StoredChecksum | undefined, parts?: number): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksumValue(checksum, parts),
    'x-amz-checksum-type': checksum.type,
  };
}

/** As clients see it. */
export function checksumValue(checksum: StoredChecksum, parts: number | undefined): string {
  return checksum.type === 'COMPOSITE' && parts !== undefined ? `${checksum.value}-${parts}` : checksum.value;
}

/** The algorithm that `x-amz-checksum-algorithm` names. */
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
