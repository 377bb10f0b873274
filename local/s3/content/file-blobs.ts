import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CHUNK_BYTES, chunksAreScarce } from '../base/chunks';
import { type BlobStore, type BlobWriter, isBlobId } from './blobs';
import { readDirectly, supportsDirectIo } from './direct-io';
import { FileWriter } from './file-writer';
import { FolderSync } from './folder-sync';

/** Bytes of one read: enough to be fast, and not too many for many simultaneous readers. */
const READ_SIZE = 256 * 1024;

/** Links are not followed. Windows has no such flag. */
const { O_NOFOLLOW: NO_LINK = 0 } = constants as { readonly O_NOFOLLOW?: number };

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
    for (const folder of [blobs, incoming]) await mkdir(folder, { recursive: true, mode: 0o700 });
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
    const path = this.pathOf(id);
    const end = offset + length;
    if (this.direct && length > CHUNK_BYTES && !chunksAreScarce()) {
      yield* readDirectly(path, offset, end);
      return;
    }
    const file = await open(path, constants.O_RDONLY | NO_LINK);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, length));
      for (let position = offset; position < end;) {
        const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - position), position);
        if (bytesRead === 0) throw new Error(`blob ${id} ends at ${position}, but ${end} bytes were expected`);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.pathOf(id), { force: true });
  }

  private async keep(temporary: string, id: string): Promise<void> {
    await rename(temporary, this.pathOf(id));
    try {
      await this.names.names();
    } catch (error) {
      await this.remove(id);
      throw error;
    }
  }

  /**
   * Removes files that a crash has left: those that nothing refers to, because their commit was not durable, and incomplete ones. Files with
   * other names do not belong to this server and are kept.
   */
  async removeAllBut(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.blobs)) if (isBlobId(name) && !ids.has(name)) await this.remove(name);
    for (const name of await readdir(this.incoming)) {
      if (isBlobId(name)) await rm(join(this.incoming, name), { force: true });
    }
  }

  /** @throws Error for a text that is not the ID of a blob, which could be the path of another file */
  private pathOf(id: string): string {
    if (!isBlobId(id)) throw new Error(`'${id}' is not the ID of a blob`);
    return join(this.blobs, id);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
