// Builds after an installation and before packing. `npx mpcopy` in this checkout links the checkout into npx's cache, which runs
// this script too: there is no reason then to build again.
import { execSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
const [needed] = /\d+/.exec(engines.node);
const { node, npm_command: command } = { ...process.versions, ...process.env };

if (Number(node.split('.')[0]) < Number(needed)) {
  // On Linux and Windows, npm ci installs the Node.js of tools/node-runtime, on which all scripts run.
  console.error(
    `Node.js ${needed} or later is needed to build this package, and this is v${node}. There is no pinned one for ` +
      `${process.platform}-${process.arch}: install a newer Node.js, then run npm ci again.`,
  );
  process.exitCode = 1;
} else if (command !== 'exec' || !existsSync('bin/dist/mpcopy.js')) {
  execSync('npm run build', { stdio: 'inherit' });
}
