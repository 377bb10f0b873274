import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { createCRC32, createCRC64, createXXHash128, createXXHash3, createXXHash64, type IHasher } from 'hash-wasm';
import { CRC_ALGEBRAS, CRC_POLYNOMIALS, type CrcName, crcToBytes } from './crc';

/** The checksum algorithms of S3 (ten since April 2026), by their names in `x-amz-checksum-algorithm`. */
export const CHECKSUM_ALGORITHMS = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface AlgorithmTraits {
  /** Length of a value in bytes, before base64. */
  readonly bytes: number;
  /** The types that a multipart upload may declare. The first is S3's default for the algorithm. */
  readonly multipartTypes: readonly [ChecksumType, ...ChecksumType[]];
}

export const ALGORITHM_TRAITS: Readonly<Record<ChecksumAlgorithm, AlgorithmTraits>> = {
  CRC32: { bytes: 4, multipartTypes: ['COMPOSITE', 'FULL_OBJECT'] },
  CRC32C: { bytes: 4, multipartTypes: ['COMPOSITE', 'FULL_OBJECT'] },
  CRC64NVME: { bytes: 8, multipartTypes: ['FULL_OBJECT'] },
  SHA1: { bytes: 20, multipartTypes: ['COMPOSITE'] },
  SHA256: { bytes: 32, multipartTypes: ['COMPOSITE'] },
  SHA512: { bytes: 64, multipartTypes: ['COMPOSITE'] },
  MD5: { bytes: 16, multipartTypes: ['COMPOSITE'] },
  XXHASH64: { bytes: 8, multipartTypes: ['COMPOSITE'] },
  XXHASH3: { bytes: 8, multipartTypes: ['COMPOSITE'] },
  XXHASH128: { bytes: 16, multipartTypes: ['COMPOSITE'] },
};

/** The algorithm of the checksum that S3 adds to a new object if the client declares none. */
export const DEFAULT_ALGORITHM = 'CRC64NVME' satisfies ChecksumAlgorithm;

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (CHECKSUM_ALGORITHMS as readonly string[]).includes(name);
}

export function isCrc(algorithm: ChecksumAlgorithm): algorithm is CrcName {
  return algorithm in CRC_POLYNOMIALS;
}

/** Computes a digest incrementally. It cannot be used after `digest`. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

export async function createHasher(algorithm: ChecksumAlgorithm): Promise<Hasher> {
  const native = NATIVE[algorithm];
  return native === undefined ? wasmHasher(algorithm) : native();
}

const NATIVE: Partial<Record<ChecksumAlgorithm, () => Hasher>> = {
  MD5: () => nodeHasher('md5'),
  SHA1: () => nodeHasher('sha1'),
  SHA256: () => nodeHasher('sha256'),
  SHA512: () => nodeHasher('sha512'),
  CRC32: () => {
    let value = 0;
    return {
      update: (bytes) => void (value = crc32(bytes, value)),
      digest: () => crcToBytes(BigInt(value), CRC_ALGEBRAS.CRC32.width),
    };
  },
};

function nodeHasher(name: string): Hasher {
  const hash = createHash(name);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

const WASM: Partial<Record<ChecksumAlgorithm, () => Promise<IHasher>>> = {
  CRC32C: async () => createCRC32(Number(CRC_POLYNOMIALS.CRC32C)),
  CRC64NVME: async () => createCRC64(CRC_POLYNOMIALS.CRC64NVME.toString(16)),
  XXHASH64: async () => createXXHash64(),
  XXHASH3: async () => createXXHash3(),
  XXHASH128: async () => createXXHash128(),
};

/** WebAssembly instances for reuse: creating one takes a tenth of a millisecond. */
const idle = new Map<ChecksumAlgorithm, IHasher[]>();

async function wasmHasher(algorithm: ChecksumAlgorithm): Promise<Hasher> {
  const create = WASM[algorithm];
  if (create === undefined) throw new TypeError(`there is no implementation of the checksum algorithm ${algorithm}`);
  const hasher = idle.get(algorithm)?.pop() ?? (await create());
  hasher.init();
  return {
    update: (bytes) => void hasher.update(bytes),
    digest: () => {
      const digest = Buffer.from(hasher.digest('binary'));
      const pool = idle.get(algorithm) ?? [];
      if (pool.length < 16) idle.set(algorithm, [...pool, hasher]);
      return digest;
    },
  };
}

const oneShot = new Map<CrcName, IHasher>();

/** Loads what `crcOf` needs. It must be awaited once before `crcOf` is called. */
export async function loadCrcs(): Promise<void> {
  for (const name of ['CRC32C', 'CRC64NVME'] as const) {
    const create = WASM[name];
    if (!oneShot.has(name) && create !== undefined) oneShot.set(name, await create());
  }
}

/** Computes a CRC synchronously. */
export function crcOf(algorithm: CrcName, bytes: Uint8Array): bigint {
  if (algorithm === 'CRC32') return BigInt(crc32(bytes));
  const hasher = oneShot.get(algorithm);
  if (hasher === undefined) throw new Error(`call loadCrcs() before crcOf('${algorithm}', …)`);
  hasher.init();
  hasher.update(bytes);
  return BigInt(`0x${hasher.digest('hex')}`);
}
