import ts from 'typescript';

/** @returns the file that the specifier of an import or export refers to, if it is part of the program */
function importedFile(checker, specifier) {
  const module = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
  return module && !module.isDeclarationFile ? module : undefined;
}

/** The files of the import and export statements of a file, including those of types. */
function importsOf(checker, file) {
  const specifiers = file.statements.map(({ moduleSpecifier }) => moduleSpecifier);
  return specifiers.flatMap((specifier) => (specifier && importedFile(checker, specifier)) ?? []);
}

/** @returns the files on the shortest path of imports from one file to another, including both; undefined if there is none */
function shortestPath(checker, from, to, cache) {
  const paths = [[from]];
  const seen = new Set([from]);
  for (const path of paths) {
    const file = path.at(-1);
    if (file === to) return path;
    if (!cache.has(file)) cache.set(file, importsOf(checker, file));
    for (const next of cache.get(file)) {
      if (seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  return undefined;
}

/** The imports of each file, by program. */
const caches = new WeakMap();

const noCircle = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      circle: 'This import closes a circle: {{files}}. Move the code that both sides need to a separate file.',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    if (!caches.has(program)) caches.set(program, new Map());
    const check = (node) => {
      const { moduleSpecifier } = esTreeNodeToTSNodeMap.get(node);
      const imported = moduleSpecifier && importedFile(checker, moduleSpecifier);
      const own = esTreeNodeToTSNodeMap.get(context.sourceCode.ast);
      const path = imported && shortestPath(checker, imported, own, caches.get(program));
      if (!path) return;
      const files = [own, ...path].map(({ fileName }) => fileName.replace(`${context.cwd}/`, '')).join(' -> ');
      context.report({ node, messageId: 'circle', data: { files } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

/** Reports circular imports, including imports of types, which `import-x/no-cycle` ignores. */
export const circles = { rules: { 'no-circle': noCircle } };
