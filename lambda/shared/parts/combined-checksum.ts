import type { ChecksumAlgorithm } from '../../../lib/private/protocol';

/**
 * Combines the CRCs of the parts into the CRC of the object, as S3 does for the checksum type FULL_OBJECT.
 *
 * A CRC is a remainder in the ring of polynomials over GF(2). Appending n bytes multiplies the remainder of what precedes them
 * by x^(8n), so neither the bytes nor their order inside the parts are needed. Values are in the reflected form in which S3
 * sends them: the highest bit is the coefficient of x^0.
 */
interface Crc {
  readonly bits: 32 | 64;
  /** Reflected, without the leading term. */
  readonly polynomial: bigint;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
const CRCS: Partial<Record<ChecksumAlgorithm, Crc>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** A part by the checksum and the size that S3 lists. */
export interface ChecksummedPart {
  /** Base64. */
  readonly checksum: string;
  /** Bytes. */
  readonly size: number;
}

/** @returns Base64; undefined if the checksums of this algorithm cannot be combined */
export function combinedChecksum(algorithm: ChecksumAlgorithm, parts: readonly ChecksummedPart[]): string | undefined {
  const crc = CRCS[algorithm];
  if (!crc) return undefined;
  // Nearly all parts have one size, so a few factors serve for thousands of parts.
  const factors = new Map<number, bigint>();
  let combined = 0n;
  for (const { checksum, size } of parts) {
    const factor = factors.get(size) ?? powerOfX(crc, BigInt(size) * 8n);
    factors.set(size, factor);
    combined = multiply(crc, combined, factor) ^ BigInt(`0x${Buffer.from(checksum, 'base64').toString('hex')}`);
  }
  return Buffer.from(combined.toString(16).padStart(crc.bits / 4, '0'), 'hex').toString('base64');
}

/** x^exponent, by squaring. */
function powerOfX(crc: Crc, exponent: bigint): bigint {
  const one = 1n << BigInt(crc.bits - 1);
  let result = one;
  let square = one >> 1n;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(crc, result, square);
    square = multiply(crc, square, square);
  }
  return result;
}

function multiply({ bits, polynomial }: Crc, a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 1n << BigInt(bits - 1); bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ polynomial : shifted >> 1n;
  }
  return product;
}
