// By default, each test file of jest has a context of its own, with its own `Object`, `Date` and `Error`. Every library is then loaded and
// compiled again for each file, and loading aws-cdk-lib and the SDK takes longer than most tests. Here, all test files run in the context of
// the process, so that they can share libraries (runtime.cjs). The modules of this repository are still loaded again for each file, and
// changes of a file to the process are undone when it ends.
const { join } = require('node:path');
const vm = require('node:vm');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Represents the context of the process, for which `vm` has no object. */
const OWN_CONTEXT = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options } = {}) =>
  compileFunction(code, parameters, parsingContext === OWN_CONTEXT ? options : { ...options, parsingContext });

/** Names of the globals by which the parts of jest that run inside a test file find each other. They are not for the next file. */
const STATE_OF_JEST = /^(JEST_|EVENT_HANDLERS|TEST_TIMEOUT|RETRY_|WAIT_BEFORE_RETRY|LOG_ERRORS_|\$\$jest-matchers)/;

/** Assets are not copied into the assemblies, and constructs do not record stack traces. */
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
    this.#undo = captureProcessState();
    process.env.CDK_CONTEXT_JSON = CDK_CONTEXT;
    // For the commands and apps that tests start, so that they do not compile aws-cdk-lib each time.
    process.env.NODE_COMPILE_CACHE ??= join(config.rootDir, 'node_modules', '.cache', 'compiled');
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    // The value that jest sets in its own environments.
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
    // From this, jest recognizes that modules must not be loaded any more.
    this.global = null;
  }
};

/** @returns undoes later changes of global variables, environment variables and listeners of the process */
function captureProcessState() {
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
