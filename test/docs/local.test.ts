import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { file, mpcopy } from '../bin/support';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'local.md'), 'utf8');

function examples(heading: string, end: string): string[] {
  const section = PAGE.slice(PAGE.indexOf(heading), PAGE.indexOf(end));
  return [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = '']) => json);
}

const SETUPS = examples('## The source setup', '## The report');
const FAULTS = examples('## Faults', '## Faults of the platform');
const PLATFORM_FAULTS = examples('## Faults of the platform', '## What differs');

test('finds the examples of docs/local.md', () => {
  expect(SETUPS.length).toBeGreaterThan(6);
  expect(FAULTS).toHaveLength(1);
  expect(PLATFORM_FAULTS).toHaveLength(1);
});

test.each([
  ...SETUPS.map((json): [option: string, json: string] => ['--source-setup', json]),
  ...FAULTS.map((json): [option: string, json: string] => ['--faults', json]),
  ...PLATFORM_FAULTS.map((json): [option: string, json: string] => ['--platform-faults', json]),
])('mpcopy local %s succeeds with the example %s', async (option, json) => {
  const { code, stderr } = await mpcopy('local', option, file('example.json', json), '--time-scale', '10000', '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
