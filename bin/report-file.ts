import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from './failure';

/** The page could not be written after all. */
export class UnwritableReport extends Error {
  constructor(file: string, reason: string) {
    super(`the report cannot be written to ${file}: ${reason}`);
    this.name = 'UnwritableReport';
  }
}

/**
 * Checks whether the file can be written, before anything is run or read for it.
 *
 * @param argument that names the file
 * @throws UsageError
 */
export async function requireWritable(argument: string, file: string): Promise<void> {
  try {
    const folder = dirname(resolve(file));
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw new Error('it is a folder');
    await access(found === undefined ? folder : file, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${argument} ${file} cannot be written: ${(error as Error).message}`);
  }
}

/** @throws UnwritableReport */
export async function writeReport(file: string, page: string): Promise<void> {
  try {
    await writeFile(file, page);
  } catch (error) {
    throw new UnwritableReport(file, (error as Error).message);
  }
}
