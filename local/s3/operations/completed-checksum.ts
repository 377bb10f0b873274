import { createHash } from 'node:crypto';
import { createHasher, DEFAULT_ALGORITHM, isCrc } from '../checksums/algorithms';
import { CRC_ALGEBRAS, crcFromBytes, crcToBytes } from '../checksums/crc';
import { s3Error } from '../errors/s3-error';
import type { StoredChecksum, Upload, UploadPart } from '../store/model';
import { checksumHeader, readChecksumType } from '../wire/checksum-fields';
import type { S3Request } from '../wire/request';
import { onlyAlgorithm } from './completed-parts';

/** Computes the checksum of an object from those of its parts: combined CRCs, or a checksum of checksums (composite). */
export async function checksumOfParts(
  upload: Upload,
  parts: readonly UploadPart[],
): Promise<StoredChecksum | undefined> {
  // S3 does not store a default checksum for objects with a customer-provided key.
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
  return { algorithm, type, value: hasher.digest().toString('base64') };
}

/**
 * Compares the object checksum of a request with the computed one. The request must also contain the checksum type; without it, S3
 * refuses even the correct value (recorded).
 * @throws BadDigest
 */
export function verifyObjectChecksum(
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

/** The ETag of a multipart object: the MD5 of the MD5s of its parts, and the number of parts. */
export function multipartEtag(parts: readonly UploadPart[]): string {
  const hash = createHash('md5');
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'));
  return `${hash.digest('hex')}-${parts.length}`;
}
