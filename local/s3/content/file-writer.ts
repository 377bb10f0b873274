import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ALIGNMENT, CHUNK_BYTES, isAligned } from '../base/chunks';
import type { BlobWriter } from './blobs';
import { openDirectly } from './direct-io';

/** After this number of bytes, a file is synced while the rest is received. */
const SYNC_BYTES = 32 * 1024 * 1024;
/** Maximum number of simultaneous syncs before the end of a file, because each uses one of Node's few file system threads. */
const MAX_SYNCS = 2;
let syncs = 0;

/** Writes a file from start to end; whole chunks bypass the page cache if that is supported. */
export class FileWriter implements BlobWriter {
  /** @param end gives the file its final name, or removes it, and returns its id */
  static async open(path: string, direct: boolean, end: (keep: boolean) => Promise<string>): Promise<FileWriter> {
    return new FileWriter(path, direct, await open(path, 'wx', 0o600), end);
  }

  private size = 0;
  private unsynced = 0;
  private past: FileHandle | undefined;
  /** Writes are queued, because the operating system writes a file for only one thread at a time, and other threads would wait. */
  private last: Promise<void> = Promise.resolve();
  private syncing: Promise<void> | undefined;

  private constructor(
    private readonly path: string,
    private readonly direct: boolean,
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
    await this.close();
    return this.end(true);
  }

  async abandon(): Promise<void> {
    await this.last.catch(() => undefined);
    await this.syncing?.catch(() => undefined);
    await this.close();
    await this.end(false);
  }

  private async close(): Promise<void> {
    await this.past?.close();
    await this.file.close();
  }

  private async append(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0;) {
      const past = await this.directHandle(rest);
      const { bytesWritten } = await (past ?? this.file).write(rest, 0, rest.length, this.size);
      this.size += bytesWritten;
      rest = rest.subarray(bytesWritten);
      if (past === undefined) this.unsynced += bytesWritten;
    }
    if (this.unsynced >= SYNC_BYTES && this.syncing === undefined && syncs < MAX_SYNCS) this.startEarlySync();
  }

  /** The handle that bypasses the cache. It is only for whole chunks, because the end of a file may be shorter than a block. */
  private async directHandle(bytes: Uint8Array): Promise<FileHandle | undefined> {
    const fits = bytes.length === CHUNK_BYTES && isAligned(bytes) && this.size % ALIGNMENT === 0;
    if (!this.direct || !fits) return undefined;
    this.past ??= await openDirectly(this.path, constants.O_WRONLY);
    return this.past;
  }

  /** Syncs while more is received, so that less is left for the end. */
  private startEarlySync(): void {
    this.unsynced = 0;
    syncs++;
    const syncing = this.file.datasync().finally(() => syncs--);
    this.syncing = syncing;
    // A failed sync stays in `syncing` for `finish`, because the operating system reports an error only once.
    syncing.then(
      () => (this.syncing = undefined),
      () => undefined,
    );
  }
}
