import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { MapProgress } from '../../../local/workflow';
import { cleanUp, handler, invoke, newStack, runOnce, stateMachine } from './support';

afterEach(cleanUp);

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
/** Counts how many run at once, in the function's only thread. */
const COUNTING = `
  globalThis.now = (globalThis.now ?? 0) + 1;
  globalThis.most = Math.max(globalThis.most ?? 0, globalThis.now);
  await new Promise((resolve) => setTimeout(resolve, 5));
  globalThis.now--;
  return globalThis.most;`;

describe('inline Map', () => {
  test('runs each item with ItemSelector, at most 40 at once whatever MaxConcurrency says', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Part', `const most = await (async () => {${COUNTING}})(); return { ...event, most };`);
    const map = new sfn.Map(stack, 'Parts', {
      itemsPath: '$.parts',
      maxConcurrency: 1000,
      itemSelector: {
        part: sfn.JsonPath.numberAt('$$.Map.Item.Value'),
        index: sfn.JsonPath.numberAt('$$.Map.Item.Index'),
        key: sfn.JsonPath.stringAt('$.plan.key'),
        label: sfn.JsonPath.format(
          '{}-{}',
          sfn.JsonPath.stringAt('$.plan.key'),
          sfn.JsonPath.stringAt('$$.Map.Item.Value'),
        ),
      },
    });
    map.itemProcessor(invoke(stack, 'Part1', fn));
    stateMachine(stack, map);
    const progress: MapProgress[] = [];

    const result = await runOnce(
      app,
      { parts: range(200).map((n) => n * 10), plan: { key: 'k' } },
      { onEvent: (event) => event.type === 'MapProgress' && progress.push(event) },
    );

    const output = result.output as { most: number }[];
    expect(output.slice(0, 2)).toMatchObject([
      { part: 0, index: 0, key: 'k', label: 'k-0' },
      { part: 10, index: 1, key: 'k', label: 'k-10' },
    ]);
    expect(Math.max(...output.map(({ most }) => most))).toBe(40);
    // Started, entered, 200 x 7, map started and succeeded, exited, succeeded.
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['Parts'], events: 200 * 7 + 6 });
    expect(progress.at(-1)).toMatchObject({ total: 200, done: 200, failed: 0, running: 0 });
  });

  test('a failing item keeps further ones from starting, and is caught by its name', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Part', "if (event === 3) { const e = new Error('x'); e.name = 'Broken'; throw e; }");
    const map = new sfn.Map(stack, 'Parts', { itemsPath: '$.parts', maxConcurrency: 1 });
    map.itemProcessor(invoke(stack, 'Part1', fn));
    map.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['Broken'], resultPath: '$.error' });
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: range(10) });
    expect(result).toMatchObject({ states: ['Parts', 'Caught'], output: { error: { Error: 'Broken' } } });
    expect(Object.values(result.functions)[0]!.invocations).toBe(4);
  });

  test('MaxConcurrencyPath, no items, and Maps in Maps', async () => {
    const { app, stack } = newStack();
    const inner = new sfn.Map(stack, 'Inner', { itemsPath: '$.inner' });
    inner.itemProcessor(invoke(stack, 'Part', handler(stack, 'Echo', 'return event + 1;')));
    const outer = new sfn.Map(stack, 'Outer', { itemsPath: '$.outer', maxConcurrencyPath: '$.at' });
    outer.itemProcessor(inner);
    stateMachine(stack, outer);
    const input = { at: 2, outer: [{ inner: [1, 2] }, { inner: [] }, { inner: [3] }] };
    expect(await runOnce(app, input)).toMatchObject({
      status: 'SUCCEEDED',
      output: [[2, 3], [], [4]],
      states: ['Outer'],
    });
  });

  test('items that are no array', async () => {
    const { app, stack } = newStack();
    const map = new sfn.Map(stack, 'Parts', { itemsPath: '$.parts' });
    map.itemProcessor(new sfn.Pass(stack, 'P'));
    map.addCatch(new sfn.Pass(stack, 'Never'));
    stateMachine(stack, map);
    expect(await runOnce(app, { parts: { a: 1 } })).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      states: ['Parts'],
    });
  });
});

describe('distributed Map', () => {
  function distributed(
    body: string,
    props: sfn.DistributedMapProps = {},
    functionProps: Partial<lambda.FunctionProps> = {},
  ): ReturnType<typeof newStack> & { map: sfn.DistributedMap } {
    const { app, stack } = newStack();
    const map = new sfn.DistributedMap(stack, 'Parts', {
      itemsPath: '$.parts',
      mapExecutionType: sfn.StateMachineType.STANDARD,
      label: 'CopyParts',
      ...props,
    });
    map.itemProcessor(invoke(stack, 'Part', handler(stack, 'Fn', body, functionProps)));
    return { app, stack, map };
  }

  test('children are executions: their own ids, histories and context', async () => {
    const { app, stack, map } = distributed('return event;', {
      maxConcurrency: 500,
      itemSelector: { part: sfn.JsonPath.numberAt('$$.Map.Item.Value'), from: sfn.JsonPath.executionName },
    });
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: range(1500) }, { executionName: 'parent' });

    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['Parts'] });
    expect((result.output as unknown[])[1499]).toEqual({ part: 1499, from: 'parent' });
    // Started, entered, map started, run started, run succeeded, map succeeded, exited, succeeded: whatever the items.
    expect(result.events).toBe(8);
    const machine = result.executionArn.split(':')[6];
    expect(result.mapRuns).toEqual([
      expect.objectContaining({
        mapRunArn: expect.stringMatching(
          new RegExp(`^arn:aws:states:us-east-1:123456789012:mapRun:${machine}/CopyParts:[0-9a-f-]{36}$`),
        ),
        executionArn: result.executionArn,
        status: 'SUCCEEDED',
        counts: { total: 1500, pending: 0, running: 0, succeeded: 1500, failed: 0, timedOut: 0, aborted: 0 },
      }),
    ]);
  });

  test('ten thousand items', async () => {
    const { app, stack, map } = distributed('return 1;', { resultPath: sfn.JsonPath.DISCARD, maxConcurrency: 500 });
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: range(10_000) }, { timeScale: 1e6 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', mapRuns: [{ counts: { succeeded: 10_000 } }] });
    expect(Object.values(result.functions)[0]).toMatchObject({ invocations: 10_000 });
    expect(Object.values(result.functions)[0]!.concurrency).toBeLessThanOrEqual(500);
  });

  test('MaxConcurrency and MaxConcurrencyPath', async () => {
    for (const props of [{ maxConcurrency: 7 }, { maxConcurrencyPath: '$.at' }]) {
      const { app, stack, map } = distributed(COUNTING, props);
      stateMachine(stack, map);
      const result = await runOnce(app, { at: 7, parts: range(60) }, { timeScale: 1e6 });
      expect(Math.max(...(result.output as number[]))).toBe(7);
    }
  });

  test('one failure too many: dispatch stops, running children are aborted, the error is AWS’s', async () => {
    const { app, stack, map } = distributed(
      "if (event === 5) { const e = new Error('gone'); e.name = 'SourceNotFound'; throw e; } if (event < 5) return 1; await new Promise(() => {});",
      { maxConcurrency: 20 },
    );
    map.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['States.ExceedToleratedFailureThreshold'] });
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: range(2000) });
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      states: ['Parts', 'Caught'],
      output: {
        Error: 'States.ExceedToleratedFailureThreshold',
        Cause: 'The specified tolerated failure threshold was exceeded',
      },
      mapRuns: [{ status: 'FAILED' }],
    });
    const { counts } = result.mapRuns[0]!;
    expect(counts).toMatchObject({ total: 2000, running: 0, failed: 1, succeeded: 5 });
    expect(counts.pending + counts.aborted).toBe(1994);
    expect(counts.aborted).toBeGreaterThan(0);
    expect(counts.pending).toBeGreaterThan(1900);
  });

  test.each<[string, sfn.DistributedMapProps, Record<string, number>, number, string]>([
    ['count, not exceeded', { toleratedFailureCount: 3 }, {}, 3, 'SUCCEEDED'],
    ['count, exceeded', { toleratedFailureCount: 3 }, {}, 4, 'FAILED'],
    ['percentage, not exceeded', { toleratedFailurePercentage: 10 }, {}, 10, 'SUCCEEDED'],
    ['percentage, exceeded', { toleratedFailurePercentage: 10 }, {}, 11, 'FAILED'],
    ['both, one exceeded', { toleratedFailurePercentage: 50, toleratedFailureCount: 3 }, {}, 4, 'FAILED'],
    ['a path', { toleratedFailureCountPath: '$.tolerated' }, { tolerated: 5 }, 5, 'SUCCEEDED'],
    ['a path, exceeded', { toleratedFailurePercentagePath: '$.tolerated' }, { tolerated: 5 }, 6, 'FAILED'],
  ])('tolerated failures: %s', async (_name, props, input, failures, status) => {
    const { app, stack, map } = distributed(`if (event < ${failures}) throw new Error('x'); return event;`, {
      ...props,
      maxConcurrency: 1,
    });
    stateMachine(stack, map);
    const result = await runOnce(app, { ...input, parts: range(100) }, { timeScale: 1e6 });
    expect(result.status).toBe(status);
    expect(result.mapRuns[0]).toMatchObject({ status, counts: { failed: failures } });
    if (status === 'SUCCEEDED') expect(result.output).toEqual(range(100).slice(failures));
    else expect(result.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  test('Retry in a child is the child’s own; States.Runtime in a child is a failed item, not a failed execution', async () => {
    const { app, stack } = newStack();
    const map = new sfn.DistributedMap(stack, 'Parts', { toleratedFailureCount: 1 });
    map.itemProcessor(new sfn.Pass(stack, 'Read', { parameters: { a: sfn.JsonPath.stringAt('$.a') } }));
    stateMachine(stack, map);
    const result = await runOnce(app, [{ a: 1 }, {}, { a: 3 }]);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: [{ a: 1 }, { a: 3 }] });
  });

  test('Express children end after five minutes', async () => {
    const { app, stack, map } = distributed(
      'if (event === 1) await new Promise(() => {}); return event;',
      { mapExecutionType: sfn.StateMachineType.EXPRESS, toleratedFailureCount: 1 },
      { timeout: Duration.seconds(900) },
    );
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: range(3) }, { timeScale: 3000, runner: { timeoutFloorSeconds: 0.01 } });
    expect(result).toMatchObject({
      output: [0, 2],
      mapRuns: [{ type: 'EXPRESS', counts: { timedOut: 1, succeeded: 2 } }],
    });
  });

  test('a state machine that times out takes its Map Run along', async () => {
    const { app, stack, map } = distributed('await new Promise(() => {});', {}, { timeout: Duration.seconds(900) });
    stateMachine(stack, map, { timeout: Duration.minutes(10) });
    const result = await runOnce(app, { parts: range(5) }, { timeScale: 3000, runner: { timeoutFloorSeconds: 0.01 } });
    expect(result).toMatchObject({
      status: 'TIMED_OUT',
      mapRuns: [{ status: 'ABORTED', counts: { aborted: 5, running: 0 } }],
    });
  });

  test('an ItemSelector that points nowhere fails the Map, whatever is tolerated', async () => {
    const { app, stack, map } = distributed('return 1;', {
      itemSelector: { x: sfn.JsonPath.stringAt('$.gone') },
      toleratedFailurePercentage: 100,
    });
    stateMachine(stack, map);
    expect(await runOnce(app, { parts: [1] })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});
