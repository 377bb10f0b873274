import type { MapProgress } from '../../../../local/workflow/engine/events';
import type { MapRunRecord } from '../../../../local/workflow/engine/records';
import { after, Engine, type EngineOptions, named, never, run, seconds, single, task } from './run';

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

function inline(fields: object = {}, state: object = task('part')): object {
  const ItemProcessor = { StartAt: 'P', States: { P: { ...state, End: true } } };
  return single({ Type: 'Map', ItemsPath: '$.parts', ItemProcessor, ...fields });
}

function distributed(fields: object = {}, state: object = task('part'), ExecutionType = 'STANDARD'): object {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
    StartAt: 'P',
    States: { P: { ...state, End: true } },
  };
  return single({ Type: 'Map', Label: 'CopyParts', ItemsPath: '$.parts', ItemProcessor, ...fields });
}

function engineOf(
  definition: object,
  part: (event: any, clock: Engine['clock']) => unknown,
  options: EngineOptions = {},
): Engine {
  return new Engine(definition, { ...options, functions: { part } });
}

function mapRunOf(engine: Engine, executionArn: string): MapRunRecord {
  const [mapRun] = engine.records.mapRunsOf(executionArn);
  return mapRun!;
}

const failOn =
  (...items: number[]) =>
  (item: number): number => {
    if (items.includes(item)) throw named('Broken', `part ${item}`);
    return item;
  };

describe('an inline Map', () => {
  test('runs each item with ItemSelector, at most 40 at once whatever MaxConcurrency says', async () => {
    const definition = inline({
      MaxConcurrency: 1000,
      ItemSelector: {
        'part.$': '$$.Map.Item.Value',
        'index.$': '$$.Map.Item.Index',
        'label.$': "States.Format('{}-{}', $.plan.key, $$.Map.Item.Value)",
      },
    });
    const engine = engineOf(definition, async (event, clock) => {
      await after(clock, 1);
      return event;
    });
    const record = await engine.run({ parts: range(200).map((n) => n * 10), plan: { key: 'k' } });

    expect((record.output as object[]).slice(0, 2)).toEqual([
      { part: 0, index: 0, label: 'k-0' },
      { part: 10, index: 1, label: 'k-10' },
    ]);
    expect(engine.mostRunning).toBe(40);
    expect(seconds(record)).toBe(5);
    // Started, entered, 200 x 7, map started and succeeded, exited, succeeded.
    expect(record.eventCount).toBe(200 * 7 + 6);
    const progress = engine.events.filter((event): event is MapProgress => event.type === 'MapProgress');
    expect(progress.at(-1)).toMatchObject({ total: 200, done: 200, failed: 0, running: 0 });
  });

  test('takes Iterator and Parameters by their former names', async () => {
    const { ItemProcessor: Iterator, ...rest } = (inline() as any).States.A;
    const definition = single({ ...rest, Iterator, Parameters: { 'v.$': '$$.Map.Item.Value' } });
    expect((await engineOf(definition, (event) => event).run({ parts: [1] })).output).toEqual([{ v: 1 }]);
  });

  test('starts no further iterations after one has failed, and is caught by the name of the error', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: {
          ...(inline({ MaxConcurrency: 1 }) as any).States.A,
          Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.error', Next: 'B' }],
        },
        B: { Type: 'Pass', OutputPath: '$.error.Error', End: true },
      },
    };
    const engine = engineOf(definition, failOn(3));
    expect((await engine.run({ parts: range(10) })).output).toBe('Broken');
    expect(engine.calls).toHaveLength(4);
  });

  test('aborts the iterations that run when one fails', async () => {
    const engine = engineOf(inline(), async (event, clock) => {
      await after(clock, event);
      throw named(`Broken${event}`);
    });
    const record = await engine.run({ parts: [3, 1, 2] });
    expect(record).toMatchObject({ status: 'FAILED', error: 'Broken1' });
    expect(seconds(record)).toBe(1);
  });

  test.each<[string, object, unknown, unknown]>([
    ['MaxConcurrencyPath', { MaxConcurrencyPath: '$.at' }, { at: 2, parts: [1, 2, 3] }, [1, 2, 3]],
    ['no items', {}, { parts: [] }, []],
    [
      'ResultSelector and ResultPath',
      { ResultSelector: { 'first.$': '$[0]' }, ResultPath: '$.done' },
      { parts: [5] },
      { parts: [5], done: { first: 5 } },
    ],
  ])('with %s', async (_name, fields, input, expected) => {
    expect((await engineOf(inline(fields), (event) => event).run(input)).output).toEqual(expected);
  });

  test('in a Map', async () => {
    const inner = {
      Type: 'Map',
      ItemsPath: '$.inner',
      ItemProcessor: { StartAt: 'Q', States: { Q: task('part', { End: true }) } },
    };
    const engine = engineOf(inline({}, inner), (event) => event + 1);
    const { execution, finished } = engine.start({ parts: [{ inner: [1, 2] }, { inner: [] }, { inner: [3] }] });
    expect((await engine.clock.run(finished)).output).toEqual([[2, 3], [], [4]]);
    expect(execution.states).toEqual(['A']);
  });

  test.each<[string, object, unknown]>([
    ['items that are no array', {}, { parts: { a: 1 } }],
    ['an ItemsPath that matches nothing', {}, {}],
    ['a MaxConcurrencyPath to a text', { MaxConcurrencyPath: '$.at' }, { at: 'x', parts: [1] }],
  ])('with %s fails with States.Runtime', async (_name, fields, input) => {
    expect(await engineOf(inline(fields), (event) => event).run(input)).toMatchObject({ error: 'States.Runtime' });
  });
});

describe('a distributed Map', () => {
  test.each([
    // A state of its own, the Map Run, and the state of the child, if children are Standard executions.
    ['STANDARD', 1 + 20 + 1],
    ['EXPRESS', 1 + 20],
  ])('of %s children begins after what Step Functions takes', async (type, delay) => {
    const overheadSeconds = { state: 1, mapRun: 20 };
    const engine = engineOf(distributed({}, task('part'), type), () => 0, { overheadSeconds });
    const started = engine.clock.now();
    await engine.run({ parts: [1] });
    expect(engine.calls.map(({ at }) => (at - started) / 1000)).toEqual([delay]);
  });

  test('runs each item in an execution of its own, with its own id, history and context', async () => {
    const definition = distributed({
      MaxConcurrency: 500,
      ItemSelector: { 'part.$': '$$.Map.Item.Value', 'from.$': '$$.Execution.Name' },
    });
    const engine = engineOf(definition, (event) => event);
    const record = await engine.clock.run(engine.start({ parts: range(1500) }, 'parent').finished);

    expect((record.output as unknown[])[1499]).toEqual({ part: 1499, from: 'parent' });
    // Started, entered, map started, run started, run succeeded, map succeeded, exited, succeeded: whatever the items.
    expect(record.eventCount).toBe(8);
    const mapRun = mapRunOf(engine, record.executionArn);
    expect(mapRun).toMatchObject({
      mapRunArn: expect.stringMatching(
        /^arn:aws:states:us-east-1:123456789012:mapRun:Machine\/CopyParts:[0-9a-f-]{36}$/,
      ),
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine/CopyParts',
      status: 'SUCCEEDED',
      maxConcurrency: 500,
      counts: { total: 1500, pending: 0, running: 0, succeeded: 1500, failed: 0, timedOut: 0, aborted: 0 },
    });
    const children = engine.records.executionsOf(mapRun.mapRunArn);
    expect(children).toHaveLength(1500);
    expect(new Set(children.map(({ executionArn }) => executionArn)).size).toBe(1500);
    expect(children[7]).toMatchObject({
      executionArn: expect.stringMatching(
        /^arn:aws:states:us-east-1:123456789012:execution:Machine\/CopyParts:[0-9a-f-]{36}$/,
      ),
      mapRunArn: mapRun.mapRunArn,
      input: { part: 7, from: 'parent' },
      eventCount: 7,
    });
  });

  test.each([
    ['STANDARD', 100],
    ['EXPRESS', 1000],
  ])('starts %s children at a rate of %d a second', async (type, perSecond) => {
    const engine = engineOf(distributed({}, undefined, type), never);
    engine.start({ parts: range(5000) });
    await engine.clock.advance(2000);
    expect(engine.running).toBeGreaterThanOrEqual(2 * perSecond);
    expect(engine.running).toBeLessThanOrEqual(2 * perSecond + 1);
  });

  test('keeps MaxConcurrency children running until the items run out', async () => {
    const engine = engineOf(distributed({ MaxConcurrency: 3 }), (_event, clock) => after(clock, 10));
    const record = await engine.run({ parts: range(9) });
    expect(engine.mostRunning).toBe(3);
    expect(Math.round(seconds(record))).toBe(30);
  });

  test('fails with the first failed item, whose error it does not tell, and starts no more', async () => {
    const engine = engineOf(distributed({ MaxConcurrency: 10 }), async (event, clock) => {
      await after(clock, event === 5 ? 1 : 2);
      return failOn(5)(event);
    });
    const record = await engine.run({ parts: range(2000) });
    expect(record).toMatchObject({
      status: 'FAILED',
      error: 'States.ExceedToleratedFailureThreshold',
      cause: 'The specified tolerated failure threshold was exceeded',
    });
    const { status, counts } = mapRunOf(engine, record.executionArn);
    expect(status).toBe('FAILED');
    expect(counts).toEqual({
      total: 2000,
      pending: 1990,
      running: 0,
      succeeded: 0,
      failed: 1,
      timedOut: 0,
      aborted: 9,
    });
  });

  test.each<[string, object, Record<string, number>, number, string]>([
    ['count, not exceeded', { ToleratedFailureCount: 3 }, {}, 3, 'SUCCEEDED'],
    ['count, exceeded', { ToleratedFailureCount: 3 }, {}, 4, 'FAILED'],
    ['percentage, not exceeded', { ToleratedFailurePercentage: 10 }, {}, 10, 'SUCCEEDED'],
    ['percentage, exceeded', { ToleratedFailurePercentage: 10 }, {}, 11, 'FAILED'],
    ['both, one exceeded', { ToleratedFailurePercentage: 50, ToleratedFailureCount: 3 }, {}, 4, 'FAILED'],
    ['a path', { ToleratedFailureCountPath: '$.tolerated' }, { tolerated: 5 }, 5, 'SUCCEEDED'],
    ['a path, exceeded', { ToleratedFailurePercentagePath: '$.tolerated' }, { tolerated: 5 }, 6, 'FAILED'],
  ])('tolerates failures: %s', async (_name, fields, input, failures, status) => {
    const engine = engineOf(distributed({ MaxConcurrency: 1, ...fields }), failOn(...range(failures)));
    const record = await engine.run({ ...input, parts: range(100) });
    expect(record.status).toBe(status);
    expect(mapRunOf(engine, record.executionArn)).toMatchObject({ status, counts: { failed: failures } });
    if (status === 'SUCCEEDED') expect(record.output).toEqual(range(100).slice(failures));
  });

  test('takes States.Runtime in a child for a failed item, not for a failed execution', async () => {
    const definition = distributed({ ToleratedFailureCount: 1 }, { Type: 'Pass', Parameters: { 'a.$': '$.a' } });
    const record = await run(definition, { parts: [{ a: 1 }, {}, { a: 3 }] });
    expect(record).toMatchObject({ status: 'SUCCEEDED', output: [{ a: 1 }, { a: 3 }] });
  });

  test('ends Express children after five minutes', async () => {
    const definition = distributed({ ToleratedFailureCount: 1 }, undefined, 'EXPRESS');
    const engine = engineOf(definition, (event) => (event === 1 ? never() : event));
    const record = await engine.run({ parts: range(3) });
    expect(record.output).toEqual([0, 2]);
    expect(seconds(record)).toBeCloseTo(300, 1);
    expect(mapRunOf(engine, record.executionArn)).toMatchObject({
      type: 'EXPRESS',
      counts: { timedOut: 1, succeeded: 2 },
    });
  });

  test('is aborted with the execution that times out', async () => {
    const engine = engineOf({ TimeoutSeconds: 600, ...distributed() }, never);
    const record = await engine.run({ parts: range(5) });
    expect(record.status).toBe('TIMED_OUT');
    expect(mapRunOf(engine, record.executionArn)).toMatchObject({
      status: 'ABORTED',
      counts: { aborted: 5, running: 0 },
    });
  });

  test('fails where ItemSelector cannot be evaluated, whatever is tolerated', async () => {
    const definition = distributed({ ItemSelector: { 'x.$': '$.gone' }, ToleratedFailurePercentage: 100 });
    expect(await run(definition, { parts: [1] })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  test('retried, has another Map Run', async () => {
    let failures = 1;
    const engine = engineOf(distributed({ Retry: [{ ErrorEquals: ['States.ALL'] }] }), (event) => {
      if (failures-- > 0) throw named('Once');
      return event;
    });
    const record = await engine.run({ parts: [1] });
    expect(record.status).toBe('SUCCEEDED');
    const mapRuns = engine.records.mapRunsOf(record.executionArn);
    expect(mapRuns.map(({ status }) => status)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(mapRuns[0]!.mapRunArn).not.toBe(mapRuns[1]!.mapRunArn);
  });
});
