import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidRun } from './errors';
import { formatSize } from './size';

const folders = new Set<string>();

/**
 * Provides a folder among the temporary files, and removes it afterwards; if the process is ended before, then.
 *
 * @throws InvalidRun if the folder cannot be made
 */
export async function withTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  if (folders.size === 0) process.once('exit', removeAll);
  const folder = makeFolder(prefix);
  folders.add(folder);
  try {
    return await work(folder);
  } finally {
    remove(folder);
    if (folders.size === 0) process.off('exit', removeAll);
  }
}

function makeFolder(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw new InvalidRun(
      `TMPDIR ${tmpdir()} cannot be used: ${(error as Error).message}; set TMPDIR to a folder that can be written to`,
    );
  }
}

function removeAll(): void {
  for (const folder of folders) remove(folder);
}

/** Retries, since writes that were in flight may make files while the folder is being removed. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  folders.delete(folder);
}

/** Space for a cloud assembly and the journal of the embedded S3; the bundles of the functions are a few MB. */
const BASE_BYTES = 64 * 1024 ** 2;

/**
 * Checks that the temporary files of a run fit on their disk.
 *
 * @param what asks for them: the option, with its value
 * @param bytes of the objects that are stored
 * @throws InvalidRun
 */
export function requireSpace(what: string, bytes: number): void {
  const free = freeBytes();
  if (free < bytes + BASE_BYTES) throw lacksSpace(what, bytes, `which has ${formatSize(free)}`);
}

/** @throws InvalidRun instead of an error that comes from a full disk */
export async function explainFullDisk<T>(what: string, bytes: number, work: () => Promise<T>): Promise<T> {
  let isFull = false;
  // The embedded S3 answers its client 500 InternalError, and warns the process that it runs in.
  const note = (warning: NodeJS.ErrnoException) => (isFull ||= warning.code === 'ENOSPC');
  process.on('warning', note);
  try {
    return await work();
  } catch (error) {
    if (!isFull && !String(error).includes('ENOSPC')) throw error;
    throw lacksSpace(what, bytes, 'which is full');
  } finally {
    process.off('warning', note);
  }
}

function lacksSpace(what: string, bytes: number, state: string): InvalidRun {
  const needed = formatSize(bytes + BASE_BYTES);
  return new InvalidRun(
    `${what} needs ${needed} of space in TMPDIR ${tmpdir()}, ${state}; free some space, or set TMPDIR to a folder on a larger disk`,
  );
}

function freeBytes(): number {
  try {
    const { bavail, bsize } = statfsSync(tmpdir());
    return bavail * bsize;
  } catch {
    // A missing folder is reported when something is made in it.
    return Number.POSITIVE_INFINITY;
  }
}
