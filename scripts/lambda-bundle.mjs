// How the workers are bundled. Their size and what they do before their first request are most of a cold start, so whatever no
// worker can reach on Lambda is left out. bench/coldstart.mjs measures it, test/lambda/bundles.test.ts has the budget.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * Files of the SDK that are replaced, by the end of their path. The build fails if the SDK no longer has one of them, and if another
 * version of the SDK imports a name that the replacement lacks.
 */
const REPLACEMENTS = [
  {
    // Lambda hands the credentials of the role to a function in its environment. Of the SDK's chain of providers (profiles, SSO,
    // processes, web identities, container and instance metadata) no other can apply.
    path: '@aws-sdk/credential-provider-node/dist-es/index.js',
    contents: () => `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  {
    // There is no ~/.aws in a function. The SDK would look for its files before the first request. The variables of the environment,
    // such as AWS_ENDPOINT_URL_S3 and AWS_USE_FIPS_ENDPOINT, are read elsewhere.
    path: '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/loadSharedConfigFiles.js',
    contents: () => `
      export { CONFIG_PREFIX_SEPARATOR } from './constants';
      export const loadSharedConfigFiles = async () => ({ configFile: {}, credentialsFile: {} });`,
  },
  {
    // Only SelectObjectContent has an event stream.
    path: '@smithy/core/dist-es/submodules/event-streams/index.js',
    contents: () => `
      export const eventStreamSerdeProvider = () => undefined;
      export const resolveEventStreamSerdeConfig = (config) => config;
      export class EventStreamSerde {
        constructor() {
          throw new Error('Event streams are left out of this bundle (scripts/lambda-bundle.mjs).');
        }
      }`,
  },
  {
    // The shapes of all operations. Computed property names may have side effects, so esbuild keeps every shape that has one. With the
    // names in their place it keeps the shapes of the operations that are used.
    path: '@aws-sdk/client-s3/dist-es/schemas/schemas_0.js',
    contents: withNamesInPlace,
  },
];

/** `{ [_h]: … }` becomes `{ "http": … }`, where the file says `const _h = "http";`. */
function withNamesInPlace(code) {
  const names = new Map([...code.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]));
  return code.replace(/([{,]\s*)\[(_\w+)\]:/g, (computed, before, name) =>
    names.has(name) ? `${before}${names.get(name)}:` : computed,
  );
}

/** Modules that are imported dynamically get a file of their own beside index.js, which is loaded when it is needed. */
function loadedLater(found) {
  return {
    name: 'loaded-later',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir, importer }) => {
        if (kind !== 'dynamic-import' || importer.includes('node_modules')) return undefined;
        found.add(join(resolveDir, `${path}.ts`));
        return { path: `./${basename(path)}.js`, external: true };
      });
    },
  };
}

function onlyWhatLambdaHas(applied) {
  return {
    name: 'only-what-lambda-has',
    setup(esbuild) {
      for (const { path, contents } of REPLACEMENTS) {
        const filter = new RegExp(`[\\\\/]${path.replaceAll(/[.]/g, '\\.').replaceAll('/', '[\\\\/]')}$`);
        esbuild.onLoad({ filter }, (file) => {
          applied.add(path);
          return { contents: contents(readFileSync(file.path, 'utf8')), resolveDir: dirname(file.path), loader: 'js' };
        });
      }
    },
  };
}

/**
 * Bundles workers. Nothing is written.
 *
 * @param steps names of folders in lambda/
 * @param shared options of esbuild for all code of the project
 * @returns esbuild's results. A file that is loaded later comes before the one that loads it.
 */
export async function bundleWorkers(steps, shared) {
  const applied = new Set();
  const results = await Promise.all(steps.map((step) => bundleWorker(step, shared, applied)));
  const unused = REPLACEMENTS.filter(({ path }) => !applied.has(path)).map(({ path }) => path);
  if (unused.length > 0) throw new Error(`the SDK no longer has ${unused.join(', ')}: see scripts/lambda-bundle.mjs`);
  return results.flat();
}

async function bundleWorker(step, shared, applied) {
  const later = new Set();
  const options = {
    ...shared,
    minify: true,
    // The SDK's ES modules leave out what is not used. Its CommonJS modules cannot.
    mainFields: ['module', 'main'],
    // `import('node:http')` in a CommonJS file loads Node.js's loader of ES modules, and that reads every export of the module, among
    // them `http.WebSocket`, which loads all of undici: 20 ms. `require` does not.
    supported: { 'dynamic-import': false },
    outdir: `lambda/dist/${step}`,
  };
  const plugins = [onlyWhatLambdaHas(applied), loadedLater(later)];
  const main = await build({ ...options, plugins, entryPoints: { index: `lambda/${step}/index.ts` } });
  if (later.size === 0) return [main];
  const entryPoints = Object.fromEntries([...later].map((file) => [basename(file, '.ts'), file]));
  return [await build({ ...options, plugins: [onlyWhatLambdaHas(applied)], entryPoints }), main];
}
