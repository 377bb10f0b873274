import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { STEPS } from '../../lib/private/protocol';

const DIST = join(__dirname, '..', '..', 'lambda', 'dist');

describe.each(STEPS)('the bundle of %s', (step) => {
  const code = readFileSync(join(DIST, step, 'index.js'), 'utf8');

  test('exports an async handler without a callback, which nodejs24.x rejects', () => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { handler } = require(join(DIST, step, 'index.js')) as { handler: (event: unknown) => Promise<unknown> };
    expect(handler.length).toBeLessThan(3);
    expect(handler.constructor.name).toBe('AsyncFunction');
  });

  test('requires only modules of Node.js', () => {
    const required = [...code.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name!.replace(/^node:/, ''));
    expect(required.length).toBeGreaterThan(0);
    // Only named, in the advice that the SDK gives to callers of multi-Region access points.
    const advised = '@aws-sdk/signature-v4-crt';
    expect(required.filter((name) => name !== advised && !builtinModules.includes(name))).toEqual([]);
  });

  test('contains no path of the machine that built it', () => {
    expect(code).not.toContain(process.cwd());
  });
});
