/** Loads a new instance of the module of a handler, for one environment. */
export type LoadModule = (file: string) => unknown;

/**
 * Creates separate instances of CommonJS modules. (Node.js creates only one instance of each module.) State of a
 * module, and what it writes to `globalThis`, is visible only to its own instance. The code is compiled once. Of ES
 * modules, only the module of the handler has instances, which share their imports. The source of this function runs in
 * the thread (source.ts), so it must not use anything from outside.
 */
export function isolateModules(): LoadModule {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  const { createRequire } = process.getBuiltinModule('node:module');
  const path = process.getBuiltinModule('node:path');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const { constants, Script } = process.getBuiltinModule('node:vm');

  // As text, so that compilers of this file do not replace it by a require.
  const importFile = new Script('(url) => import(url)', {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext() as (url: string) => Promise<unknown>;

  type Compiled = (this: unknown, ...given: unknown[]) => void;
  interface LoadedModule {
    exports: unknown;
    readonly id: string;
    readonly filename: string;
    loaded: boolean;
    require?: NodeJS.Require;
  }
  const scripts = new Map<string, InstanceType<typeof Script>>();

  const scriptOf = (file: string): InstanceType<typeof Script> => {
    let script = scripts.get(file);
    if (script === undefined) {
      const source = readFileSync(file, 'utf8').replace(/^#!.*/, '');
      const parameters = 'exports, require, module, __filename, __dirname, globalThis, global';
      script = new Script(`(function (${parameters}) {${source}\n})`, {
        filename: file,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      });
      scripts.set(file, script);
    }
    return script;
  };

  /** Whether a package.json above says that .js files are ES modules. */
  const isModulePackage = (folder: string): boolean => {
    const file = path.join(folder, 'package.json');
    if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { type?: string }).type === 'module';
    const parent = path.dirname(folder);
    return parent !== folder && isModulePackage(parent);
  };
  const isCommonJs = (file: string): boolean =>
    file.endsWith('.cjs') || (file.endsWith('.js') && !isModulePackage(path.dirname(file)));
  const isEsSyntax = (error: unknown): boolean =>
    error instanceof SyntaxError && /import|export|await is only valid/.test(error.message);

  /** What an instance writes is visible only to itself. It can read everything else of the thread. */
  const makeGlobals = (): object => {
    const own: Record<PropertyKey, unknown> = {};
    const globals = new Proxy(own, {
      get: (_, key) => (key in own ? own[key] : (Reflect.get(globalThis, key) as unknown)),
      has: (_, key) => key in own || key in globalThis,
    });
    own.globalThis = globals;
    own.global = globals;
    return globals;
  };

  const makeLoader = (): ((file: string) => unknown) => {
    const cache = new Map<string, LoadedModule>();
    const globals = makeGlobals();
    const load = (file: string): unknown => {
      const known = cache.get(file);
      if (known !== undefined) return known.exports;
      const fromHere = createRequire(file);
      if (!isCommonJs(file)) return fromHere(file);
      const module: LoadedModule = { exports: {}, id: file, filename: file, loaded: false };
      const requireHere = ((wanted: string) => {
        const resolved = fromHere.resolve(wanted);
        return path.isAbsolute(resolved) ? load(resolved) : (fromHere(resolved) as unknown);
      }) as NodeJS.Require;
      module.require = Object.assign(requireHere, { resolve: fromHere.resolve, cache: {}, main: undefined });
      cache.set(file, module);
      try {
        const compiled = scriptOf(file).runInThisContext() as Compiled;
        compiled.call(
          module.exports,
          module.exports,
          module.require,
          module,
          file,
          path.dirname(file),
          globals,
          globals,
        );
      } catch (error) {
        cache.delete(file);
        throw error;
      }
      module.loaded = true;
      return module.exports;
    };
    return load;
  };

  let imports = 0;
  return (file) => {
    if (isCommonJs(file)) {
      try {
        return makeLoader()(file);
      } catch (error) {
        if (!isEsSyntax(error)) throw error;
      }
    }
    return importFile(`${pathToFileURL(file).href}?instance=${imports++}`);
  };
}
