import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ResourceUnavailable } from './errors';
import { formatSize } from './size';

const folders = new Set<string>();

/**
 * Provides a folder for temporary files, and removes it afterwards, also if the process is ended.
 *
 * @throws ResourceUnavailable if the folder cannot be created
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
    throw new ResourceUnavailable(
      `TMPDIR ${tmpdir()} cannot be used: ${(error as Error).message}; set TMPDIR to a folder that can be written to`,
    );
  }
}

function removeAll(): void {
  for (const folder of folders) remove(folder);
}

/** Retries, since writes that were in flight may create files while the folder is being removed. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  folders.delete(folder);
}

/** Space for a cloud assembly and the journal of the embedded S3; the bundles of the functions are a few MB. */
const BASE_BYTES = 64 * 1024 ** 2;

/**
 * Checks that the disk has enough space for the data of a run.
 *
 * @param what the option that needs it, with its value
 * @param bytes size of the objects that are stored
 * @param dir folder of `--dir`. Default: TMPDIR
 * @throws ResourceUnavailable
 */
export function requireSpace(what: string, bytes: number, dir?: string): void {
  const free = freeBytes(dir ?? tmpdir());
  if (free < bytes + BASE_BYTES) throw lacksSpace(what, bytes, dir, `which has ${formatSize(free)}`);
}

/** @throws ResourceUnavailable for an error that a full disk caused */
export async function explainFullDisk<T>(
  what: string,
  bytes: number,
  dir: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let isFull = false;
  // The embedded S3 answers its client with 500 InternalError, and emits a warning in its process.
  const note = (warning: NodeJS.ErrnoException) => (isFull ||= warning.code === 'ENOSPC');
  process.on('warning', note);
  try {
    return await work();
  } catch (error) {
    if (!isFull && !String(error).includes('ENOSPC')) throw error;
    throw lacksSpace(what, bytes, dir, 'which is full');
  } finally {
    process.off('warning', note);
  }
}

function lacksSpace(what: string, bytes: number, dir: string | undefined, state: string): ResourceUnavailable {
  const [place, variable] = dir === undefined ? [`TMPDIR ${tmpdir()}`, 'TMPDIR'] : [`--dir ${dir}`, '--dir'];
  return new ResourceUnavailable(
    `${what} needs ${formatSize(bytes + BASE_BYTES)} of space in ${place}, ${state}; free some space, or set ${variable} to a folder on a larger disk`,
  );
}

/** Free space of the disk of a folder, or of the folder in which it will be created. */
function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    const parent = dirname(resolve(folder));
    // A folder that cannot be created is reported later.
    return parent === resolve(folder) ? Number.POSITIVE_INFINITY : freeBytes(parent);
  }
}
