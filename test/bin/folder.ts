import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder, removed after the tests of a file. */
export const FOLDER = mkdtempSync(join(tmpdir(), 'mpcopy-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** @returns the path of a file that holds this text, or this as JSON */
export function file(name: string, content: unknown): string {
  const path = join(FOLDER, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** How the command ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
