import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

test('docs/input.md and the JSON Schema agree with the table of the options', () => {
  const check = () =>
    execFileSync(process.execPath, ['scripts/input-schema.mjs', '--check'], {
      cwd: join(__dirname, '..', '..'),
      stdio: 'pipe',
    });
  expect(check).not.toThrow();
});
