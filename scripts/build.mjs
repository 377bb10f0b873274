// `npm run build`: jsii compiles lib/, scripts/bundle.mjs bundles lambda/ and bin/. Each is left out if its sources, the installed packages
// and what it wrote are still the same, byte for byte. `npm run build -- --force` builds in any case.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unlessUnchanged } from './unless-unchanged.mjs';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));

const COMPILED = /^lib\/.*\.(?:js|d\.ts)$/;
const BUNDLED = /^(?:lambda|bin)\/dist\//;

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));
const sources = (...folders) => folders.flatMap(files).filter((path) => !COMPILED.test(path) && !BUNDLED.test(path));
/** Says what is installed; npm writes it. */
const INSTALLED = 'node_modules/.package-lock.json';
const settings = () => ['package.json', 'tsconfig.json', INSTALLED, ...files('scripts')];

const force = process.argv.includes('--force');
unlessUnchanged(
  {
    force,
    name: 'compile',
    inputs: () => [...sources('lib'), ...settings(), 'README.md'],
    outputs: () => [...files('lib').filter((path) => COMPILED.test(path)), '.jsii'],
  },
  () => {
    run(createRequire(import.meta.url).resolve('jsii/bin/jsii'), '--silence-warnings=metadata/missing-dev-dependency');
    removeOrphans();
  },
);
unlessUnchanged(
  {
    force,
    name: 'bundle',
    inputs: () => [...sources('lib', 'lambda', 'local', 'bin'), ...settings()],
    outputs: () => [...['lambda/dist', 'bin/dist'].filter(existsSync).flatMap(files), 'THIRD-PARTY-LICENSES'],
  },
  () => run('scripts/bundle.mjs'),
);

function run(...command) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

/** Outputs of jsii whose source was moved or deleted: they would be published, and found before the new ones. */
function removeOrphans() {
  for (const path of files('lib')) {
    const source = /^(.*)\.(?:js|d\.ts)$/.exec(path)?.[1];
    if (source !== undefined && !existsSync(`${source}.ts`)) rmSync(path);
  }
}
