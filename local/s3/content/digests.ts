import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, createHasher, isCrc } from '../checksums/algorithms';
import { CRC_ALGEBRAS, type CrcName, crcFromBytes, crcToBytes } from '../checksums/crc';
import { DigestStream } from '../checksums/digest-stream';
import type { BlobStore } from './blobs';
import {
  type Content,
  type Extent,
  type StoredExtent,
  extentIdentity,
  identity,
  identityHash,
  isGenerated,
} from './extents';
import { generatedStream } from './generated';

const MAX_CACHED = 200_000;

/**
 * Digests of contents. CRCs are combined from those of the extents, and computed values are cached, so copies of the same range never
 * read a byte twice. Other digests cannot be combined. For them, stored bytes are read once. Generated content may have terabytes, so it
 * gets a substitute: the hash of its identity by the same algorithm, which is equal for equal ranges.
 */
export class ContentDigests {
  private readonly known = new Map<string, Buffer>();

  constructor(private readonly blobs: BlobStore) {}

  async digest(content: Content, algorithm: ChecksumAlgorithm): Promise<Buffer> {
    const digests = await this.digestAll(content, [algorithm]);
    return digests.get(algorithm) as Buffer;
  }

  /** Computes several digests while reading the bytes once. */
  async digestAll(
    content: Content,
    algorithms: readonly ChecksumAlgorithm[],
  ): Promise<ReadonlyMap<ChecksumAlgorithm, Buffer>> {
    const crcs = algorithms.filter(isCrc);
    const others = algorithms.filter((algorithm) => !isCrc(algorithm));
    await this.readMissing(content, crcs, others);
    const result = new Map<ChecksumAlgorithm, Buffer>();
    for (const crc of crcs) result.set(crc, this.combined(content, crc));
    for (const other of others) {
      result.set(other, this.cached(other, identityHash(content)) ?? (await substitute(content, other)));
    }
    return result;
  }

  /** The CRC of generated content, synchronously. */
  generatedCrc(content: Content, algorithm: CrcName): Buffer {
    return this.combined(content, algorithm);
  }

  /** Caches a digest that was computed while the bytes of a blob were received. */
  keepDigest(content: Content, algorithm: ChecksumAlgorithm, digest: Buffer): void {
    this.cache(algorithm, identityHash(content), digest);
  }

  /** Digests of removed blobs are not removed immediately. The cache removes its oldest entries when it is full. */
  private cache(algorithm: ChecksumAlgorithm, key: string, digest: Buffer): void {
    if (this.known.size >= MAX_CACHED) {
      const oldest = this.known.keys().next();
      if (oldest.done !== true) this.known.delete(oldest.value);
    }
    this.known.set(`${algorithm} ${key}`, digest);
  }

  private cached(algorithm: ChecksumAlgorithm, key: string): Buffer | undefined {
    return this.known.get(`${algorithm} ${key}`);
  }

  private combined(content: Content, algorithm: CrcName): Buffer {
    const algebra = CRC_ALGEBRAS[algorithm];
    let crc = 0n;
    for (const extent of content) crc = algebra.combine(crc, this.extentCrc(extent, algorithm), extent.length);
    return crcToBytes(crc, algebra.width);
  }

  private extentCrc(extent: Extent, algorithm: CrcName): bigint {
    if ('seed' in extent) return generatedStream(extent.seed).crc(algorithm, extent.offset, extent.length);
    const digest = this.cached(algorithm, extentIdentity(extent));
    if (digest === undefined) throw new Error(`the ${algorithm} of ${extentIdentity(extent)} has not been computed`);
    return crcFromBytes(digest);
  }

  private async readMissing(
    content: Content,
    crcs: readonly CrcName[],
    others: readonly ChecksumAlgorithm[],
  ): Promise<void> {
    const whole = isGenerated(content) ? [] : others.filter((name) => !this.cached(name, identityHash(content)));
    const ofWhole = new DigestStream(whole);
    try {
      for (const extent of content) {
        if ('seed' in extent) continue;
        const missing = crcs.filter((name) => !this.cached(name, extentIdentity(extent)));
        if (missing.length + whole.length === 0) continue;
        const digests = await this.readExtent(extent, missing, ofWhole);
        for (const [name, digest] of digests) this.cache(name, extentIdentity(extent), digest);
      }
    } catch (error) {
      await ofWhole.abort();
      throw error;
    }
    for (const [name, digest] of await ofWhole.end()) this.cache(name, identityHash(content), digest);
  }

  private async readExtent(
    extent: StoredExtent,
    algorithms: readonly ChecksumAlgorithm[],
    ofWhole: DigestStream,
  ): Promise<ReadonlyMap<ChecksumAlgorithm, Buffer>> {
    const stream = new DigestStream(algorithms);
    try {
      for await (const chunk of this.blobs.read(extent.blob, extent.offset, extent.length)) {
        await stream.write(chunk);
        await ofWhole.write(chunk);
      }
      return await stream.end();
    } catch (error) {
      await stream.abort();
      throw error;
    }
  }
}

async function substitute(content: Content, algorithm: ChecksumAlgorithm): Promise<Buffer> {
  const hasher = await createHasher(algorithm);
  hasher.update(Buffer.from(identity(content)));
  return hasher.digest();
}

/** The substitute for the MD5 of generated content, from which its ETag is made. */
export function generatedMd5(content: Content): Buffer {
  return createHash('md5').update(identity(content)).digest();
}
