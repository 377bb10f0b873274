// Bundles the workers. Most of a cold start is the size of a worker and its code before the first request, so code that no worker can
// reach on Lambda is omitted. bench/coldstart.mjs measures the effect, and test/lambda/bundles.test.ts has the size limits.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

/**
 * Files of the SDK that are replaced, by the end of their path. The build fails if the SDK no longer has one of these files, or imports a
 * name that the replacement does not export.
 */
const REPLACEMENTS = [
  {
    // On Lambda, the credentials of the role are in environment variables. The other providers of the SDK (profiles, SSO, processes, web
    // identities, container and instance metadata) never apply.
    path: '@aws-sdk/credential-provider-node/dist-es/index.js',
    contents: () => `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';`,
  },
  {
    // A function has no ~/.aws, but the SDK would search its files before the first request. Environment variables such as
    // AWS_ENDPOINT_URL_S3 and AWS_USE_FIPS_ENDPOINT are read elsewhere.
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
          throw new Error('Event streams are not included in this bundle (scripts/lambda-bundle.mjs).');
        }
      }`,
  },
  {
    // The schemas of all operations. esbuild keeps every object with a computed property name, because it may have side effects. With
    // literal names, esbuild keeps only the schemas of the operations that are used.
    path: '@aws-sdk/client-s3/dist-es/schemas/schemas_0.js',
    contents: withLiteralNames,
  },
];

/** Replaces computed property names by literal ones: `{ [_h]: … }` by `{ "http": … }`, if the file contains `const _h = "http";`. */
function withLiteralNames(code) {
  const names = new Map([...code.matchAll(/^const (_\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]));
  return code.replace(/([{,]\s*)\[(_\w+)\]:/g, (computed, before, name) =>
    names.has(name) ? `${before}${names.get(name)}:` : computed,
  );
}

/** Bundles each dynamically imported module into a separate file next to index.js, which is loaded when it is needed. */
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

function replaceSdkFiles(applied) {
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
 * Bundles workers, without writing files.
 *
 * @param steps names of folders in lambda/
 * @param shared options of esbuild for all code of the project
 * @returns the results of esbuild. A file that is loaded later precedes the file that loads it.
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
    // esbuild can remove unused code from the SDK's ES modules, but not from its CommonJS modules.
    mainFields: ['module', 'main'],
    // `import('node:http')` in a CommonJS file loads the loader for ES modules, which reads every export of the module, including
    // `http.WebSocket`, which loads all of undici. This takes 20 ms. `require` does not do this.
    supported: { 'dynamic-import': false },
    outdir: `lambda/dist/${step}`,
  };
  const plugins = [replaceSdkFiles(applied), loadedLater(later)];
  const main = await build({ ...options, plugins, entryPoints: { index: `lambda/${step}/index.ts` } });
  if (later.size === 0) return [main];
  const entryPoints = Object.fromEntries([...later].map((file) => [basename(file, '.ts'), file]));
  return [await build({ ...options, plugins: [replaceSdkFiles(applied)], entryPoints }), main];
}
