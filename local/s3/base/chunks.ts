import { isSharedArrayBuffer } from 'node:util/types';

/** Size of the pieces in which large bodies are processed. */
export const CHUNK_BYTES = 1024 * 1024;
/** To bypass the page cache, addresses, offsets and lengths must be multiples of this, the largest block size of common disks. */
export const ALIGNMENT = 4096;
/** If more chunks than this are in use, each body uses only a few. */
const MANY_IN_USE = 24;
/** Unused chunks are kept for reuse: the garbage collector is slow to free shared memory. */
const MAX_FREE = 32;

/** Memory of CHUNK_BYTES that can be shared with other threads. */
export type Chunk = Buffer<SharedArrayBuffer>;

const free: Chunk[] = [];
let inUse = 0;

export function acquireChunk(): Chunk {
  inUse++;
  return free.pop() ?? allocate();
}

/** Returns a chunk to the pool. Its memory may be overwritten from now on. */
export function releaseChunk(chunk: Chunk): void {
  inUse--;
  if (free.length < MAX_FREE) free.push(chunk);
}

/** Whether so many chunks are in use that a body should use only as many as it needs. */
export function chunksAreScarce(): boolean {
  return inUse > MANY_IN_USE;
}

/** The number of chunks in use and kept for reuse. For tests. */
export function sharedChunks(): { inUse: number; kept: number } {
  return { inUse, kept: free.length };
}

/** V8 places growable memory at the start of a page, and other memory anywhere. */
function allocate(): Chunk {
  return Buffer.from(new SharedArrayBuffer(CHUNK_BYTES, { maxByteLength: CHUNK_BYTES }));
}

/** Whether the address and the length of bytes are multiples of `ALIGNMENT`. */
export function isAligned(bytes: Uint8Array): boolean {
  const { buffer } = bytes;
  const startsAtPage = isSharedArrayBuffer(buffer) && buffer.growable;
  return startsAtPage && bytes.byteOffset % ALIGNMENT === 0 && bytes.length % ALIGNMENT === 0;
}
