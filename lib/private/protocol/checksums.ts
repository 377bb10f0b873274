/** S3's checksum algorithms. The first is the one that S3 adds by itself. */
export const CHECKSUM_ALGORITHMS = [
  'CRC64NVME',
  'CRC32C',
  'CRC32',
  'SHA512',
  'SHA256',
  'SHA1',
  'MD5',
  'XXHASH128',
  'XXHASH3',
  'XXHASH64',
] as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** Algorithms whose checksum over a whole object S3 can compute from the checksums of its parts. */
export const COMBINABLE_ALGORITHMS: readonly ChecksumAlgorithm[] = ['CRC64NVME', 'CRC32C', 'CRC32'];

export function isCombinable(algorithm: string): boolean {
  return (COMBINABLE_ALGORITHMS as readonly string[]).includes(algorithm);
}
