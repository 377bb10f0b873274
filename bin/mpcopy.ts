#!/usr/bin/env node
import { createRequire } from 'node:module';
import { fail } from './fail';
import { runWithoutEnvironment } from './sandbox';

/** The version that `engines` of package.json asks for. */
const MIN_NODE = 22;

/** The rest of the command is a separate bundle, which is loaded only if it is needed. */
const CLI = './cli.js';

const [major] = process.versions.node.split('.');
if (Number(major) < MIN_NODE) {
  fail(
    new Error(
      `Node.js ${MIN_NODE} or later is needed, this is ${process.version}; install a newer version, or run npx -p node@24 -p cdk-s3-multipart-copy mpcopy`,
    ),
  );
} else if (process.argv[2] === 'local') {
  runWithoutEnvironment(createRequire(__filename).resolve(CLI), process.argv.slice(2));
} else {
  createRequire(__filename)(CLI);
}
