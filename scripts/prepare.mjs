// Builds after an installation and before packing. `npx mpcopy` in this checkout links the checkout into npx's cache, which also runs
// this script. In this case, it does not build again.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const [needed] = /\d+/.exec(engines.node);
const { node, npm_command: command } = { ...process.versions, ...process.env };

if (Number(node.split('.')[0]) < Number(needed)) {
  // On Linux and Windows, npm ci installs the version of Node.js that tools/node-runtime pins, and all scripts run on it.
  console.error(
    `Building this package requires Node.js ${needed} or later; the installed version is v${node}. There is no pinned version for ` +
      `${process.platform}-${process.arch}: install a newer Node.js, then run npm ci again.`,
  );
  process.exitCode = 1;
} else if (command !== 'exec' || !existsSync('bin/dist/mpcopy.js')) {
  execSync('npm run build', { stdio: 'inherit' });
}
