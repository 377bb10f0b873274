import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `npm ci` deletes this folder. */
const RECORDS = 'node_modules/.cache/build';

/**
 * Builds, unless the last build had the same inputs and its outputs have not changed. Contents are compared, not times, because a
 * checkout changes times. So interrupted builds and deleted files are noticed.
 *
 * @param step its name, and functions that return the paths of its inputs and of its outputs
 * @param build writes the outputs
 */
export function unlessUnchanged({ name, inputs, outputs, force = false }, build) {
  const record = join(RECORDS, name);
  // Computed before the build, so that the next build includes files that change during this one.
  const before = digest(inputs());
  const current = () => `${before} ${digest(outputs())}`;
  if (!force && existsSync(record) && readFileSync(record, 'utf8') === current()) return;
  build();
  mkdirSync(RECORDS, { recursive: true });
  writeFileSync(record, current());
}

function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of [...paths].sort()) {
    hash.update(`\n${path} `).update(existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest() : '');
  }
  return hash.digest('hex');
}
