import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApiPermission,
  DESTINATION_PERMISSIONS,
  NOTIFIER_PERMISSIONS,
  SECRET_PERMISSIONS,
  SOURCE_PERMISSIONS,
  SWEEPER_PERMISSIONS,
} from '../../lib/private/protocol/permissions';

const ROOT = join(__dirname, '..', '..');

test('docs/permissions.md is up to date with the permission table', () => {
  const check = () =>
    execFileSync(process.execPath, ['scripts/permissions-doc.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  expect(check).not.toThrow();
});

describe('the permission table', () => {
  const tables: readonly (readonly ApiPermission[])[] = [
    SOURCE_PERMISSIONS,
    DESTINATION_PERMISSIONS,
    SECRET_PERMISSIONS,
    SWEEPER_PERMISSIONS,
    NOTIFIER_PERMISSIONS,
  ];
  const known = new Set(tables.flat().flatMap(({ apis }) => apis));

  const sources = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, 'lambda', file), 'utf8'));
  const all = (pattern: RegExp) => sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name!));
  const ofS3 = all(/\baskS3(?:Timed)?\(\s*\w+,\s*'(\w+)',\s*\1Command\b/g);
  const ofOthers = all(/\bapi: '(\w+)'/g);

  test('contains only API calls that workers make', () => {
    // The compiler checks that it contains all of them.
    expect([...new Set([...ofS3, ...ofOthers])].sort()).toEqual([...known].sort());
  });

  test('is what the compiler checks calls against: no worker makes one without ask', () => {
    expect(all(/\bnew (\w+)Command\(/g).sort()).toEqual([...ofOthers].sort());
  });
});
