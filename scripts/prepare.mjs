// Builds after an installation and before packing. `npx mpcopy` in this checkout links the checkout into npx's cache, which runs
// this script too: there is no reason then to build again.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isNpx = process.env.npm_command === 'exec';
if (!isNpx || !existsSync('bin/dist/mpcopy.js')) execSync('npm run build', { stdio: 'inherit' });
