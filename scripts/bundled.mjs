// Bundles a program of test/ and runs it. The library is not bundled, because it finds its files relative to its own path.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs `test/FOLDER/main.ts` with the arguments of this process, and ends this process with its exit code. */
export async function runBundled(folder) {
  const outfile = join(root, `node_modules/.cache/${folder}/main.cjs`);
  await build({
    entryPoints: [join(root, `test/${folder}/main.ts`)],
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
}
