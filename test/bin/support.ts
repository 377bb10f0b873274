import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// On a busy machine, a copy of 10,000 parts takes minutes.
jest.setTimeout(600_000);

export const ROOT = join(__dirname, '..', '..');

/** The bundled command, as users get it. */
export const MPCOPY = join(ROOT, 'bin', 'dist', 'mpcopy.js');

/** An app with two workflows of its own, for `--app`. */
export const APP = `"${process.execPath}" "${join(__dirname, '..', 'fixtures', 'two-workflows.cjs')}"`;

/** A temporary folder, removed after the tests of a file. */
export const FOLDER = mkdtempSync(join(tmpdir(), 'mpcopy-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function mpcopy(...args: string[]): Promise<Finished> {
  return mpcopyIn(ROOT, ...args);
}

/** Runs the command in another folder than the checkout, with the environment that the test has set. */
export function mpcopyIn(cwd: string, ...args: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MPCOPY, ...args], { cwd, env: process.env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** @returns the path of a file that holds this text, or this as JSON */
export function file(name: string, content: unknown): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
