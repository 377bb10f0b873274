import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChildExecutions } from '../../lib';
import { METRIC_NAMESPACE, METRICS } from '../../lib/private/protocol/metrics';
import { QUERIES, type QueryName, queryString } from '../../lib/private/queries';
import type { CopyRunReport, FinishedExecution } from '../../local/run';
import { evaluate, fieldsIn, type Row } from './insights';
import { type Copy, copy, folder, platformFaults, synthesize } from './support';

interface Logged {
  readonly executionArn: string;
  readonly report: CopyRunReport;
  /** Lines of this library, without those of Lambda. */
  readonly lines: readonly Row[];
  readonly messages: readonly string[];
}

async function logged(given: Copy, way?: 'CopyObject' | 'parts'): Promise<Logged> {
  const messages: string[] = [];
  const onLog = ({ message }: { message: string }): void => void messages.push(message);
  let executionArn = '';
  const onFinished = (execution: FinishedExecution): void => void ({ executionArn } = execution);
  const report = await copy({ ...given, run: { ...given.run, onLog, onFinished } }, way);
  const lines = messages.filter((message) => message.startsWith('{')).map((message) => JSON.parse(message) as Row);
  return { executionArn, report, lines, messages };
}

/** S3 throttles one attempt of part 2, and Lambda kills the worker of part 3 after the part was copied. */
function faultyCopy(): Promise<Logged> {
  const faults = join(folder(), 'faults.json');
  const throttled = { kind: 'error', status: 503, code: 'SlowDown', message: 'Slow down' };
  writeFileSync(faults, JSON.stringify([{ operation: 'UploadPartCopy', partNumber: 2, times: 1, fault: throttled }]));
  const killed = platformFaults({ state: 'CopyPart', skip: 2, times: 1, fault: { kind: 'killed', afterRequests: 0 } });
  return logged({ run: { ...killed, faults } }, 'parts');
}

let faulty: Logged;
let small: Logged;
let failed: Logged;
beforeAll(async () => {
  faulty = await faultyCopy();
  small = await logged({}, 'CopyObject');
  failed = await logged({ options: { copySourceIfMatch: '"other"' } });
});

test('all lines of a copy name the step and the execution', () => {
  expect(faulty.report.execution.status).toBe('SUCCEEDED');
  for (const line of faulty.lines) {
    expect(line).toMatchObject({
      step: expect.any(String),
      requestId: expect.any(String),
      timestamp: expect.any(String),
    });
    expect(line.execution).toBe(faulty.executionArn.split(':').at(-1));
  }
  const steps = new Set(faulty.lines.map(({ step }) => step));
  expect([...steps].sort()).toEqual(['begin', 'check-parts', 'complete', 'copy-part', 'plan', 'verify']);
});

test.each([ChildExecutions.STANDARD, ChildExecutions.EXPRESS])(
  '%s children name the execution that copies the object',
  async (childExecutions) => {
    const { executionArn, lines } = await logged({
      props: () => ({ childExecutions }),
      setup: { object: { size: '205MiB' } },
      options: { partSize: 5 * 1024 ** 2 },
    });
    const parts = lines.filter(({ api }) => api === 'UploadPartCopy');
    expect(parts).toHaveLength(41);
    expect(new Set(parts.map(({ execution }) => execution))).toEqual(new Set([executionArn.split(':').at(-1)]));
    expect(parts.reduce((sum, { BytesCopied }) => sum + Number(BytesCopied), 0)).toBe(205 * 1024 ** 2);
  },
);

describe('the saved queries', () => {
  const run = (name: QueryName, { lines }: Logged): Row[] => evaluate(queryString(name).toString(), lines);

  test.each(Object.keys(QUERIES) as QueryName[])('%s names only fields that lines have', (name) => {
    const known = new Set([
      '@timestamp',
      ...[faulty, small, failed].flatMap(({ lines }) => lines.flatMap(Object.keys)),
    ]);
    const named = fieldsIn(queryString(name).toString());
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((field) => !known.has(field))).toEqual([]);
  });

  test('find the slowest part of a copy', () => {
    const parts = run('Slowest parts', faulty);
    const milliseconds = parts.map((row) => Number(row.milliseconds));
    expect(parts.map(({ partNumber }) => partNumber).sort()).toEqual([1, 2, 3]);
    expect(milliseconds).toEqual([...milliseconds].sort((a, b) => b - a));
  });

  test('find the parts that were retried, by the worker and by the state machine', () => {
    const rows = run('Retried parts', faulty);
    const byPart = new Map(rows.map((row) => [row.partNumber, row]));
    expect([...byPart.keys()].sort()).toEqual(expect.arrayContaining([2]));
    expect(byPart.get(2)).toMatchObject({ attempts: 2, retriesOfState: 0 });
    expect(rows.filter(({ retriesOfState }) => retriesOfState === 1)).toHaveLength(1);
  });

  test('count failures by their error', () => {
    expect(run('Failures by error', faulty)).toEqual([
      expect.objectContaining({ step: 'copy-part', errorName: 'Throttled', errorCode: 'SlowDown', failures: 1 }),
    ]);
    expect(run('Failures by error', failed)).toContainEqual(
      expect.objectContaining({ step: 'plan', errorName: 'PreconditionFailed', failures: 1, executions: 1 }),
    );
  });
});

/** Metrics that CloudWatch makes of a line: their names and dimensions, with the values. */
function metricsOf(line: Row): { name: string; dimensions: Row; value: unknown }[] {
  const { _aws } = line as { _aws?: { CloudWatchMetrics: Directive[] } };
  return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name }) => ({
        name: `${Namespace} ${Name}`,
        dimensions: Object.fromEntries(names.map((name) => [name, line[name]])),
        value: line[Name],
      })),
    ),
  );
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: string[][];
  readonly Metrics: { readonly Name: string; readonly Unit: string }[];
}

describe('the metrics of a real run', () => {
  const sum = ({ lines }: Logged, name: string, dimensions: Row): number =>
    lines
      .flatMap(metricsOf)
      .filter((metric) => metric.name === `${METRIC_NAMESPACE} ${name}`)
      .filter(({ dimensions: found }) => JSON.stringify(found) === JSON.stringify(dimensions))
      .reduce((total, { value }) => total + Number(value), 0);

  const nameOf = ({ executionArn }: Logged): string => executionArn.split(':')[6]!;

  test('count bytes, parts, copies, proofs and retries', () => {
    const StateMachineName = nameOf(faulty);
    expect(sum(faulty, 'BytesCopied', { StateMachineName })).toBe(11 * 1024 ** 2);
    expect(sum(faulty, 'PartsCopied', { StateMachineName })).toBe(3);
    expect(sum(faulty, 'Copies', { StateMachineName, Status: 'COPIED' })).toBe(1);
    expect(sum(faulty, 'CopiesProven', { StateMachineName, Proof: 'full-object-checksum' })).toBe(1);
    expect(sum(faulty, 'Retries', { StateMachineName })).toBe(1);
    expect(sum(faulty, 'Retries', { StateMachineName, ErrorName: 'Throttled' })).toBe(1);
    expect(sum(small, 'BytesCopied', { StateMachineName: nameOf(small) })).toBe(1024 ** 2);
  });

  test('have the name of the state machine of the template, which the construct names', () => {
    const template = JSON.parse(readFileSync(synthesize({}), 'utf8')) as {
      Resources: Record<string, { Type: string }>;
    };
    const machines = Object.entries(template.Resources).filter(
      ([, { Type }]) => Type === 'AWS::StepFunctions::StateMachine',
    );
    expect(machines).toHaveLength(1);
    // CloudFormation, here the local one, makes the name from the logical id.
    expect(nameOf(faulty)).toContain(machines[0]![0]);
  });

  test('follow the rules of the embedded metric format', () => {
    const lines = [faulty, small].flatMap((run) => run.lines).filter((line) => '_aws' in line);
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      const { _aws } = line as { _aws: { Timestamp: number; CloudWatchMetrics: Directive[] } };
      expect(Number.isInteger(_aws.Timestamp)).toBe(true);
      for (const { Dimensions, Metrics } of _aws.CloudWatchMetrics) {
        for (const dimension of Dimensions.flat()) expect(line[dimension]).toMatch(/^.{1,1024}$/);
        for (const { Name, Unit } of Metrics) {
          expect(Number.isFinite(line[Name])).toBe(true);
          expect(Object.values(METRICS).map(({ name, unit }) => [name, unit])).toContainEqual([Name, Unit]);
        }
      }
    }
  });
});

test('Lambda logs the error of a failed invocation', () => {
  expect(failed.messages.filter((message) => message.startsWith('Invoke Error'))).toEqual([
    expect.stringContaining('PreconditionFailed'),
  ]);
});
