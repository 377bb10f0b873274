import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeErrorCode } from '../base/node-errors';
import { syncFolder } from '../content/folder-sync';
import { DamagedJournalError } from '../errors/server-errors';
import { parseCommit } from './change-schema';
import type { Change } from './model';

/** Stores changes, so that a restarted server has them. */
export interface Journal {
  /**
   * Calls `take` with all changes of earlier runs, in order.
   * @throws DamagedJournalError if something is not a change, or if `take` throws
   */
  read(take: (change: Change) => void): Promise<void>;
  /** Resolves when the changes are on disk. */
  append(changes: readonly Change[]): Promise<void>;
  /** Replaces the whole journal with these changes. */
  compact(changes: Iterable<Change>): Promise<void>;
  close(): Promise<void>;
}

/** Stores nothing. */
export class MemoryJournal implements Journal {
  read(): Promise<void> {
    return Promise.resolve();
  }

  append(): Promise<void> {
    return Promise.resolve();
  }

  compact(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * `journal.jsonl`: one line of JSON for each commit, appended and synced. A commit is one line, so after a crash it exists completely or not
 * at all. An incomplete last line is a commit without a response to a client, and is discarded. The file is rewritten at every start.
 */
export class FileJournal implements Journal {
  private file: FileHandle | undefined;
  private pending: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  private writing: Promise<void> | undefined;
  /** Size of the commits that were written completely, in bytes. */
  private size = 0;
  /** Commits that could not be written. They have taken effect, and later commits may depend on them, so they are written first. */
  private unwritten: readonly string[] = [];

  constructor(private readonly directory: string) {}

  private get path(): string {
    return join(this.directory, 'journal.jsonl');
  }

  async read(take: (change: Change) => void): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (nodeErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    for (const [index, line] of text.split('\n').slice(0, -1).entries()) {
      if (line === '') continue;
      try {
        for (const change of parseCommit(line)) take(change);
      } catch (error) {
        throw new DamagedJournalError(
          `line ${index + 1} of '${this.path}' is not a commit (${(error as Error).message}): restore the directory from a ` +
            'backup, or make a backup and delete that line (what only that line contains is lost)',
        );
      }
    }
  }

  async compact(changes: Iterable<Change>): Promise<void> {
    await this.file?.close();
    const temporary = `${this.path}.new`;
    // A crash may have left the file.
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    // An empty commit, because an empty journal counts as missing.
    let batch = '[]\n';
    for (const change of changes) {
      batch += `${JSON.stringify([change])}\n`;
      if (batch.length > 1024 * 1024) {
        await file.write(batch);
        batch = '';
      }
    }
    await file.write(batch);
    this.size = (await file.stat()).size;
    await file.sync();
    await rename(temporary, this.path);
    await syncFolder(this.directory);
    this.file = file;
  }

  /** Commits that arrive during a sync share the next one. */
  async append(changes: readonly Change[]): Promise<void> {
    const written = new Promise<void>((done, failed) => {
      this.pending.push({ line: `${JSON.stringify(changes)}\n`, done, failed });
    });
    this.writing ??= this.drain();
    await written;
  }

  async close(): Promise<void> {
    await this.writing;
    // An error can be ignored, because the callers have already got one.
    if (this.unwritten.length > 0) await this.write([]).catch(() => undefined);
    await this.file?.close();
    this.file = undefined;
  }

  private async drain(): Promise<void> {
    while (this.pending.length > 0) {
      const batch = this.pending;
      this.pending = [];
      try {
        await this.write(batch.map(({ line }) => line));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.writing = undefined;
  }

  /** If the disk is full, a part of a line may have been written. It is removed, so that it does not precede the next line. */
  private async write(lines: readonly string[]): Promise<void> {
    const { file } = this;
    if (file === undefined) throw new Error(`'${this.path}' is closed`);
    this.unwritten = [...this.unwritten, ...lines];
    const bytes = Buffer.from(this.unwritten.join(''));
    try {
      for (let written = 0; written < bytes.length;) {
        written += (await file.write(bytes, written, bytes.length - written, this.size + written)).bytesWritten;
      }
      await file.datasync();
      this.size += bytes.length;
      this.unwritten = [];
    } catch (error) {
      await file.truncate(this.size).catch(() => undefined);
      throw error;
    }
  }
}
