const { createRequire, isBuiltin } = require('node:module');
const { default: Runtime } = require('jest-runtime');

/** Loads libraries once in a process, as Node.js does, and all else as jest does: anew for each test file, TypeScript compiled. */
module.exports = class SharingRuntime extends Runtime {
  #requires = new Map();

  requireModule(from, name, options, isRequireActual) {
    const isLibrary = name !== undefined && !options?.isInternalModule && isOfPackage(name);
    if (!isLibrary || this._config.moduleNameMapper.some(([pattern]) => new RegExp(pattern).test(name))) {
      return super.requireModule(from, name, options, isRequireActual);
    }
    let load = this.#requires.get(from);
    if (load === undefined) this.#requires.set(from, (load = createRequire(from)));
    return load(name);
  }

  /** Jest's own would give the process another `getBuiltinModule`, for good. */
  installGetBuiltinModule() {}
};

function isOfPackage(name) {
  return !/^[./]/.test(name) && !isBuiltin(name);
}
