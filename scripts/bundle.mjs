// Bundles the workers, the command and its apps. Each worker is a folder that is deployed unchanged and includes the SDK. So the tested
// code is the deployed code, and users of the library need neither esbuild nor Docker.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleWorkers } from './lambda-bundle.mjs';
import { thirdPartyLicenses } from './third-party-licenses.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const shared = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The oldest supported aws-cdk-lib deploys workers on Node.js 22.
  target: 'node22',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  write: false,
};

/** Apps import the compiled library, like the apps of users, and do not contain a copy of it. */
const libraryIsExternal = {
  name: 'library-stays-outside',
  setup(esbuild) {
    const filter = /^cdk-s3-multipart-copy$|^(\.\.\/)+lib$/;
    esbuild.onResolve({ filter }, () => ({ path: '../../lib/index.js', external: true }));
  },
};

/** Separate bundles, so that the other commands start without loading the clients of AWS and the report page. */
const LOADED_LATER = ['report', 'aws'];
const loadedLater = {
  name: 'loaded-later',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^\.\.?\/\w+$/ }, ({ path, resolveDir }) => {
      const name = LOADED_LATER.find((folder) => join(resolveDir, path) === join(root, 'bin', folder));
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/** CDK apps: the app of cdk.json, and the app that `mpcopy local` runs by default. */
const apps = { app: 'bin/app.ts', 'scenario-app': 'local/run/scenario/app.ts' };

const steps = readdirSync('lambda', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['shared', 'dist'].includes(entry.name))
  .map((entry) => entry.name);

const [workers, ...others] = await Promise.all([
  bundleWorkers(steps, shared),
  build({
    ...shared,
    entryPoints: ['bin/mpcopy.ts', 'bin/cli.ts'],
    outdir: 'bin/dist',
    plugins: [loadedLater],
  }),
  ...LOADED_LATER.map((name) =>
    build({ ...shared, entryPoints: [`bin/${name}/index.ts`], outfile: `bin/dist/${name}.js` }),
  ),
  // Script and style of the report page, which `bin/dist/report.js` includes in the page.
  build({
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    // The licence of uPlot has to be distributed with it, and users distribute the page without the package.
    footer: { js: `/* uPlot ${licenseText('uplot')} */` },
    entryPoints: { 'report-page': 'bin/report/client/main.ts' },
    outdir: 'bin/dist',
  }),
  build({
    ...shared,
    entryPoints: apps,
    outdir: 'bin/dist',
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [libraryIsExternal],
  }),
]);

const results = [...workers, ...others];
const outputs = results.flatMap((result) => result.outputFiles);
for (const { path, contents } of outputs) replaceFile(path, contents);
removeStale('lambda/dist', outputs);
replaceFile(
  'THIRD-PARTY-LICENSES',
  thirdPartyLicenses(results.flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** Replaces a file by a rename, so that a copy that is running finds either the old or the new bundle, never a partial one. */
function replaceFile(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents, { mode: path.endsWith('mpcopy.js') ? 0o755 : 0o644 });
  renameSync(temporary, path);
}

function licenseText(name) {
  return readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim();
}

/** Removes files that an earlier build has left in a folder, because everything in the folder of an asset is hashed and deployed. */
function removeStale(folder, written) {
  const kept = written.map(({ path }) => path);
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(root, folder, name);
    if (!kept.some((file) => file === path || file.startsWith(path + sep)))
      rmSync(path, { recursive: true, force: true });
  }
}
