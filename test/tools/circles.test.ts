import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const FILES = {
  'a.ts': "import type { B } from './b';\nexport interface A { b?: B }\n",
  'b.ts': "export { type C as B } from './c';\n",
  'c.ts': "import { type A } from './a';\nexport interface C { a?: A }\n",
  'd.ts': "import type { A } from './a';\nexport type D = A;\n",
};

const folder = mkdtempSync(join(tmpdir(), 'circles-'));
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
const compilerOptions = { moduleResolution: 'node10', types: [] };
writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(FILES) }));
afterAll(() => rmSync(folder, { recursive: true }));

test('imports in a circle do not pass the linter, even if they import only types', () => {
  const script = `
    import { ESLint } from 'eslint';
    import tseslint from 'typescript-eslint';
    import { circles } from './tools/eslint/circles.mjs';
    const cwd = process.argv[1];
    const languageOptions = { parser: tseslint.parser, parserOptions: { project: 'tsconfig.json', tsconfigRootDir: cwd } };
    const config = { files: ['*.ts'], languageOptions, plugins: { circles }, rules: { 'circles/no-circle': 'error' } };
    const results = await new ESLint({ cwd, overrideConfigFile: true, overrideConfig: config }).lintFiles(['*.ts']);
    console.log(JSON.stringify(results.flatMap(({ messages }) => messages.map(({ message }) => message))));`;
  const args = ['--input-type=module', '-e', script, folder];
  const messages = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })) as string[];
  expect(messages.map((message) => /circle: (.*?)\. Move/.exec(message)?.[1])).toEqual([
    'a.ts -> b.ts -> c.ts -> a.ts',
    'b.ts -> c.ts -> a.ts -> b.ts',
    'c.ts -> a.ts -> b.ts -> c.ts',
  ]);
});
