// Bundles test/campaign and runs it: `npm run campaign -- --runs N --seed S [--json]`, after a build.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const outfile = join(root, 'node_modules/.cache/campaign/main.cjs');
await build({
  entryPoints: [join(root, 'test/campaign/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  logLevel: 'warning',
  packages: 'external',
  plugins: [
    {
      name: 'library-stays-outside',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^(\.\.\/)+lib$/ }, () => ({ path: join(root, 'lib/index.js'), external: true })),
    },
  ],
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);
