import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { ALIGNMENT, type Chunk, CHUNK_BYTES, giveBack, takeChunk } from '../chunks';

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

/** The bytes [start, end) of a file. One piece is read ahead while another is lent: it is overwritten when the next is asked for. */
export async function* readDirectly(path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  const file = await openDirectly(path, constants.O_RDONLY);
  const chunks: [Chunk, Chunk] = [takeChunk(), takeChunk()];
  let position = start - (start % ALIGNMENT);
  const readNext = (chunk: Chunk): Promise<Uint8Array> | undefined => {
    if (position >= end) return undefined;
    const at = position;
    position += CHUNK_BYTES;
    return readPiece(file, chunk, at, start, end);
  };
  let ahead = readNext(chunks[0]);
  try {
    for (let turn = 1; ahead !== undefined; turn = 1 - turn) {
      const piece = await ahead;
      ahead = readNext(chunks[turn as 0 | 1]);
      // It is awaited in the next round, if there is one.
      ahead?.catch(() => undefined);
      yield piece;
    }
  } finally {
    await ahead?.catch(() => undefined);
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
