import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_BYTES, chunksAreScarce } from '../base/chunks';
import type { BlobStore, BlobWriter } from './blobs';
import { readDirectly, supportsDirectIo } from './direct-io';
import { FileWriter } from './file-writer';
import { FolderSync } from './folder-sync';

/** Large enough to be fast, and small enough for many simultaneous readers. */
const READ_SIZE = 256 * 1024;

/**
 * Blobs as files `blobs/ID` in the data directory. Bytes are written to `incoming/ID`, synced and renamed, so a file in `blobs` is
 * always complete. The folder is synced too before anything refers to the file. Clients never choose a file's name.
 */
export class FileBlobs implements BlobStore {
  /** @param options.direct whether large bodies bypass the page cache. Default: if the file system supports it */
  static async open(
    directory: string,
    options: { readonly names?: FolderSync; readonly direct?: boolean } = {},
  ): Promise<FileBlobs> {
    const blobs = join(directory, 'blobs');
    const incoming = join(directory, 'incoming');
    await mkdir(blobs, { recursive: true });
    // Files that a crash left incomplete belong to no object.
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { recursive: true });
    await FolderSync.of(directory).names();
    const direct = options.direct ?? (await supportsDirectIo(join(incoming, 'probe')));
    return new FileBlobs(blobs, incoming, options.names ?? FolderSync.of(blobs), direct);
  }

  private constructor(
    private readonly blobs: string,
    private readonly incoming: string,
    private readonly names: FolderSync,
    private readonly direct: boolean,
  ) {}

  async create(): Promise<BlobWriter> {
    const id = randomBytes(16).toString('hex');
    const temporary = join(this.incoming, id);
    const end = async (keep: boolean): Promise<string> => {
      if (keep) await this.keep(temporary, id);
      else await rm(temporary, { force: true });
      return id;
    };
    return FileWriter.open(temporary, this.direct, end);
  }

  async *read(id: string, offset: number, length: number): AsyncIterable<Uint8Array> {
    const path = join(this.blobs, id);
    const end = offset + length;
    if (this.direct && length > CHUNK_BYTES && !chunksAreScarce()) {
      yield* readDirectly(path, offset, end);
      return;
    }
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, length));
      for (let position = offset; position < end;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
        if (bytesRead === 0) throw new Error(`blob ${id} ends at ${position}, ${end} bytes were expected`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.blobs, id), { force: true });
  }

  private async keep(temporary: string, id: string): Promise<void> {
    await rename(temporary, join(this.blobs, id));
    try {
      await this.names.names();
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  /** Removes the files that nothing refers to, since their commit never became durable. */
  async removeAllBut(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.blobs)) if (!ids.has(name)) await this.remove(name);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
