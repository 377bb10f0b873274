// By default, jest gives each test file a context of its own, with its own `Object`, `Date` and `Error`. Every library is then loaded and
// compiled again for each file, and aws-cdk-lib and the SDK cost more than most tests. Here, all test files run in the context of the
// process, so that they can share libraries (runtime.cjs). The modules of this repository are still loaded anew for each file, and what
// a file changes in the process is undone when it ends.
const { join } = require('node:path');
const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Stands for the context of the process, which `vm` has no object for. */
const OWN_CONTEXT = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, parsingContext === OWN_CONTEXT ? options : { ...options, parsingContext });

/** Symbols under which the parts of jest that run inside of a test file find each other; of no use to the next file. */
const STATE_OF_JEST = /^(JEST_|EVENT_HANDLERS|TEST_TIMEOUT|RETRY_|WAIT_BEFORE_RETRY|LOG_ERRORS_|\$\$jest-matchers)/;

/** Assets stay where they are, instead of being copied into each assembly; constructs do not remember where they were created. */
const CDK_CONTEXT = JSON.stringify({
  'aws:cdk:disable-asset-staging': true,
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
});

module.exports = class SharedEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;
  #undo;

  constructor({ projectConfig: config }) {
    this.#undo = rememberProcess();
    process.env.CDK_CONTEXT_JSON = CDK_CONTEXT;
    // Of the commands and apps that tests start: they do not compile aws-cdk-lib each time.
    process.env.NODE_COMPILE_CACHE ??= join(config.rootDir, 'node_modules', '.cache', 'compiled');
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    // As many lines of a stack as jest shows elsewhere.
    Error.stackTraceLimit = 100;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.global === null ? null : OWN_CONTEXT;
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    this.#undo();
    // Tells jest that nothing may be loaded any more.
    this.global = null;
  }
};

/** @returns takes back changes of global variables, environment variables and listeners of the process */
function rememberProcess() {
  const globals = Object.getOwnPropertyDescriptors(globalThis);
  const { env, exit } = process;
  const variables = { ...env };
  const cwd = process.cwd();
  const listeners = new Map(process.eventNames().map((name) => [name, process.rawListeners(name)]));
  return () => {
    for (const key of Object.getOwnPropertySymbols(globalThis)) {
      if (STATE_OF_JEST.test(key.description) && !Object.hasOwn(globals, key)) delete globalThis[key];
    }
    for (const key of Reflect.ownKeys(globals)) Object.defineProperty(globalThis, key, globals[key]);
    process.env = env;
    for (const name of Object.keys(env)) if (!Object.hasOwn(variables, name)) delete env[name];
    Object.assign(env, variables);
    process.exit = exit;
    process.chdir(cwd);
    for (const name of process.eventNames()) {
      const before = listeners.get(name) ?? [];
      for (const listener of process.rawListeners(name)) {
        if (!before.includes(listener)) process.removeListener(name, listener);
      }
    }
  };
}
