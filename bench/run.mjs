// Bundles a benchmark that is written in TypeScript, and runs it: `node bench/run.mjs copy [options]`. Run a build first.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');
const [name, ...options] = process.argv.slice(2);
const outfile = join(root, 'node_modules', '.cache', 'bench', `${name}.cjs`);
await build({
  entryPoints: [join(root, 'bench', name, 'main.ts')],
  ...{ bundle: true, platform: 'node', format: 'cjs', target: 'node22', outfile, logLevel: 'warning' },
});
process.argv.splice(2, Infinity, ...options);
process.chdir(root);
await import(pathToFileURL(outfile).href);
