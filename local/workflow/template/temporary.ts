import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();
let removedAtExit = false;

/** A new folder among the temporary files, removed when the process ends. */
export function temporaryFolder(prefix: string): string {
  if (!removedAtExit) process.once('exit', removeTemporaryFolders);
  removedAtExit = true;
  const folder = mkdtempSync(join(tmpdir(), prefix));
  folders.add(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
