import { createCipheriv, createHash } from 'node:crypto';
import { crcOf } from '../checksums/algorithms';
import { CRC_ALGEBRAS, type CrcAlgebra, type CrcName } from '../checksums/crc';

/** Bytes of one block of generated content. */
export const BLOCK_SIZE = 64 * 1024;

/** Runs of 2^0 to 2^30 blocks: 2^46 bytes are 64 TiB, more than S3's largest object. */
const LEVELS = 31;
/** Bits of the block counter that may be set in content of that size. */
const COUNTER_BITS = 32;

/**
 * An endless stream of pseudorandom bytes that is never stored. Block i is a base block, generated from the seed, with the number i xored
 * into its first 8 bytes (little-endian). All blocks differ, so a copy of the wrong range has another checksum. A CRC is affine, so the CRC
 * of any run of blocks can be computed from a few table entries, independently of its length.
 */
export class GeneratedStream {
  private readonly base: Buffer;
  private readonly runs = new Map<CrcName, bigint[]>();

  constructor(readonly seed: string) {
    const key = createHash('sha256').update(seed).digest();
    this.base = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(BLOCK_SIZE));
  }

  /** The bytes from `offset` on, at most up to the end of its block. */
  read(offset: number, length: number): Buffer {
    const index = Math.floor(offset / BLOCK_SIZE);
    const within = offset % BLOCK_SIZE;
    return this.block(index).subarray(within, Math.min(within + length, BLOCK_SIZE));
  }

  /** The exact CRC of a range, in time logarithmic in its length. */
  crc(algorithm: CrcName, offset: number, length: number): bigint {
    const algebra = CRC_ALGEBRAS[algorithm];
    let crc = 0n;
    let position = offset;
    const end = offset + length;
    while (position < end) {
      const { value, size } = this.piece(algorithm, position, end);
      crc = algebra.combine(crc, value, size);
      position += size;
    }
    return crc;
  }

  /** The CRC of the largest piece that starts at `position`: part of a block, or an aligned run of 2^k blocks. */
  private piece(algorithm: CrcName, position: number, end: number): { value: bigint; size: number } {
    if (position % BLOCK_SIZE !== 0 || end - position < BLOCK_SIZE) {
      const bytes = this.read(position, end - position);
      return { value: crcOf(algorithm, bytes), size: bytes.length };
    }
    const index = position / BLOCK_SIZE;
    const blocks = Math.floor((end - position) / BLOCK_SIZE);
    let level = 0;
    while (level + 1 < LEVELS && 2 ** (level + 1) <= blocks && index % 2 ** (level + 1) === 0) level++;
    return { value: this.run(algorithm, level, index), size: 2 ** level * BLOCK_SIZE };
  }

  /** The CRC of the 2^level blocks from index on, where index is a multiple of 2^level. */
  private run(algorithm: CrcName, level: number, index: number): bigint {
    const contributions = counterContributions(algorithm)[level];
    let crc = this.runsFromZero(algorithm)[level];
    if (crc === undefined || contributions === undefined) throw new RangeError(`2^${level} blocks are too many`);
    for (let bit = level, rest = Math.floor(index / 2 ** level); rest > 0; bit++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) crc ^= contributions[bit] ?? 0n;
    }
    return crc;
  }

  /** The CRCs of the first 2^k blocks. The second half of each run is the first half with counter bit k set. */
  private runsFromZero(algorithm: CrcName): readonly bigint[] {
    const known = this.runs.get(algorithm);
    if (known !== undefined) return known;
    const algebra = CRC_ALGEBRAS[algorithm];
    const contributions = counterContributions(algorithm);
    const runs = [crcOf(algorithm, this.base)];
    for (let level = 0; level + 1 < LEVELS; level++) {
      const half = runs[level] ?? 0n;
      const secondHalf = half ^ (contributions[level]?.[level] ?? 0n);
      runs.push(algebra.combine(half, secondHalf, 2 ** level * BLOCK_SIZE));
    }
    this.runs.set(algorithm, runs);
    return runs;
  }

  private block(index: number): Buffer {
    const block = Buffer.from(this.base);
    block.writeBigUInt64LE(block.readBigUInt64LE() ^ BigInt(index));
    return block;
  }
}

const contributionTables = new Map<CrcName, bigint[][]>();

/** At [k][j], the contribution of counter bit j to the CRC of 2^k blocks if it is set in all of them. It does not depend on the seed. */
function counterContributions(algorithm: CrcName): readonly (readonly bigint[])[] {
  const known = contributionTables.get(algorithm);
  if (known !== undefined) return known;
  const algebra = CRC_ALGEBRAS[algorithm];
  const table = [Array.from({ length: COUNTER_BITS }, (_, bit) => bitInOneBlock(algebra, bit))];
  for (let level = 0; level + 1 < LEVELS; level++) {
    const bytes = 2 ** level * BLOCK_SIZE;
    table.push((table[level] ?? []).map((value) => algebra.shift(value, bytes) ^ value));
  }
  contributionTables.set(algorithm, table);
  return table;
}

function bitInOneBlock(algebra: CrcAlgebra, bit: number): bigint {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64LE(1n << BigInt(bit));
  return algebra.shift(algebra.linear(counter), BLOCK_SIZE - counter.length);
}

const streams = new Map<string, GeneratedStream>();

/** The stream of a seed. Recent streams are cached, because computing their tables takes long. */
export function generatedStream(seed: string): GeneratedStream {
  let stream = streams.get(seed);
  if (stream === undefined) {
    stream = new GeneratedStream(seed);
    if (streams.size >= 32) streams.clear();
    streams.set(seed, stream);
  }
  return stream;
}
