import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** What `npm run lint` says about each text, as if it were a file of local/. */
function complaints(texts: readonly string[]): string[][] {
  const script = `
    import { ESLint } from 'eslint';
    // With CI in the environment typescript-eslint reads each file once, from the disk: it would not see the types of the texts.
    const overrideConfig = { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } };
    const eslint = new ESLint({ overrideConfig });
    const rules = [];
    for (const text of JSON.parse(process.argv[1])) {
      const [result] = await eslint.lintText(text, { filePath: 'local/run/size.ts' });
      rules.push(result.messages.map(({ ruleId }) => ruleId));
    }
    console.log(JSON.stringify(rules));`;
  const args = ['--input-type=module', '-e', script, JSON.stringify(texts)];
  const rules = JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })) as string[][];
  return rules.map((found) => found.filter((rule) => /^(?:lookups|regexp)\//.test(rule)));
}

const head =
  'export const f = (record: Record<string, string>, name: string, list: string[], index: number): unknown =>';

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
  const found = complaints(cases.map(([code]) => `${head} ${code};`));
  expect(cases.map(([code], index) => [code, found[index]])).toEqual(cases);
});
