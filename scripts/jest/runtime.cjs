const { createRequire, isBuiltin } = require('node:module');
const { default: Runtime } = require('jest-runtime');

/** Loads libraries once for each process, like Node.js, and all other modules once for each test file, like jest. */
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

  /** The method of jest would replace `process.getBuiltinModule` permanently. */
  installGetBuiltinModule() {}
};

function isOfPackage(name) {
  return !/^[./]/.test(name) && !isBuiltin(name);
}
