import { isSharedArrayBuffer } from 'node:util/types';

/** The pieces in which large bodies go through memory. */
export const CHUNK_BYTES = 1024 * 1024;
/** What addresses, offsets and lengths must be multiples of to bypass the page cache: the largest block of common disks. */
export const ALIGNMENT = 4096;
/** Where more chunks than this are in use, each body makes do with few. */
const MANY_IN_USE = 24;
/** Memory that is not in use is kept for the next chunks: the collector is slow to see what is shared. */
const MAX_FREE = 32;

/** Memory of CHUNK_BYTES that can be shared with other threads. */
export type Chunk = Buffer<SharedArrayBuffer>;

const free: Chunk[] = [];
let inUse = 0;

export function takeChunk(): Chunk {
  inUse++;
  return free.pop() ?? allocate();
}

/** The chunk may be overwritten by others from now on. */
export function giveBack(chunk: Chunk): void {
  inUse--;
  if (free.length < MAX_FREE) free.push(chunk);
}

/** Whether so much is going on that a body should take no more chunks than it must. */
export function chunksAreScarce(): boolean {
  return inUse > MANY_IN_USE;
}

/** How many chunks exist, in use or kept. For tests. */
export function sharedChunks(): { inUse: number; kept: number } {
  return { inUse, kept: free.length };
}

/** V8 gives memory that may grow pages of its own, other memory starts somewhere within a page. */
function allocate(): Chunk {
  return Buffer.from(new SharedArrayBuffer(CHUNK_BYTES, { maxByteLength: CHUNK_BYTES }));
}

/** Whether address and length of bytes are aligned, as those of chunks are. */
export function isAligned(bytes: Uint8Array): boolean {
  const { buffer } = bytes;
  const ofPages = isSharedArrayBuffer(buffer) && buffer.growable;
  return ofPages && bytes.byteOffset % ALIGNMENT === 0 && bytes.length % ALIGNMENT === 0;
}
