// Sends malformed and mutated requests to the local servers: `npm run fuzz -- --seconds 20 --seed 1`. Bundles test/fuzz and runs it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// A folder inside the checkout, so that the bundle finds the packages that it does not contain.
const outdir = mkdtempSync(join(root, 'node_modules', '.fuzz-'));
try {
  buildSync({
    entryPoints: ['fuzz', 'servers'].map((name) => join(root, 'test', 'fuzz', `${name}.ts`)),
    outdir,
    bundle: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const { status } = spawnSync(process.execPath, [join(outdir, 'fuzz.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
