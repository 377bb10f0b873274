import type { Dirent } from 'node:fs';
import { chmod, lstat, mkdir, readdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeErrorCode } from '../base/node-errors';
import { DamagedJournalError, ForeignDirectoryError } from '../errors/server-errors';

/** This file marks a directory as a data directory, whose files the server may delete. */
const MARKER = 'embedded-s3.json';
const MARK = `${JSON.stringify({ contents: 'data of the embedded S3 of cdk-s3-multipart-copy', version: 1 })}\n`;

const JOURNAL = 'journal.jsonl';
/** Folders of the data directory. Both contain only files. */
const FOLDERS = ['blobs', 'incoming'] as const;

/**
 * Creates a data directory, or checks that an existing one belongs to the server.
 * @returns its path, without symbolic links
 * @throws ForeignDirectoryError for a directory with other files, and for links, which may refer to files elsewhere
 */
export async function claimDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const directory = await realpath(path);
  const entries = await readdir(directory, { withFileTypes: true });
  if (entries.length === 0) await claimEmpty(directory);
  else checkOwn(directory, entries);
  for (const folder of FOLDERS) {
    if (entries.some(({ name }) => name === folder)) checkFiles(directory, folder, await readFolder(directory, folder));
  }
  return directory;
}

async function claimEmpty(directory: string): Promise<void> {
  // The directory may belong to another user, for example the user who mounted it. Its files are private anyway.
  await chmod(directory, 0o700).catch((error: unknown) => {
    if (nodeErrorCode(error) !== 'EPERM') throw error;
  });
  await writeFile(join(directory, MARKER), MARK, { flag: 'wx', mode: 0o600 }).catch((error: unknown) => {
    // Another server claims the directory at the same time. One of them gets the lock.
    if (nodeErrorCode(error) !== 'EEXIST') throw error;
  });
}

function checkOwn(directory: string, entries: readonly Dirent[]): void {
  if (!entries.some(({ name }) => name === MARKER)) {
    throw new ForeignDirectoryError(
      `data directory '${directory}' is not empty and was not created by this server (it has no file ${MARKER}): specify a new or an empty ` +
        'directory; nothing in it was changed',
    );
  }
  const folders = new Set<string>(FOLDERS);
  for (const entry of entries) {
    const isExpected = folders.has(entry.name) ? entry.isDirectory() : entry.isFile();
    if (!isExpected) throw unexpected(directory, entry.name, folders.has(entry.name) ? 'folder' : 'file');
  }
}

function checkFiles(directory: string, folder: string, entries: readonly Dirent[]): void {
  const other = entries.find((entry) => !entry.isFile());
  if (other !== undefined) throw unexpected(directory, join(folder, other.name), 'file');
}

function unexpected(directory: string, name: string, expected: string): ForeignDirectoryError {
  return new ForeignDirectoryError(
    `'${join(directory, name)}' is not a ${expected} of the server, which does not follow links: remove it, or specify another directory; nothing ` +
      'was changed',
  );
}

/**
 * Checks that there is a journal. Only the journal shows which files belong to objects and which may be deleted.
 * @throws DamagedJournalError if there are files without a journal
 */
export async function checkJournal(directory: string): Promise<void> {
  const path = join(directory, JOURNAL);
  const size = await lstat(path).then(
    (file) => file.size,
    (error: unknown) => {
      if (nodeErrorCode(error) === 'ENOENT') return 0;
      throw error;
    },
  );
  if (size > 0) return;
  const files = await Promise.all(FOLDERS.map((folder) => readFolder(directory, folder)));
  if (files.every((entries) => entries.length === 0)) return;
  throw new DamagedJournalError(
    `'${path}' is missing or empty, so it is unknown which files of '${join(directory, 'blobs')}' belong to objects: restore it from a ` +
      'backup, or specify another directory; nothing was deleted',
  );
}

async function readFolder(directory: string, folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(join(directory, folder), { withFileTypes: true });
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
