import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, BlobWriter } from './blobs';
import { FolderSync } from './folder-sync';

/** Large enough to be fast, and small enough for many readers at once. */
const READ_SIZE = 256 * 1024;
/** As much of a file is synced while the rest is received. */
const SYNC_BYTES = 32 * 1024 * 1024;
/** Syncs that may be under way before the end of a file: each keeps one of Node's few threads for the file system. */
const MAX_SYNCS = 2;
let syncs = 0;

/**
 * Blobs as files `blobs/ID` under the data directory. Bytes are written to `incoming/ID`, synced and renamed, so a file in `blobs`
 * is always whole, and the folder is synced too before anything refers to the file. Names are ours, never a client's.
 */
export class FileBlobs implements BlobStore {
  static async open(directory: string, names?: FolderSync): Promise<FileBlobs> {
    const blobs = join(directory, 'blobs');
    const store = new FileBlobs(blobs, join(directory, 'incoming'), names ?? FolderSync.of(blobs));
    await mkdir(blobs, { recursive: true });
    // What a crash left half-written belongs to no object.
    await rm(store.incoming, { recursive: true, force: true });
    await mkdir(store.incoming, { recursive: true });
    await FolderSync.of(directory).names();
    return store;
  }

  private constructor(
    private readonly blobs: string,
    private readonly incoming: string,
    private readonly names: FolderSync,
  ) {}

  async create(): Promise<BlobWriter> {
    const id = randomBytes(16).toString('hex');
    const temporary = join(this.incoming, id);
    return new FileWriter(await open(temporary, 'wx'), async (keep) => {
      if (keep) await this.keep(temporary, id);
      else await rm(temporary, { force: true });
      return id;
    });
  }

  async *read(id: string, offset: number, length: number): AsyncIterable<Uint8Array> {
    const file = await open(join(this.blobs, id), 'r');
    try {
      let position = offset;
      const end = offset + length;
      while (position < end) {
        // A buffer of its own for each chunk: the one before may still be on its way to the socket.
        const buffer = Buffer.allocUnsafe(Math.min(READ_SIZE, end - position));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
        if (bytesRead === 0) throw new Error(`blob ${id} ends at ${position}, ${end} bytes were expected`);
        position += bytesRead;
        yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
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

  /** Removes the files that no object refers to: their metadata never became durable. */
  async removeAllBut(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.blobs)) if (!ids.has(name)) await this.remove(name);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FileWriter implements BlobWriter {
  private size = 0;
  private unsynced = 0;
  /** The system writes a file for one at a time, and threads that wait for each other burn time. */
  private last: Promise<void> = Promise.resolve();
  private syncing: Promise<void> | undefined;

  constructor(
    private readonly file: FileHandle,
    private readonly end: (keep: boolean) => Promise<string>,
  ) {}

  write(chunk: Uint8Array): Promise<void> {
    this.last = this.last.then(() => this.append(chunk));
    return this.last;
  }

  async finish(): Promise<string> {
    try {
      await this.syncing;
      await this.file.datasync();
    } catch (error) {
      await this.abandon();
      throw error;
    }
    await this.file.close();
    return this.end(true);
  }

  async abandon(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.syncing?.catch(() => undefined);
    await this.file.close();
    await this.end(false);
  }

  private async append(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      const { bytesWritten } = await this.file.write(rest, 0, rest.length, this.size);
      this.size += bytesWritten;
      rest = rest.subarray(bytesWritten);
    }
    this.unsynced += chunk.length;
    if (this.unsynced >= SYNC_BYTES && this.syncing === undefined && syncs < MAX_SYNCS) this.syncMeanwhile();
  }

  /** The disk writes while more is received: otherwise all of it would be left for the end. */
  private syncMeanwhile(): void {
    this.unsynced = 0;
    syncs++;
    const syncing = this.file.datasync().finally(() => syncs--);
    this.syncing = syncing;
    // A failure stays there for `finish`: the system tells of it once.
    syncing.then(
      () => (this.syncing = undefined),
      () => undefined,
    );
  }
}
