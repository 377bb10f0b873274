import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Finished } from './folder';
import { runInProcess } from './in-process';

export { file, type Finished, FOLDER } from './folder';

// On a busy machine, a copy of 10,000 parts takes minutes.
jest.setTimeout(600_000);

export const ROOT = join(__dirname, '..', '..');

/** The bundled command, as users get it. */
export const MPCOPY = join(ROOT, 'bin', 'dist', 'mpcopy.js');

/** An app with two workflows of its own, for `--app`. */
export const APP = `"${process.execPath}" "${join(__dirname, '..', 'fixtures', 'two-workflows.cjs')}"`;

/** Runs the command in this process, and in the checkout. */
export function mpcopy(...args: string[]): Promise<Finished> {
  return runInProcess(ROOT, args);
}

/** The same in another folder than the checkout. */
export function mpcopyIn(cwd: string, ...args: string[]): Promise<Finished> {
  return runInProcess(cwd, args);
}

/** Runs the bundled command, as users do, with the environment that the test has set. */
export function bundledMpcopy(...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MPCOPY, ...args], { cwd: ROOT, env: process.env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
