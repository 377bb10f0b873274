import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ErrorName } from '../../lib/private/protocol';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The imports that jsii-rosetta puts before examples without imports of their own, too. */
const FIXTURE = readFileSync(join(ROOT, 'rosetta', 'default.ts-fixture'), 'utf8');

function snippets(): string[] {
  return [...README.matchAll(/^```ts( nofixture)?\n(.*?)^```$/gms)].map(([, nofixture, code = '']) =>
    nofixture === undefined ? FIXTURE.replace('/// here', code) : code,
  );
}

test('every TypeScript snippet of the README compiles', () => {
  const files = new Map(snippets().map((code, index) => [join(ROOT, `readme-${index}.ts`), code]));
  expect(files.size).toBeGreaterThan(3);
  const options: ts.CompilerOptions = {
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    types: ['node'],
    paths: { 'cdk-s3-multipart-copy': [join(ROOT, 'lib', 'index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name);
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name);
  host.getSourceFile = (name, target, ...rest) => {
    const code = files.get(name);
    return code === undefined ? onDisk.getSourceFile(name, target, ...rest) : ts.createSourceFile(name, code, target);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  // Of the snippets alone: the linter checks the rest.
  const problems = [...files.keys()]
    .flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(problems).toEqual([]);
});

test('every JSON snippet of the README is valid JSON', () => {
  const json = [...README.matchAll(/^```json\n(.*?)^```$/gms)].map(([, code]) => code!);
  expect(json.length).toBeGreaterThan(1);
  for (const code of json) expect(() => JSON.parse(code) as unknown).not.toThrow();
});

test('the README explains every error name', () => {
  for (const name of Object.values(ErrorName)) expect(README).toContain(`\`${name}\``);
});
