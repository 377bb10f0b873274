import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { ALIGNMENT, type Chunk, CHUNK_BYTES, giveBack, takeChunk } from '../base/chunks';

/**
 * Reading and writing past the page cache of the system (O_DIRECT). Large bodies are written once, synced and seldom read again:
 * to go through the cache is one more copy of each byte, and memory for all of them, which on a virtual machine may first have to
 * be had from its host.
 */
const { O_DIRECT } = constants as { readonly O_DIRECT?: number };

/** For chunks at aligned positions. The system and the disk must have it: see `worksDirectly`. */
export function openDirectly(path: string, flags: number): Promise<FileHandle> {
  return open(path, flags | (O_DIRECT ?? 0));
}

/** Whether the file system does it: tries with a file of that name. */
export async function worksDirectly(path: string): Promise<boolean> {
  if (O_DIRECT === undefined) return false;
  const chunk = takeChunk();
  try {
    const file = await openDirectly(path, constants.O_CREAT | constants.O_RDWR);
    try {
      const written = await file.write(chunk, 0, ALIGNMENT, 0);
      const read = await file.read(chunk, 0, ALIGNMENT, 0);
      return written.bytesWritten === ALIGNMENT && read.bytesRead === ALIGNMENT;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  } finally {
    giveBack(chunk);
    await rm(path, { force: true });
  }
}

/** Pieces that are read ahead while one is lent. */
const READ_AHEAD = 2;

/** The bytes [start, end) of a file, in pieces that are overwritten when the next is asked for. */
export async function* readDirectly(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  const file = await openDirectly(path, constants.O_RDONLY);
  const chunks = Array.from({ length: READ_AHEAD + 1 }, takeChunk);
  const ahead: Promise<Uint8Array>[] = [];
  let position = start - (start % ALIGNMENT);
  const readInto = (chunk: Chunk): void => {
    if (position >= end) return;
    const piece = readPiece(file, chunk, position, start, end);
    // It is awaited when its turn comes, if it does.
    piece.catch(() => undefined);
    ahead.push(piece);
    position += CHUNK_BYTES;
  };
  try {
    chunks.slice(1).forEach(readInto);
    for (let turn = 0; ahead.length > 0; turn = (turn + 1) % chunks.length) {
      readInto(chunks[turn] as Chunk);
      yield await (ahead.shift() as Promise<Uint8Array>);
    }
  } finally {
    await Promise.allSettled(ahead);
    chunks.forEach(giveBack);
    await file.close();
  }
}

/** What of [start, end) lies in the chunk of the file at `position`. */
async function readPiece(
  file: FileHandle,
  chunk: Chunk,
  position: number,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const wanted = Math.min(CHUNK_BYTES, end - position);
  // In whole blocks, though the file may end before.
  const length = Math.ceil(wanted / ALIGNMENT) * ALIGNMENT;
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await file.read(chunk, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`a blob ends at ${position + filled}, ${end} bytes were expected`);
    filled += bytesRead;
  }
  return chunk.subarray(Math.max(0, start - position), wanted);
}
