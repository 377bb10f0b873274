import { type Chunk, CHUNK_BYTES, chunksAreScarce, releaseChunk, acquireChunk } from '../base/chunks';
import { type ChecksumAlgorithm, createHasher, type Hasher } from './algorithms';
import { BackgroundHash } from './background';

/** Maximum number of chunks of one stream that other threads or writes to the disk use at the same time. */
const MAX_IN_FLIGHT = 4;
/** Receives bytes, which may be overwritten once the promise resolves. */
export type Sink = (chunk: Uint8Array) => Promise<void> | void;

function mostInFlight(): number {
  return chunksAreScarce() ? 1 : MAX_IN_FLIGHT;
}

/**
 * Computes digests of incoming bytes and passes the bytes to a sink in larger chunks. Up to one chunk is processed in this thread.
 * Larger streams are shared with other threads, so that hashing, writing and receiving run at the same time. `end` or `abort` must
 * be called.
 */
export class DigestStream {
  private readonly held: Uint8Array[] = [];
  private heldBytes = 0;
  private large: LargeStream | undefined;

  constructor(
    private readonly algorithms: readonly ChecksumAlgorithm[],
    private readonly sink: Sink = () => undefined,
  ) {}

  /** Copies the bytes. If it returns a promise, wait for it before writing more. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (this.large !== undefined) return this.large.write(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes <= CHUNK_BYTES) {
      this.held.push(Buffer.from(bytes));
      return undefined;
    }
    this.large = new LargeStream(this.algorithms, this.sink);
    for (const piece of this.held.splice(0)) void this.large.write(piece);
    return this.large.write(bytes);
  }

  /** Resolves with the digests when the sink has received everything. */
  async end(): Promise<ReadonlyMap<ChecksumAlgorithm, Buffer>> {
    if (this.large !== undefined) return this.large.end();
    const [first = Buffer.alloc(0)] = this.held;
    const bytes = this.held.length === 1 ? first : Buffer.concat(this.held);
    if (bytes.length > 0) await this.sink(bytes);
    const digests = new Map<ChecksumAlgorithm, Buffer>();
    for (const algorithm of this.algorithms) {
      const hasher = await createHasher(algorithm);
      hasher.update(bytes);
      digests.set(algorithm, hasher.digest());
    }
    return digests;
  }

  /** Releases memory and threads. Once it resolves, the sink is not called any more. */
  async abort(): Promise<void> {
    await this.large?.abort();
  }
}

class LargeStream {
  private readonly background = new Map<ChecksumAlgorithm, BackgroundHash>();
  private readonly here: Promise<ReadonlyMap<ChecksumAlgorithm, Hasher>>;
  private current: Chunk | undefined;
  private filled = 0;
  private readonly inFlight = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;

  constructor(
    algorithms: readonly ChecksumAlgorithm[],
    private readonly sink: Sink,
  ) {
    const others: ChecksumAlgorithm[] = [];
    for (const algorithm of new Set(algorithms)) {
      const hash = BackgroundHash.of(algorithm);
      if (hash === undefined) others.push(algorithm);
      else this.background.set(algorithm, hash);
    }
    this.here = hashersOf(others);
  }

  write(bytes: Uint8Array): Promise<void> | undefined {
    for (let position = 0; position < bytes.length;) {
      this.current ??= acquireChunk();
      const piece = bytes.subarray(position, position + CHUNK_BYTES - this.filled);
      // Not `set`, which copies byte by byte if memory is shared and not both sides are aligned to eight bytes.
      this.current.fill(piece, this.filled, this.filled + piece.length);
      this.filled += piece.length;
      position += piece.length;
      if (this.filled === CHUNK_BYTES) this.dispatch();
    }
    if (this.failure !== undefined || this.inFlight.size > mostInFlight()) return this.untilChunkIsFree();
    return undefined;
  }

  async end(): Promise<ReadonlyMap<ChecksumAlgorithm, Buffer>> {
    if (this.filled > 0) this.dispatch();
    await Promise.all(this.inFlight);
    const digests = await this.digests();
    if (this.failure !== undefined) throw this.failure.error;
    return digests;
  }

  async abort(): Promise<void> {
    if (this.current !== undefined) releaseChunk(this.current);
    this.current = undefined;
    await Promise.all(this.inFlight);
    await this.digests().catch(() => undefined);
  }

  private async untilChunkIsFree(): Promise<void> {
    while (this.failure === undefined && this.inFlight.size >= mostInFlight()) await Promise.race(this.inFlight);
    if (this.failure !== undefined) throw this.failure.error;
  }

  /** Passes the current chunk to the sink and to all digests. Its memory is reused when the last of them is done. */
  private dispatch(): void {
    const { current: chunk, filled: length } = this;
    if (chunk === undefined) return;
    this.current = undefined;
    this.filled = 0;
    const bytes = chunk.subarray(0, length);
    const work = [
      this.pass(bytes),
      this.updateHere(bytes),
      ...[...this.background.values()].map((hash) => hash.update(chunk.buffer, length)),
    ];
    const all = Promise.allSettled(work).then((results) => {
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) this.failure ??= { error: failed.reason };
      releaseChunk(chunk);
      this.inFlight.delete(all);
    });
    this.inFlight.add(all);
  }

  private async pass(bytes: Uint8Array): Promise<void> {
    if (this.failure === undefined) await this.sink(bytes);
  }

  /** Chunks arrive in order, since each waits for the same promise. */
  private async updateHere(bytes: Uint8Array): Promise<void> {
    for (const hasher of (await this.here).values()) hasher.update(bytes);
  }

  private async digests(): Promise<Map<ChecksumAlgorithm, Buffer>> {
    const digests = new Map<ChecksumAlgorithm, Buffer>();
    for (const [name, hasher] of await this.here) digests.set(name, hasher.digest());
    const others = [...this.background].map(async ([name, hash]) => digests.set(name, await hash.digest()));
    const results = await Promise.allSettled(others);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) this.failure ??= { error: failed.reason };
    return digests;
  }
}

async function hashersOf(algorithms: readonly ChecksumAlgorithm[]): Promise<Map<ChecksumAlgorithm, Hasher>> {
  const hashers = new Map<ChecksumAlgorithm, Hasher>();
  for (const algorithm of algorithms) hashers.set(algorithm, await createHasher(algorithm));
  return hashers;
}
