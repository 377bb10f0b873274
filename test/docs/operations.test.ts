import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { METRIC_NAMESPACE, METRICS } from '../../lib/private/protocol/metrics';
import { QUERIES } from '../../lib/private/queries';
import { copy } from '../lib/support';
import { fieldsIn } from '../workflow/insights';

const OPERATIONS = readFileSync(join(__dirname, '..', '..', 'docs', 'operations.md'), 'utf8');

/** The rows of the table of a section whose first column has this heading. */
function rowsOf(section: string, heading: string): string[][] {
  const text = OPERATIONS.split(`\n## ${section}\n`)[1]!.split('\n## ')[0]!;
  const [, table = ''] = text.split(`\n| ${heading} |`);
  const [, , ...lines] = table.split('\n\n')[0]!.split('\n');
  return lines.filter((line) => line.startsWith('|')).map((line) => line.slice(2, -2).split(/ ?\| /));
}

const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

test('the metrics are those that workers measure', () => {
  const rows = rowsOf('Metrics', 'metric').map(([name, , unit, further = '']) => {
    const dimensions = namesIn(further).filter((text) => /^(Status|Proof|ErrorName)$/.test(text));
    return [namesIn(name!)[0], unit, dimensions];
  });
  const measured = Object.values(METRICS).map(({ name, unit, by }) => [name, unit, by.flat()]);
  expect(rows).toEqual(measured);
  expect(OPERATIONS).toContain(`namespace \`${METRIC_NAMESPACE}\``);
});

test('the alarms are those that createAlarms makes', () => {
  const { workflow } = copy();
  const ids = workflow.createAlarms({ longestCopy: Duration.hours(1) }).map(({ node }) => node.id);
  const expected = [...ids, 'NotifierFailed', '…NotDelivered'];
  expect(rowsOf('Alarms', 'alarm').map(([name]) => namesIn(name!)[0])).toEqual(expected);
});

test('the queries are those that are saved, and name fields that are explained', () => {
  expect(rowsOf('Logs', 'query').map(([name]) => namesIn(name!)[0])).toEqual(Object.keys(QUERIES));
  const explained = rowsOf('Logs', 'field').flatMap(([names]) => namesIn(names!));
  const [, example = ''] = /--query-string '([^']+)'/.exec(OPERATIONS) ?? [];
  const named = fieldsIn(example);
  expect(named).toEqual(expect.arrayContaining(['partNumber', 'milliseconds', 'api', 'execution']));
  expect(named.filter((field) => !explained.includes(field))).toEqual([]);
});
