import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { ALIGNMENT, type Chunk, CHUNK_BYTES, releaseChunk, acquireChunk } from '../base/chunks';

/**
 * Reads and writes files without the page cache (O_DIRECT). Large bodies are written once, synced and seldom read again. With the cache,
 * each byte is copied once more and uses memory, which a virtual machine may have to request from its host.
 */
const { O_DIRECT, O_NOFOLLOW } = constants as { readonly O_DIRECT?: number; readonly O_NOFOLLOW?: number };

/** Opens a file without the page cache. Use it only if `supportsDirectIo`, and only for chunks at aligned positions. */
export function openDirectly(path: string, flags: number): Promise<FileHandle> {
  return open(path, flags | (O_DIRECT ?? 0) | (O_NOFOLLOW ?? 0), 0o600);
}

/** Whether the file system supports O_DIRECT. Tries it with a temporary file of that name. */
export async function supportsDirectIo(path: string): Promise<boolean> {
  if (O_DIRECT === undefined) return false;
  const chunk = acquireChunk();
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
    releaseChunk(chunk);
    await rm(path, { force: true });
  }
}

/** Pieces that are read ahead while the caller uses one. */
const READ_AHEAD = 2;

/** The bytes [start, end) of a file, in pieces. A piece is overwritten when the next one is requested. */
export async function* readDirectly(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  const file = await openDirectly(path, constants.O_RDONLY);
  const chunks = Array.from({ length: READ_AHEAD + 1 }, acquireChunk);
  const ahead: Promise<Uint8Array>[] = [];
  let position = start - (start % ALIGNMENT);
  const readInto = (chunk: Chunk): void => {
    if (position >= end) return;
    const piece = readPiece(file, chunk, position, start, end);
    // A rejection is handled where the piece is awaited. If it is never awaited, it must not end the process.
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
    chunks.forEach(releaseChunk);
    await file.close();
  }
}

/** Reads the chunk of the file at `position`, and returns the bytes of it that are in [start, end). */
async function readPiece(
  file: FileHandle,
  chunk: Chunk,
  position: number,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const wanted = Math.min(CHUNK_BYTES, end - position);
  // Whole blocks, although the file may end within the last one.
  const length = Math.ceil(wanted / ALIGNMENT) * ALIGNMENT;
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await file.read(chunk, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`a blob ends at ${position + filled}, but ${end} bytes were expected`);
    filled += bytesRead;
  }
  return chunk.subarray(Math.max(0, start - position), wanted);
}
