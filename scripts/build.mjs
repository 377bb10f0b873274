// `npm run build`: jsii compiles lib/, and scripts/bundle.mjs bundles lambda/ and bin/. A step is skipped if its sources, the installed
// packages and its outputs have not changed. `npm run build -- --force` performs all steps.
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
/** npm lists the installed packages in this file. */
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

/** Removes outputs of jsii whose source was moved or deleted. They would be published, and imports could find them instead of the new ones. */
function removeOrphans() {
  for (const path of files('lib')) {
    const source = /^(.*)\.(?:js|d\.ts)$/.exec(path)?.[1];
    if (source !== undefined && !existsSync(`${source}.ts`)) rmSync(path);
  }
}
