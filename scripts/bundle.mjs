// Bundles the workers, the command and its apps. Each worker is a folder that deploys as it is, SDK included: the code
// that was tested is the code that runs, and users of the library need neither esbuild nor Docker.
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
  // The floor of aws-cdk-lib may still deploy workers on Node.js 22.
  target: 'node22',
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  write: false,
};

/** Apps import the compiled library, as any other app does, instead of bundling a copy of it. */
const libraryStaysOutside = {
  name: 'library-stays-outside',
  setup(esbuild) {
    const filter = /^cdk-s3-multipart-copy$|^(\.\.\/)+lib$/;
    esbuild.onResolve({ filter }, () => ({ path: '../../lib/index.js', external: true }));
  },
};

/** Bundles of their own, so that the other commands start without the clients of AWS and the report page. */
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

/** CDK apps: the one of cdk.json, and the one that `mpcopy local` comes with. */
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
  // Script and style of the report page, which `bin/dist/report.js` puts into it.
  build({
    ...shared,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    minify: true,
    // uPlot asks for its licence to be passed on with it, and the page is passed on by itself.
    footer: { js: `/* uPlot ${licenseText('uplot')} */` },
    entryPoints: { 'report-page': 'bin/report/client/main.ts' },
    outdir: 'bin/dist',
  }),
  build({
    ...shared,
    entryPoints: apps,
    outdir: 'bin/dist',
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [libraryStaysOutside],
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

/** At once, so that a copy that runs at the moment finds the old bundle or the new one, never half of one. */
function replaceFile(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, contents, { mode: path.endsWith('mpcopy.js') ? 0o755 : 0o644 });
  renameSync(temporary, path);
}

function licenseText(name) {
  return readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim();
}

/** What an earlier build left in a folder: the assets are hashed and deployed with all that is in their folder. */
function removeStale(folder, written) {
  const kept = written.map(({ path }) => path);
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(root, folder, name);
    if (!kept.some((file) => file === path || file.startsWith(path + sep)))
      rmSync(path, { recursive: true, force: true });
  }
}
