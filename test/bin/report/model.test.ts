import fc from 'fast-check';
import { expectedFlows } from '../../../bin/report/model/expected';
import { copiedFlows } from '../../../bin/report/model/flows';
import { assignLanes } from '../../../bin/report/model/lanes';
import type { CopyReport } from '../../../bin/report/model/report';
import { binThroughput } from '../../../bin/report/model/throughput';
import { toReport } from '../../../bin/report/model/to-report';
import { STATES_WITHOUT_WORKER, STEP_OF_STATE } from '../../../bin/report/model/usage';
import { modelledSeconds } from '../../../lib/private/estimates/copy-model';
import { allStates, definitionOf } from '../../asl';
import { copy as workflow } from '../../lib/support';
import { copyOf, distributedCopy, failedInlineCopy, inlineCopy, livelyTries, type Try } from './answers';
import { at, described, Recording } from './recording';

const definition = definitionOf(workflow({}).template());
const DEFINITION = JSON.stringify(definition);

const once = (seconds: number) => (): Try[] => [{ seconds }];

function nodeOf(report: CopyReport, name: string) {
  const all = (graph = report.graph!): typeof graph.nodes =>
    graph.nodes.flatMap((node) => [node, ...node.inner.flatMap(all)]);
  return all().find((node) => node.name === name)!;
}

const takenEdges = ({ graph }: CopyReport) =>
  graph!.edges.filter(({ isTaken }) => isTaken).map(({ from, to, kind }) => `${from} > ${to} ${kind}`);

test('every worker state of the definition is known to the report', () => {
  const tasks = allStates(definition).filter(([, { Type }]) => Type === 'Task');
  const unknown = tasks.map(([name]) => name).filter((name) => STEP_OF_STATE[name] === undefined);
  expect(unknown.sort()).toEqual([...STATES_WITHOUT_WORKER].sort());
});

describe('a copy by an inline Map', () => {
  const copy = copyOf(40, { maxConcurrency: 40 });
  const tries = (part: number): Try[] =>
    part === 17
      ? [
          { seconds: 1, error: 'Throttled', pause: 3 },
          { seconds: 0.5, error: 'TransientS3Error', pause: 1 },
          { seconds: 14 },
        ]
      : [{ seconds: 10 + part / 100 }];
  const report = toReport({ ...inlineCopy(copy, tries), definition: DEFINITION });

  test('says what was copied, without private values', () => {
    expect(report.copy).toMatchObject({
      action: 'COPY_PARTS',
      source: { bucket: 'raw', key: 'incoming/movie.mp4', versionId: 'v1' },
      destination: { bucket: 'lake', key: 'raw/movie.mp4' },
      bytes: 40 * 1024 ** 3,
      result: { status: 'COPIED', integrity: { verifiedBy: 'full-object-checksum' } },
      options: [
        ['integrity', 'required'],
        ['metadata', '(not shown)'],
      ],
    });
    expect(JSON.stringify(report)).not.toContain('a private value');
  });

  test('knows every part by number, with its tries', () => {
    expect(report.parts).toMatchObject({
      map: 'CopyParts',
      kind: 'INLINE',
      total: 40,
      lanes: 40,
      known: 40,
      maxConcurrency: 40,
    });
    expect(report.parts!.items.map(({ number }) => number).sort((a, b) => a! - b!)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    const part = report.parts!.items.find(({ number }) => number === 17)!;
    expect(part.attempts).toMatchObject([
      { outcome: 'FAILED', error: 'Throttled' },
      { outcome: 'FAILED', error: 'TransientS3Error' },
      { outcome: 'SUCCEEDED' },
    ]);
    expect(part.outcome).toBe('SUCCEEDED');
    expect(part.error).toBeUndefined();
  });

  test('groups errors by name and tells throttling apart', () => {
    expect(report.errors).toMatchObject([
      { error: 'Throttled', tries: 1, final: 0, isThrottling: true, where: 'Part 17' },
      { error: 'TransientS3Error', tries: 1, final: 0, isThrottling: false, where: 'Part 17' },
    ]);
  });

  test('shows the way through the states', () => {
    expect(report.visits.map(({ state }) => state)).toEqual([
      'Plan',
      'Route',
      'Begin',
      'FanOut',
      'CopyParts',
      'CheckParts',
      'Complete',
      'Verify',
      'Done',
    ]);
    expect(takenEdges(report).sort()).toEqual([
      'Begin > FanOut NEXT',
      'CheckParts > Complete NEXT',
      'Complete > Verify NEXT',
      'CopyParts > CheckParts NEXT',
      'FanOut > CopyParts CHOICE',
      'Plan > Route NEXT',
      'Route > Begin CHOICE',
      'Verify > Done NEXT',
    ]);
    expect(nodeOf(report, 'CopyPart').outcome).toMatchObject({ status: 'SUCCEEDED', visits: 40, retries: 2 });
    expect(nodeOf(report, 'CopyObject').outcome).toEqual({ status: 'NOT_ENTERED', visits: 0 });
  });

  test('finds the part that everything waited for', () => {
    const path = report.criticalPath.map(({ label }) => label);
    expect(path).toEqual(expect.arrayContaining(['Plan', 'Begin', 'Part 17', 'Complete']));
    const total = report.criticalPath.reduce((sum, { startMs, stopMs }) => sum + stopMs - startMs, 0);
    expect(total / report.execution.durationMs).toBeGreaterThan(0.98);
    for (const [index, step] of report.criticalPath.entries()) {
      expect(step.startMs).toBeGreaterThanOrEqual(report.criticalPath[index - 1]?.stopMs ?? 0);
    }
  });

  test('counts what is paid for', () => {
    // 9 states of the execution, 40 of the iterations, 2 retries.
    expect(report.cost.usage.stateTransitions).toBe(51);
    expect(report.cost.usage.s3Requests).toMatchObject({
      UploadPartCopy: 42,
      CreateMultipartUpload: 1,
      CompleteMultipartUpload: 1,
    });
    expect(report.cost.requests).toBe('DERIVED');
    expect(report.cost.costUSD.total).toBeGreaterThan(0);
  });

  test('a local run knows its requests', () => {
    const local = { timeScale: 10, requests: { UploadPartCopy: 40 }, verified: true, verification: 'equal' };
    const { cost } = toReport({ ...inlineCopy(copy, tries), definition: DEFINITION }, local);
    expect(cost.requests).toBe('MEASURED');
    expect(cost.usage.s3Requests).toEqual({ UploadPartCopy: 40 });
    // 42 parts of 1 GiB by the model, and the others at a tenth of their time: CheckParts and Complete have 512 MB.
    const others = (0.85 + 0.43 + 0.46) / 4 + (0.36 + 2.16) / 2;
    expect(cost.usage.lambdaGBSeconds).toBeCloseTo((42 * (2.7 + 1024 / 78)) / 4 + others / 10, 1);
  });
});

describe('a copy by a Distributed Map', () => {
  const copy = copyOf(600, { maxConcurrency: 50 });

  test('reads children, their tries and their part numbers', () => {
    const report = toReport({ ...distributedCopy(copy, { tries: livelyTries(7, 20) }), definition: DEFINITION });
    expect(report.parts).toMatchObject({ kind: 'DISTRIBUTED', total: 600, known: 600, maxConcurrency: 50 });
    expect(report.parts!.lanes).toBe(50);
    expect(report.parts!.items.reduce((sum, { bytes }) => sum + bytes!, 0)).toBe(copy.plan.length);
    expect(nodeOf(report, 'CopyPartInChild').outcome).toMatchObject({ status: 'SUCCEEDED', visits: 600 });
    expect(nodeOf(report, 'CopyPart').outcome.status).toBe('NOT_ENTERED');
    const retries = report.parts!.items.reduce((sum, { attempts }) => sum + attempts!.length - 1, 0);
    expect(report.cost.usage.stateTransitions).toBe(9 + 600 * 2 + retries);
  });

  test('the critical path leads through one part after the other, without overlap', () => {
    const { criticalPath, execution } = toReport(distributedCopy(copy, { tries: livelyTries(3, 20) }));
    expect(criticalPath.filter(({ kind }) => kind === 'PART').length).toBeGreaterThanOrEqual(10);
    for (const [index, step] of criticalPath.entries()) {
      expect(step.stopMs).toBeGreaterThan(step.startMs);
      expect(step.startMs).toBeGreaterThanOrEqual(criticalPath[index - 1]?.stopMs ?? 0);
    }
    const total = criticalPath.reduce((sum, { startMs, stopMs }) => sum + stopMs - startMs, 0);
    expect(total / execution.durationMs).toBeGreaterThan(0.99);
  });

  test('where the dispatch is the limit, the path says so', () => {
    const many = copyOf(1000, { maxConcurrency: 1000 });
    const { criticalPath } = toReport(distributedCopy(many, { tries: once(5) }));
    const dispatch = criticalPath.find(({ kind }) => kind === 'DISPATCH')!;
    expect(dispatch.note).toContain('1000 parts were started one after the other');
    expect(dispatch.stopMs - dispatch.startMs).toBeGreaterThan(9000);
  });

  test('parts that were not read have times, and mean bytes', () => {
    const data = distributedCopy(copy, { tries: once(20), reads: (part) => part % 10 === 0 });
    const report = toReport(data);
    expect(report.parts!.known).toBe(60);
    expect(report.parts!.items.filter(({ number }) => number === undefined)).toHaveLength(540);
    expect(report.notes.join()).toContain('known for 60 of 600 parts');
    expect(report.parts!.items.reduce((sum, { bytes }) => sum + bytes!, 0)).toBeCloseTo(copy.plan.length, 0);
    expect(report.cost.assumptions.join()).toContain('540 parts were not read');
  });
});

test('children that ListExecutions does not list yet are named', () => {
  const data = distributedCopy(copyOf(100), { tries: once(5) });
  const [run] = data.mapRuns;
  const report = toReport({ ...data, mapRuns: [{ ...run!, children: run!.children.slice(7) }] });
  expect(report.notes.join()).toContain('ListExecutions did not list 7 of the parts');
  expect(toReport(data).notes.join()).not.toContain('ListExecutions');
});

describe('executions that did not succeed', () => {
  test('a part that failed after retries', () => {
    const copy = copyOf(10);
    const tries = [
      ...Array.from({ length: 3 }, () => ({ seconds: 1, error: 'Throttled', pause: 2 })),
      { seconds: 1, error: 'AccessDenied' },
    ];
    const report = toReport({ ...failedInlineCopy(copy, 4, tries), definition: DEFINITION });
    expect(report.execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    const failed = report.parts!.items.filter(({ outcome }) => outcome === 'FAILED');
    expect(failed).toMatchObject([{ number: 4, error: 'AccessDenied' }]);
    expect(failed[0]!.attempts).toHaveLength(4);
    expect(report.parts!.items.filter(({ outcome }) => outcome === 'ABORTED')).toHaveLength(9);
    expect(report.visits.map(({ state, outcome }) => `${state} ${outcome}`)).toEqual([
      'Plan SUCCEEDED',
      'Route SUCCEEDED',
      'Begin SUCCEEDED',
      'FanOut SUCCEEDED',
      'CopyParts CAUGHT',
      'Failed SUCCEEDED',
      'Abort SUCCEEDED',
      'Fail FAILED',
    ]);
    expect(takenEdges(report)).toContain('CopyParts > Failed CATCH');
    expect(takenEdges(report)).not.toContain('CopyParts > CheckParts NEXT');
    expect(report.errors[0]).toMatchObject({ error: 'Throttled', tries: 3, isThrottling: true });
    expect(report.criticalPath.map(({ label }) => label)).toEqual(expect.arrayContaining(['Part 4', 'Abort']));
    expect(report.copy!.result).toBeUndefined();
  });

  test('an execution that was stopped', () => {
    const run = { tries: once(20), until: 30, status: 'ABORTED' as const };
    const report = toReport({ ...distributedCopy(copyOf(600, { maxConcurrency: 50 }), run), definition: DEFINITION });
    expect(report.execution).toMatchObject({ status: 'ABORTED', error: 'Stopped' });
    expect(nodeOf(report, 'CopyPartsDistributed').outcome.status).toBe('ABORTED');
    const outcomes = report.parts!.items.map(({ outcome }) => outcome);
    expect(new Set(outcomes)).toEqual(new Set(['SUCCEEDED', 'ABORTED']));
    expect(report.parts!.total).toBe(600);
    expect(report.parts!.items.length).toBeLessThan(600);
  });

  test('an execution that runs', () => {
    const run = { tries: once(20), until: 30, status: 'RUNNING' as const };
    const report = toReport({ ...distributedCopy(copyOf(600, { maxConcurrency: 50 }), run), definition: DEFINITION });
    expect(report.execution.stoppedAt).toBeUndefined();
    expect(report.execution.durationMs).toBe(30_000);
    expect(report.notes[0]).toContain('had not ended');
    expect(nodeOf(report, 'CopyPartsDistributed').outcome.status).toBe('RUNNING');
    expect(report.parts!.items.some(({ stopMs }) => stopMs === undefined)).toBe(true);
    expect(report.criticalPath.at(-1)!.stopMs).toBe(30_000);
  });

  test('an execution that failed in Plan', () => {
    const events = new Recording()
      .start(0, { source: 'nonsense' })
      .enter(0.03, 'Task', 'Plan', {})
      .call(0.04, 'Plan', {})
      .fail(0.5, 'InvalidInput', 'source: write s3://bucket/key')
      .failed(0.51, 'InvalidInput', 'source: write s3://bucket/key').events;
    const execution = described('FAILED', {
      stopDate: at(0.51),
      error: 'InvalidInput',
      input: '{"source":"nonsense"}',
    });
    const report = toReport({
      readAt: at(9).getTime(),
      execution,
      events,
      mapRuns: [],
      missing: [],
      definition: DEFINITION,
    });
    expect(report.copy).toBeUndefined();
    expect(report.parts).toBeUndefined();
    expect(report.visits).toMatchObject([{ state: 'Plan', outcome: 'FAILED', error: 'InvalidInput' }]);
    expect(report.notes.join()).toContain('the execution failed early');
    expect(report.cost.requests).toBe('UNKNOWN');
  });

  test('nothing but DescribeExecution could be read', () => {
    const execution = described('SUCCEEDED', { stopDate: at(5) });
    const report = toReport({
      readAt: at(9).getTime(),
      execution,
      events: [],
      mapRuns: [],
      missing: ['The history could not be read: AccessDenied'],
    });
    expect(report.notes).toContain('The history could not be read: AccessDenied');
    expect(report.visits).toEqual([]);
    expect(report.graph).toBeUndefined();
  });
});

test('an execution of another workflow: states, tries and loops', () => {
  const other = {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 1, Next: 'Look' },
      Look: { Type: 'Task', Resource: 'arn', Next: 'Ready' },
      Ready: { Type: 'Choice', Choices: [{ Next: 'End' }], Default: 'Wait' },
      End: { Type: 'Succeed' },
    },
  };
  const recording = new Recording().start(0, {});
  for (let round = 0; round < 3; round++) {
    const from = round * 3;
    recording
      .enter(from, 'Wait', 'Wait', {})
      .exit(from + 1, 'Wait', 'Wait', {})
      .enter(from + 1, 'Task', 'Look', {})
      .call(from + 1, 'Look', {})
      .answer(from + 2, {})
      .exit(from + 2, 'Task', 'Look', {})
      .choice(from + 2, 'Ready', {});
  }
  recording.enter(9, 'Succeed', 'End', {}).exit(9, 'Succeed', 'End', {}).succeed(9, {});
  const report = toReport({
    readAt: at(20).getTime(),
    execution: described('SUCCEEDED', { stopDate: at(9), output: '"a string"', input: '[]' }),
    events: recording.events,
    definition: JSON.stringify(other),
    mapRuns: [],
    missing: [],
  });
  expect(report.copy).toBeUndefined();
  expect(nodeOf(report, 'Look').outcome).toMatchObject({ visits: 3, retries: 0, durationMs: 7000 });
  expect(takenEdges(report)).toEqual([
    'Wait > Look NEXT',
    'Look > Ready NEXT',
    'Ready > End CHOICE',
    'Ready > Wait DEFAULT',
  ]);
});

test('a redriven execution goes on in the state that failed', () => {
  const recording = new Recording()
    .start(0, {})
    .enter(0, 'Task', 'Plan', {})
    .call(0, 'Plan', {})
    .fail(1, 'SourceNotFound', 'there is no such object')
    .failed(1, 'SourceNotFound', 'there is no such object');
  recording.add(100, 'ExecutionRedriven', { executionRedrivenEventDetails: { redriveCount: 1 } });
  recording.call(100, 'Plan', {}).answer(101, {}).exit(101, 'Task', 'Plan', {}).succeed(101, {});
  const execution = described('SUCCEEDED', { stopDate: at(101), redriveCount: 1 });
  const report = toReport({ readAt: at(200).getTime(), execution, events: recording.events, mapRuns: [], missing: [] });
  expect(report.visits).toMatchObject([
    { state: 'Plan', outcome: 'SUCCEEDED', attempts: [{ error: 'SourceNotFound' }, { outcome: 'SUCCEEDED' }] },
  ]);
  expect(report.notes.join()).toContain('redriven');
});

test('intervals in one lane never overlap, and there are no more lanes than run at once', () => {
  const interval = fc.tuple(fc.nat(1000), fc.nat(50)).map(([startMs, ms]) => ({ startMs, stopMs: startMs + ms }));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 200 }), (list) => {
      const sorted = [...list].sort((a, b) => a.startMs - b.startMs);
      const { lanes, count } = assignLanes(sorted);
      const ends: number[] = [];
      sorted.forEach(({ startMs, stopMs }, index) => {
        expect(ends[lanes[index]!] ?? 0).toBeLessThanOrEqual(startMs);
        ends[lanes[index]!] = stopMs;
      });
      const most = Math.max(
        0,
        ...sorted.map(
          (one) =>
            sorted.filter((other) => other === one || (other.startMs <= one.startMs && other.stopMs > one.startMs))
              .length,
        ),
      );
      expect(count).toBeLessThanOrEqual(Math.max(most, sorted.length === 0 ? 0 : 1));
    }),
  );
});

test('throughput keeps every byte', () => {
  const report = toReport(distributedCopy(copyOf(100, { maxConcurrency: 10 }), { tries: livelyTries(5, 12) }));
  const end = report.execution.durationMs;
  const rates = binThroughput(copiedFlows(report.parts!), 0, end, 77);
  const bytes = rates.reduce((sum, rate) => sum + (rate * end) / 77 / 1000, 0);
  expect(bytes / report.copy!.bytes!).toBeCloseTo(1, 6);
});

test('the expected course ends when the model says', () => {
  const { plan } = copyOf(750, { maxConcurrency: 250 });
  const last = Math.max(...expectedFlows(plan, 0).map(({ stopMs }) => stopMs));
  // The model counts whole waves, or the dispatch; the course has both, so it may be a little longer.
  const modelled = modelledSeconds(plan, plan.length) - 1.5;
  expect(last / 1000).toBeGreaterThanOrEqual(modelled - 0.001);
  expect(last / 1000).toBeLessThan(modelled * 1.1);
});
