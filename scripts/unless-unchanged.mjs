import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm ci deletes it. */
const RECORDS = 'node_modules/.cache/build';

/**
 * Builds, unless an earlier build had the same inputs and its outputs are still there as it wrote them. Contents are compared, not
 * times: a checkout changes times, and a build that was interrupted or a file that was deleted is noticed.
 *
 * @param step its name, and functions that return the paths of its inputs and of its outputs
 * @param build writes the outputs
 */
export function unlessUnchanged({ name, inputs, outputs, force = false }, build) {
  const record = join(RECORDS, name);
  // Taken before the build, so that a file that changes meanwhile is built by the next one.
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
