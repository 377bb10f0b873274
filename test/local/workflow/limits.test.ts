import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { cleanUp, deploy, handler, invoke, newStack, runnerOf, runOnce, stateMachine } from './support';

afterEach(cleanUp);

/** A JSON string of that many bytes, quotes included. */
const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2);
const LIMIT = 262_144;

describe('256 KiB', () => {
  test.each([
    [LIMIT, 'SUCCEEDED'],
    [LIMIT + 1, 'FAILED'],
  ])('a task result of %d bytes: %s', async (bytes, status) => {
    const { app, stack } = newStack();
    const task = invoke(stack, 'Make', handler(stack, 'Fn', `return 'x'.repeat(${bytes} - 2);`));
    task.addRetry({ errors: ['States.ALL'] });
    task.addCatch(new sfn.Pass(stack, 'Caught'));
    stateMachine(stack, task);
    const result = await runOnce(app);
    expect(result).toMatchObject({ status, states: ['Make'] });
    if (status === 'SUCCEEDED') return;
    expect(result).toMatchObject({
      error: 'States.DataLimitExceeded',
      cause: expect.stringMatching(
        /^The state\/task 'arn:aws:lambda:.*' returned a result with a size exceeding the maximum number of bytes service limit\.$/,
      ),
    });
    expect(Object.values(result.functions)[0]!.invocations).toBe(1);
  });

  test('bytes are those of UTF-8', async () => {
    const { app, stack } = newStack();
    stateMachine(
      stack,
      invoke(stack, 'Make', handler(stack, 'Fn', `return '語'.repeat(100_000);`), { payloadResponseOnly: false }),
    );
    const result = await runOnce(app);
    expect(result).toMatchObject({ error: 'States.DataLimitExceeded', cause: expect.stringContaining("'lambda'") });
  });

  test('a Catch of its very name catches it', async () => {
    const { app, stack } = newStack();
    const task = invoke(stack, 'Make', handler(stack, 'Fn', `return 'x'.repeat(${LIMIT});`));
    task.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['States.DataLimitExceeded'] });
    stateMachine(stack, task);
    expect(await runOnce(app)).toMatchObject({ status: 'SUCCEEDED', states: ['Make', 'Caught'] });
  });

  test('an output that ResultPath makes too large ends the execution before the next function is called', async () => {
    const { app, stack } = newStack();
    const make = invoke(stack, 'Make', handler(stack, 'Fn', `return 'x'.repeat(200_000);`), { resultPath: '$.made' });
    const next = invoke(stack, 'Next', handler(stack, 'Other', 'return 1;'), { inputPath: '$.small' });
    stateMachine(stack, make.next(next));
    const result = await runOnce(app, { small: 1, large: ofBytes(100_000) });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(result.cause).toContain("'Make'");
    expect(Object.values(result.functions)).toHaveLength(1);
  });

  test('a Map’s result, inline and distributed', async () => {
    for (const map of [sfn.Map, sfn.DistributedMap]) {
      const { app, stack } = newStack();
      const state = new map(stack, 'Parts', { itemsPath: '$.parts' });
      state.itemProcessor(invoke(stack, 'Part', handler(stack, 'Fn', `return 'x'.repeat(30_000);`)));
      stateMachine(stack, state);
      const result = await runOnce(app, { parts: Array(10).fill(0) });
      expect(result).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    }
  });

  test('the input of a child is a failure of the child', async () => {
    const { app, stack } = newStack();
    const map = new sfn.DistributedMap(stack, 'Parts', {
      itemsPath: '$.parts',
      itemSelector: { a: sfn.JsonPath.stringAt('$.big'), b: sfn.JsonPath.stringAt('$.big') },
    });
    map.itemProcessor(new sfn.Pass(stack, 'P'));
    stateMachine(stack, map);
    const result = await runOnce(app, { parts: [1], big: ofBytes(200_000) });
    expect(result).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
      mapRuns: [{ counts: { failed: 1 } }],
    });
  });

  test('an input that StartExecution refuses', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Pass(stack, 'P'));
    expect(await runOnce(app, ofBytes(LIMIT))).toMatchObject({ status: 'SUCCEEDED' });
    await expect(runOnce(app, ofBytes(LIMIT + 1))).rejects.toThrow(/The input has 262145 bytes/);
    const deployment = deploy(app);
    const start = runnerOf(deployment).start(deployment.stateMachine(), {
      endpoint: 'http://127.0.0.1:9',
      input: undefined,
    });
    await expect(start).rejects.toThrow(/has no input/);
  });
});

describe('25,000 events', () => {
  function inlineMap(): ReturnType<typeof newStack>['app'] {
    const { app, stack } = newStack();
    const map = new sfn.Map(stack, 'Parts', { itemsPath: '$.parts', resultPath: sfn.JsonPath.DISCARD });
    map.itemProcessor(invoke(stack, 'Part', handler(stack, 'Fn', 'return 1;')));
    map.addCatch(new sfn.Pass(stack, 'Never'));
    stateMachine(stack, map);
    return app;
  }

  test('an inline Map of 3,570 tasks is the largest that fits', async () => {
    const app = inlineMap();
    // 3,570 x 7 + 6 is 24,996.
    const fits = await runOnce(app, { parts: Array(3570).fill(0) });
    expect(fits).toMatchObject({ status: 'SUCCEEDED', events: 24_996 });
    const tooMany = await runOnce(app, { parts: Array(3572).fill(0) });
    expect(tooMany).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
      states: ['Parts'],
      events: 25_000,
    });
  });

  test('a loop without a task ends too', async () => {
    const { app, stack } = newStack();
    const pass = new sfn.Pass(stack, 'Again');
    stateMachine(
      stack,
      pass.next(
        new sfn.Choice(stack, 'Always')
          .when(sfn.Condition.isPresent('$.a'), pass)
          .otherwise(new sfn.Succeed(stack, 'Done')),
      ),
    );
    const result = await runOnce(app, { a: 1 });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Runtime', events: 25_000 });
  });

  test('an Express state machine has no such limit', async () => {
    const { app, stack } = newStack();
    const map = new sfn.Map(stack, 'Parts', { resultPath: sfn.JsonPath.DISCARD });
    map.itemProcessor(new sfn.Pass(stack, 'P').next(new sfn.Pass(stack, 'Q')).next(new sfn.Pass(stack, 'R')));
    stateMachine(stack, map, { stateMachineType: sfn.StateMachineType.EXPRESS });
    const result = await runOnce(app, Array(3200).fill(0));
    expect(result).toMatchObject({ status: 'SUCCEEDED', events: 3200 * 8 + 6 });
  });
});
