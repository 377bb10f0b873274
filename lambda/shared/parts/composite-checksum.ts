import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32 as crc32WithPolynomial, crc64, xxhash128, xxhash3, xxhash64 } from 'hash-wasm';
import type { ChecksumAlgorithm } from '../../../lib/private/protocol';

/** Reflected polynomials. */
const CASTAGNOLI = 0x82f63b78;
const NVME = '9a6c9329ac4bc9b5';

const hex = async (digest: Promise<string>) => Buffer.from(await digest, 'hex');

const HASHERS: Record<ChecksumAlgorithm, (bytes: Buffer) => Buffer | Promise<Buffer>> = {
  MD5: (bytes) => createHash('md5').update(bytes).digest(),
  SHA1: (bytes) => createHash('sha1').update(bytes).digest(),
  SHA256: (bytes) => createHash('sha256').update(bytes).digest(),
  SHA512: (bytes) => createHash('sha512').update(bytes).digest(),
  CRC32: (bytes) => uint32(crc32(bytes)),
  CRC32C: (bytes) => hex(crc32WithPolynomial(bytes, CASTAGNOLI)),
  CRC64NVME: (bytes) => hex(crc64(bytes, NVME)),
  XXHASH64: (bytes) => hex(xxhash64(bytes)),
  XXHASH3: (bytes) => hex(xxhash3(bytes)),
  XXHASH128: (bytes) => hex(xxhash128(bytes)),
};

/**
 * S3's composite checksum: the checksum over the checksums of the parts in Base64, and the number of parts.
 *
 * @param values the checksums of the parts in order, Base64
 */
export async function compositeChecksum(algorithm: ChecksumAlgorithm, values: string[]): Promise<string> {
  const digest = await HASHERS[algorithm](Buffer.concat(values.map((value) => Buffer.from(value, 'base64'))));
  return `${digest.toString('base64')}-${values.length}`;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
