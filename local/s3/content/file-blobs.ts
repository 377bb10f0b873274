import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, BlobWriter } from './blobs';

/** Small chunks off the wire are gathered to this before they are written. */
const WRITE_SIZE = 1024 * 1024;
const READ_SIZE = 1024 * 1024;

/**
 * Blobs as files `blobs/ID` under the data directory. Bytes are written to `incoming/ID`, synced and renamed, so a file in `blobs`
 * is always whole. Names are ours, never a client's.
 */
export class FileBlobs implements BlobStore {
  static async open(directory: string): Promise<FileBlobs> {
    const store = new FileBlobs(join(directory, 'blobs'), join(directory, 'incoming'));
    await mkdir(store.blobs, { recursive: true });
    // What a crash left half-written belongs to no object.
    await rm(store.incoming, { recursive: true, force: true });
    await mkdir(store.incoming, { recursive: true });
    return store;
  }

  private constructor(
    private readonly blobs: string,
    private readonly incoming: string,
  ) {}

  async create(): Promise<BlobWriter> {
    const id = randomBytes(16).toString('hex');
    const temporary = join(this.incoming, id);
    return new FileWriter(await open(temporary, 'wx'), async (keep) => {
      if (keep) await rename(temporary, join(this.blobs, id));
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

  /** Removes the files that no object refers to: their metadata never became durable. */
  async removeAllBut(ids: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.blobs)) if (!ids.has(name)) await this.remove(name);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

class FileWriter implements BlobWriter {
  private pending: Uint8Array[] = [];
  private pendingBytes = 0;
  /** The write that the disk is busy with; the next chunks are received and hashed meanwhile. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly file: FileHandle,
    private readonly end: (keep: boolean) => Promise<string>,
  ) {}

  async write(chunk: Uint8Array): Promise<void> {
    this.pending.push(chunk);
    this.pendingBytes += chunk.length;
    if (this.pendingBytes >= WRITE_SIZE) await this.flush();
  }

  async finish(): Promise<string> {
    await this.flush();
    await this.writing;
    await this.file.datasync();
    await this.file.close();
    return this.end(true);
  }

  async abandon(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.file.close();
    await this.end(false);
  }

  private async flush(): Promise<void> {
    const chunks = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    await this.writing;
    if (chunks.length > 0) this.writing = this.file.writev(chunks);
    // Whoever comes next awaits the same promise; until then a failure must not count as unhandled.
    this.writing.catch(() => undefined);
  }
}
