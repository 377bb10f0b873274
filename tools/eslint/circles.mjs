import ts from 'typescript';

/** @returns the file of the program that the specifier of an import or export names, if any */
function importedFile(checker, specifier) {
  const module = checker.getSymbolAtLocation(specifier)?.declarations?.find(ts.isSourceFile);
  return module && !module.isDeclarationFile ? module : undefined;
}

/** The files that a file imports or exports from, by its import and export statements; those of types count, too. */
function importsOf(checker, file) {
  const specifiers = file.statements.map(({ moduleSpecifier }) => moduleSpecifier);
  return specifiers.flatMap((specifier) => (specifier && importedFile(checker, specifier)) ?? []);
}

/** @returns the files on the shortest way from one file to another, with both ends; undefined if there is none */
function wayBetween(checker, from, to, cache) {
  const ways = [[from]];
  const seen = new Set([from]);
  for (const way of ways) {
    const file = way.at(-1);
    if (file === to) return way;
    if (!cache.has(file)) cache.set(file, importsOf(checker, file));
    for (const next of cache.get(file)) {
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
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
    messages: { circle: 'This import closes a circle: {{files}}. Move what both sides need to a file of its own.' },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    if (!caches.has(program)) caches.set(program, new Map());
    const check = (node) => {
      const { moduleSpecifier } = esTreeNodeToTSNodeMap.get(node);
      const imported = moduleSpecifier && importedFile(checker, moduleSpecifier);
      const own = esTreeNodeToTSNodeMap.get(context.sourceCode.ast);
      const way = imported && wayBetween(checker, imported, own, caches.get(program));
      if (!way) return;
      const files = [own, ...way].map(({ fileName }) => fileName.replace(`${context.cwd}/`, '')).join(' -> ');
      context.report({ node, messageId: 'circle', data: { files } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check };
  },
};

/** Circles among imports, those of types included, which `import-x/no-cycle` leaves out. */
export const circles = { rules: { 'no-circle': noCircle } };
