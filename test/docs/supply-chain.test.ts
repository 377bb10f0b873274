import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Locked {
  readonly link?: boolean;
  /** Comes within the package that bundles it. */
  readonly inBundle?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path.startsWith('node_modules/'));

test('the lockfile has a checksum for every package that is downloaded', () => {
  const downloaded = installed.filter(([, { link, inBundle }]) => link !== true && inBundle !== true);
  const without = downloaded.filter(([, { integrity }]) => integrity === undefined);
  expect(installed.length).toBeGreaterThan(300);
  expect(without.map(([path]) => path)).toEqual([]);
});

test('no installation script of a package is allowed to run', () => {
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> };
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  // Only for macOS, where it is native.
  const others = names.filter((name) => !(name in allowScripts) && name !== 'fsevents');
  expect(others).toEqual([]);
  expect(Object.values(allowScripts)).not.toContain(true);
});

test('the Node.js that runs the scripts is the version of the Lambda runtime', () => {
  const runtime = JSON.parse(read('tools/node-runtime/package.json')) as { optionalDependencies: object };
  const versions = new Set(Object.values(runtime.optionalDependencies));
  expect([...versions]).toEqual([expect.stringMatching(/^24\.\d+\.\d+$/)]);
  if (existsSync(join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`))) {
    expect(process.version).toBe(`v${String([...versions][0])}`);
  }
});

test('THIRD-PARTY-LICENSES has a text for every package', () => {
  const sections = read('THIRD-PARTY-LICENSES').split(`\n${'-'.repeat(80)}\n\n`);
  expect(sections.length).toBeGreaterThan(30);
  const short = sections.filter((section) => !/(?:Permission|Redistribution|TERMS AND CONDITIONS)/i.test(section));
  expect(short.map((section) => section.split('\n')[0])).toEqual([]);
});
