import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeErrorCode } from '../node-errors';
import type { Change } from './model';

/** Where changes are kept. */
export interface Journal {
  /** All changes of earlier runs, in order; those of one `append` together. */
  read(): AsyncIterable<readonly Change[]>;
  /** Resolves when the changes would survive a crash. */
  append(changes: readonly Change[]): Promise<void>;
  /** Replaces everything by these changes. */
  compact(changes: Iterable<Change>): Promise<void>;
  close(): Promise<void>;
}

/** Keeps nothing. */
export class MemoryJournal implements Journal {
  async *read(): AsyncIterable<readonly Change[]> {
    // Nothing is kept, so nothing is read.
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
 * `journal.jsonl`: a line of JSON per commit, appended and synced. A commit is one line, so a crash leaves it there or not; a torn
 * last line is a commit that nobody was told of, and is dropped. The file is rewritten at every start.
 */
export class FileJournal implements Journal {
  private file: FileHandle | undefined;
  private pending: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  private writing: Promise<void> | undefined;

  constructor(private readonly directory: string) {}

  private get path(): string {
    return join(this.directory, 'journal.jsonl');
  }

  async *read(): AsyncIterable<readonly Change[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (nodeErrorCode(error) === 'ENOENT') return;
      throw error;
    }
    for (const line of text.split('\n').slice(0, -1)) {
      if (line !== '') yield JSON.parse(line) as readonly Change[];
    }
  }

  async compact(changes: Iterable<Change>): Promise<void> {
    await this.file?.close();
    const temporary = `${this.path}.new`;
    const file = await open(temporary, 'w');
    let batch = '';
    for (const change of changes) {
      batch += `${JSON.stringify([change])}\n`;
      if (batch.length > 1024 * 1024) {
        await file.write(batch);
        batch = '';
      }
    }
    await file.write(batch);
    await file.sync();
    await rename(temporary, this.path);
    await syncDirectory(this.directory);
    this.file = file;
  }

  /** Commits that come while one is being synced share the next sync. */
  async append(changes: readonly Change[]): Promise<void> {
    const written = new Promise<void>((done, failed) => {
      this.pending.push({ line: `${JSON.stringify(changes)}\n`, done, failed });
    });
    this.writing ??= this.drain();
    await written;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
    this.file = undefined;
  }

  private async drain(): Promise<void> {
    while (this.pending.length > 0) {
      const batch = this.pending;
      this.pending = [];
      try {
        await this.file?.appendFile(batch.map(({ line }) => line).join(''));
        await this.file?.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.writing = undefined;
  }
}

/** Makes a rename in the directory durable. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
