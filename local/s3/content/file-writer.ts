import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ALIGNMENT, CHUNK_BYTES, isAligned } from '../base/chunks';
import type { BlobWriter } from './blobs';
import { openDirectly } from './direct-io';

/** As much of a file is synced while the rest is received. */
const SYNC_BYTES = 32 * 1024 * 1024;
/** Syncs that may be under way before the end of a file: each keeps one of Node's few threads for the file system. */
const MAX_SYNCS = 2;
let syncs = 0;

/** Writes a file from its start to its end, whole chunks past the page cache where that works. */
export class FileWriter implements BlobWriter {
  /** @param end names the file, when it is to be kept, or removes it; gives its id. */
  static async open(path: string, direct: boolean, end: (keep: boolean) => Promise<string>): Promise<FileWriter> {
    return new FileWriter(path, direct, await open(path, 'wx'), end);
  }

  private size = 0;
  private unsynced = 0;
  private past: FileHandle | undefined;
  /** The system writes a file for one at a time, and threads that wait for each other burn time. */
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
      const past = await this.pastCache(rest);
      const { bytesWritten } = await (past ?? this.file).write(rest, 0, rest.length, this.size);
      this.size += bytesWritten;
      rest = rest.subarray(bytesWritten);
      if (past === undefined) this.unsynced += bytesWritten;
    }
    if (this.unsynced >= SYNC_BYTES && this.syncing === undefined && syncs < MAX_SYNCS) this.syncMeanwhile();
  }

  /** Only for whole chunks: the end of a file need not fill blocks. */
  private async pastCache(bytes: Uint8Array): Promise<FileHandle | undefined> {
    const fits = bytes.length === CHUNK_BYTES && isAligned(bytes) && this.size % ALIGNMENT === 0;
    if (!this.direct || !fits) return undefined;
    this.past ??= await openDirectly(this.path, constants.O_WRONLY);
    return this.past;
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
