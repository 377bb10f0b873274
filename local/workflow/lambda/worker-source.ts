import { type ErrorPayload } from '../invoker';

/**
 * What runs inside of a Lambda environment: a runtime like that of AWS's nodejs images (their runtime interface client), in
 * a worker thread. Its source is text, started with `new Worker(source, { eval: true })`, so that it is there wherever this
 * module has been bundled to. It speaks with environment.ts by `HostMessage` and `WorkerMessage`.
 */
export const WORKER_SOURCE = String.raw`
'use strict';
const { AsyncLocalStorage } = require('node:async_hooks');
const dns = require('node:dns');
const { existsSync } = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { format } = require('node:util');
const { parentPort, workerData } = require('node:worker_threads');

// Names below localhost are this machine (RFC 6761), also where its resolver does not know that: SDKs put buckets there.
function lookupOf(lookup) {
  return (hostname, options, callback) => {
    if (typeof options === 'function') return lookupOf(lookup)(hostname, {}, options);
    if (!/(^|\.)localhost\.?$/i.test(hostname)) return lookup(hostname, options, callback);
    const { all, family } = typeof options === 'number' ? { family: options } : options;
    const found = family === 6 || family === 'IPv6' ? { address: '::1', family: 6 } : { address: '127.0.0.1', family: 4 };
    process.nextTick(() => (all ? callback(null, [found]) : callback(null, found.address, found.family)));
  };
}
dns.lookup = lookupOf(dns.lookup);
dns.promises.lookup = (hostname, options = {}) =>
  new Promise((resolve, reject) =>
    dns.lookup(hostname, options, (error, address, family) => {
      if (error) reject(error);
      else resolve(Array.isArray(address) ? address : { address, family });
    }));

const invocation = new AsyncLocalStorage();
const post = (message) => parentPort.postMessage(message);

process.cwd = () => workerData.taskRoot;

for (const level of ['debug', 'error', 'info', 'log', 'trace', 'warn']) {
  console[level] = (...values) =>
    post({ type: 'log', requestId: invocation.getStore(), level: level === 'log' ? 'info' : level, message: format(...values) });
}

function describe(error) {
  if (error instanceof Error || (error !== null && typeof error === 'object' && 'message' in error && 'name' in error)) {
    return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack || '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function named(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

function crash(error) {
  post({ type: 'crash', error });
  process.exit(1);
}
process.on('uncaughtException', (error) => crash(describe(error)));
process.on('unhandledRejection', (reason) => {
  const { errorType, errorMessage, trace } = describe(reason);
  crash({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: errorType + ': ' + errorMessage, trace });
});

async function importModule(file) {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (error.code === 'ERR_REQUIRE_ASYNC_MODULE') return import(pathToFileURL(file).href);
    throw error;
  }
}

async function load() {
  const base = path.basename(workerData.handler);
  const dot = base.indexOf('.');
  if (dot < 1) throw named('Runtime.MalformedHandlerName', 'Bad handler');
  const moduleName = path.join(path.dirname(workerData.handler), base.slice(0, dot));
  const root = path.resolve(workerData.taskRoot, moduleName);
  const file = ['', '.js', '.mjs', '.cjs'].map((extension) => root + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw named('Runtime.ImportModuleError', "Error: Cannot find module '" + moduleName + "'\nRequire stack:\n- " + root);
  }
  let target;
  try {
    target = await importModule(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error));
    if (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') {
      throw named('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  for (const key of base.slice(dot + 1).split('.')) target = target?.[key] ?? target?.default?.[key];
  if (typeof target !== 'function') {
    throw named('Runtime.HandlerNotFound', workerData.handler + ' is undefined or not exported');
  }
  if (target.length >= 3 && workerData.nodeMajor >= 24) {
    throw named('Runtime.CallbackHandlerDeprecated', 'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24.');
  }
  return target;
}

function call(handler, event, context) {
  if (handler.length < 3) return handler(event, context);
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error ? reject(error) : resolve(result));
    Promise.resolve(handler(event, context, callback)).catch(reject);
  });
}

async function invoke({ id, event, context, remainingMs }) {
  const deadline = Date.now() + remainingMs;
  try {
    const handler = await loading;
    const result = await call(handler, JSON.parse(event), {
      ...context,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    let body;
    try {
      body = JSON.stringify(result === undefined ? null : result);
    } catch (error) {
      throw named('Runtime.MarshalError', 'Unable to stringify response body as json: ' + error.message);
    }
    post({ type: 'result', id, body });
  } catch (error) {
    post({ type: 'failure', id, error: describe(error) });
  }
}

const loading = load();
loading.then(() => post({ type: 'ready' }), (error) => post({ type: 'broken', error: describe(error) }));
parentPort.on('message', (message) => invocation.run(message.id, () => void invoke(message)));
`;

export interface HostMessage {
  /** The AWS request id. */
  readonly id: string;
  /** JSON text. */
  readonly event: string;
  /** Milliseconds that the invocation may take. */
  readonly remainingMs: number;
  readonly context: Record<string, unknown>;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'broken'; readonly error: ErrorPayload }
  | { readonly type: 'crash'; readonly error: ErrorPayload }
  | { readonly type: 'result'; readonly id: string; readonly body: string | undefined }
  | { readonly type: 'failure'; readonly id: string; readonly error: ErrorPayload }
  | { readonly type: 'log'; readonly requestId?: string; readonly level: string; readonly message: string };
