import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ApiPermission,
  DESTINATION_PERMISSIONS,
  MAP_RUN_ACTIONS,
  SECRET_PERMISSIONS,
  SOURCE_PERMISSIONS,
} from '../../lib/private/protocol/permissions';

const ROOT = join(__dirname, '..', '..');

test('docs/permissions.md is up to date with the permission table', () => {
  const check = () =>
    execFileSync(process.execPath, ['scripts/permissions-doc.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' });
  expect(check).not.toThrow();
});

describe('the permission table', () => {
  const calls = (rows: readonly ApiPermission[]) => rows.flatMap(({ api }) => api.split(', '));
  const known = new Set([
    ...calls(SOURCE_PERMISSIONS),
    ...calls(DESTINATION_PERMISSIONS),
    ...calls(SECRET_PERMISSIONS),
    ...Object.values(MAP_RUN_ACTIONS).map((action) => action.replace('states:', '')),
  ]);
  known.delete('all of them');

  const sources = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, 'lambda', file), 'utf8'));
  const made = new Set(sources.flatMap((text) => [...text.matchAll(/new (\w+)Command\(/g)].map(([, name]) => name!)));

  test('contains every API call of the workers', () => {
    expect(made.size).toBeGreaterThan(10);
    expect([...made].filter((call) => !known.has(call))).toEqual([]);
  });

  test('contains only API calls of the workers', () => {
    // By way of the paginator.
    const paged = sources.flatMap((text) => [...text.matchAll(/paginate(\w+)\(/g)].map(([, name]) => name!));
    expect([...known].filter((call) => !made.has(call) && !paged.includes(call))).toEqual([]);
  });
});
