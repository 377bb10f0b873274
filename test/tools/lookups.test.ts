import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const FILE = join(ROOT, 'local', 'run', 'size.ts');

const folder = mkdtempSync(join(tmpdir(), 'lookups-'));
const project = join(folder, 'tsconfig.json');
writeFileSync(
  project,
  JSON.stringify({
    extends: join(ROOT, 'tsconfig.dev.json'),
    compilerOptions: { types: [] },
    files: [FILE],
    include: [],
  }),
);
afterAll(() => rmSync(folder, { recursive: true }));

/** What `npm run lint` says about each line, as if they were a file of local/. */
function complaints(lines: readonly string[]): string[][] {
  const script = `
    import { ESLint } from 'eslint';
    // With CI in the environment typescript-eslint reads each file once, from the disk: it would not see the types of the text.
    // A project of one file, since the types of the others take seconds.
    const parserOptions = { disallowAutomaticSingleRunInference: true, project: [process.argv[2]] };
    const overrideConfig = { languageOptions: { parserOptions } };
    const eslint = new ESLint({ overrideConfig });
    const [{ messages }] = await eslint.lintText(process.argv[1], { filePath: process.argv[3] });
    console.log(JSON.stringify(messages));`;
  const args = ['--input-type=module', '-e', script, lines.join('\n'), project, FILE];
  const output = execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const messages = (JSON.parse(output) as { ruleId: string | null; line: number }[]).filter(({ ruleId }) =>
    /^(?:lookups|regexp)\//.test(ruleId ?? ''),
  );
  return lines.map((_, index) => messages.filter(({ line }) => line === index + 1).map(({ ruleId }) => ruleId!));
}

const head = '(record: Record<string, string>, name: string, list: string[], index: number): unknown =>';

test('look-ups by names from outside, and slow regular expressions, do not pass the linter', () => {
  const cases: [string, string[]][] = [
    ['record[name]', ['lookups/no-inherited']],
    ['record[`Not${name}`]', ['lookups/no-inherited']],
    ['record[name as "a"] ?? list[index]', []],
    ['Object.hasOwn(record, name) ? record[name] : undefined', []],
    ['Object.hasOwn(record, name) && record[name]', []],
    ['Object.hasOwn(record, name) ? undefined : record[name]', ['lookups/no-inherited']],
    ['Object.hasOwn(record, "other") ? record[name] : list[index]', ['lookups/no-inherited']],
    ['/s3(?:[.-][a-z0-9-]+)*\\.com$/.test(name)', ['regexp/no-super-linear-backtracking']],
    ['/\\/+$/.test(name)', ['regexp/no-super-linear-move']],
    ['/^\\/+$/.test(name)', []],
  ];
  const found = complaints(cases.map(([code], index) => `export const f${index} = ${head} ${code};`));
  expect(cases.map(([code], index) => [code, found[index]])).toEqual(cases);
});
