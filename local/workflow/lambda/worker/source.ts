import { installDates } from './dates';
import { isolateEnvironments } from './environments';
import { isolateModules } from './modules';
import { serveInvocations } from './runtime';
import { installTimers } from './timers';

/**
 * Names below localhost refer to this machine (RFC 6761), but some resolvers do not know this. SDKs use such names for
 * buckets.
 */
function resolveLocalhost(): void {
  const dns = process.getBuiltinModule('node:dns');
  type Callback = (error: Error | null, address: unknown, family?: number) => void;
  type Lookup = (hostname: string, options: unknown, callback: Callback) => void;
  const { lookup } = dns as unknown as { lookup: Lookup };
  const local: Lookup = (hostname, options, callback) => {
    if (typeof options === 'function') return local(hostname, {}, options as Callback);
    if (!/(^|\.)localhost\.?$/i.test(hostname)) return lookup(hostname, options, callback);
    const { all, family } = (typeof options === 'number' ? { family: options } : options) as {
      all?: boolean;
      family?: unknown;
    };
    const isSix = family === 6 || family === 'IPv6';
    const found = isSix ? { address: '::1', family: 6 } : { address: '127.0.0.1', family: 4 };
    process.nextTick(() => (all === true ? callback(null, [found]) : callback(null, found.address, found.family)));
  };
  const promised = (hostname: string, options: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) =>
      local(hostname, options, (error, address, family) => {
        if (error !== null) reject(error);
        else resolve(Array.isArray(address) ? address : { address, family });
      }),
    );
  Object.assign(dns, { lookup: local });
  Object.assign(dns.promises, { lookup: promised });
}

/**
 * The code of a thread, as text for `new Worker(source, { eval: true })`, so that it works independently of the bundle
 * that contains this module. Each function is included with its source, and uses only its parameters.
 */
export const WORKER_SOURCE = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
(${String(resolveLocalhost)})();
const environments = (${String(isolateEnvironments)})();
(${String(installTimers)})(workerData.time, environments.current);
const now = (${String(installDates)})(workerData.time);
const loadModule = (${String(isolateModules)})();
(${String(serveInvocations)})(parentPort, workerData, environments, loadModule, now);
`;
