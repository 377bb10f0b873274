import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';
import { ErrorName } from '../../lib/private/protocol';

const ROOT = join(__dirname, '..', '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What the snippets of the README take for granted after the first one. */
const PRELUDE = `import { Duration, Size, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopyIntegrity, CopyOverwrite, CopySource, MultipartCopyWorkflow } from 'cdk-s3-multipart-copy';
declare const stack: Stack;
`;

function snippets(): string[] {
  return [...README.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) =>
    code!.includes('import ') ? code! : PRELUDE + code!,
  );
}

test('every TypeScript snippet compiles against the library', () => {
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
  const diagnostics = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
  const problems = diagnostics
    .filter(({ file }) => file !== undefined && files.has(file.fileName))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(problems).toEqual([]);
});

test('every JSON snippet is JSON', () => {
  const json = [...README.matchAll(/^```json\n(.*?)^```$/gms)].map(([, code]) => code!);
  expect(json.length).toBeGreaterThan(1);
  for (const code of json) expect(() => JSON.parse(code) as unknown).not.toThrow();
});

test('every error name is explained', () => {
  for (const name of Object.values(ErrorName)) expect(README).toContain(`\`${name}\``);
});
