import { checkExecutionInput, checkExecutionName } from '../../../../local/workflow/engine/limits';
import { Engine, run, single, task } from './run';

/** A JSON string of that many bytes, quotes included. */
const ofBytes = (bytes: number): string => 'x'.repeat(bytes - 2);
const LIMIT = 262_144;

describe('256 KiB', () => {
  const caught = (Catch: object[], state: object = task('make')): object => ({
    StartAt: 'A',
    States: {
      A: { ...state, Retry: [{ ErrorEquals: ['States.ALL'] }], Catch, End: true },
      Caught: { Type: 'Pass', Result: 'caught', End: true },
    },
  });
  const byAll = [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }];

  test('are the most that a task gives; States.ALL does not catch more', async () => {
    const make = ({ bytes }: { bytes: number }): string => ofBytes(bytes);
    const engine = new Engine(caught(byAll), { functions: { make } });
    expect((await engine.run({ bytes: LIMIT })).status).toBe('SUCCEEDED');
    expect(await engine.run({ bytes: LIMIT + 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringMatching(
        /^The state\/task 'arn:aws:lambda:.*:function:make' returned a result with a size exceeding the maximum number of bytes service limit\.$/,
      ),
    });
    expect(engine.calls).toHaveLength(2);
  });

  test('are bytes of UTF-8', async () => {
    const state = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'make' } };
    const record = await run(single(state), {}, { functions: { make: () => '語'.repeat(100_000) } });
    expect(record).toMatchObject({ error: 'States.DataLimitExceeded', cause: expect.stringContaining("'lambda'") });
  });

  test('more is caught by its very name', async () => {
    const byName = [{ ErrorEquals: ['States.DataLimitExceeded'], Next: 'Caught' }];
    const functions = { make: () => ofBytes(LIMIT + 1) };
    expect((await run(caught(byName), {}, { functions })).output).toBe('caught');
  });

  test('are the most that a task takes', async () => {
    const state = task('make', { Parameters: { 'a.$': '$.big', 'b.$': '$.big' } });
    const engine = new Engine(single(state), { functions: { make: () => 1 } });
    expect(await engine.run({ big: ofBytes(200_000) })).toMatchObject({ error: 'States.DataLimitExceeded' });
    expect(engine.calls).toEqual([]);
  });

  test('are the most that a state hands on: an output that ResultPath makes too large ends the execution', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: task('make', { ResultPath: '$.made', Next: 'B' }),
        B: task('never', { InputPath: '$.small', End: true }),
      },
    };
    const engine = new Engine(definition, { functions: { make: () => ofBytes(200_000) } });
    const record = await engine.run({ small: 1, large: ofBytes(100_000) });
    expect(record).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    expect(record.cause).toContain("'A'");
    expect(engine.calls).toHaveLength(1);
  });

  test.each([{}, { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }])(
    'are the most of a Map’s result, %j',
    async (config) => {
      const processor = { ...config, StartAt: 'P', States: { P: task('make', { End: true }) } };
      const state = { Type: 'Map', ItemsPath: '$.parts', ItemProcessor: processor };
      const record = await run(
        single(state),
        { parts: Array(10).fill(0) },
        { functions: { make: () => ofBytes(30_000) } },
      );
      expect(record).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    },
  );

  test('are the most of the input of a child, which is a failed item', async () => {
    const engine = new Engine(
      single({
        Type: 'Map',
        ItemsPath: '$.parts',
        ItemSelector: { 'a.$': '$.big', 'b.$': '$.big' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'P',
          States: { P: { Type: 'Pass', End: true } },
        },
      }),
    );
    const record = await engine.run({ parts: [1], big: ofBytes(200_000) });
    expect(record.error).toBe('States.ExceedToleratedFailureThreshold');
    const [mapRun] = engine.records.mapRunsOf(record.executionArn);
    expect(mapRun!.counts.failed).toBe(1);
    const [child] = engine.records.executionsOf(mapRun!.mapRunArn);
    expect(child).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('are the most of the input of an execution', () => {
    expect(() => checkExecutionInput(ofBytes(LIMIT))).not.toThrow();
    expect(() => checkExecutionInput(ofBytes(LIMIT + 1))).toThrow(/The input has 262145 bytes/);
    expect(() => checkExecutionInput(undefined)).toThrow(/has no input/);
  });
});

test.each(['', 'a b', 'a/b', 'a:b', 'x'.repeat(81)])('"%s" is not a name of an execution', (name) => {
  expect(() => checkExecutionName(name)).toThrow(expect.objectContaining({ name: 'InvalidExecution' }));
});

describe('25,000 events', () => {
  const inlineMap = {
    StartAt: 'A',
    States: {
      A: {
        Type: 'Map',
        ItemProcessor: { StartAt: 'P', States: { P: task('part', { End: true }) } },
        ResultPath: null,
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }],
        End: true,
      },
      Never: { Type: 'Pass', End: true },
    },
  };
  const functions = { part: () => 1 };

  test('hold an inline Map of 3,570 tasks, and no larger one', async () => {
    // 3,570 x 7 + 6 is 24,996.
    expect(await run(inlineMap, Array(3570).fill(0), { functions })).toMatchObject({
      status: 'SUCCEEDED',
      eventCount: 24_996,
    });
    const record = await run(inlineMap, Array(3572).fill(0), { functions });
    expect(record).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
      eventCount: 25_000,
    });
    expect(record.history).toHaveLength(25_000);
    expect(record.history.at(-1)).toMatchObject({ id: 25_000, type: 'ExecutionFailed' });
  });

  test('end a loop without a task', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    };
    expect(await run(definition)).toMatchObject({ status: 'FAILED', error: 'States.Runtime', eventCount: 25_000 });
  });

  test('are no limit for an Express state machine', async () => {
    const pass = { Type: 'Pass' };
    const processor = {
      StartAt: 'P',
      States: { P: { ...pass, Next: 'Q' }, Q: { ...pass, Next: 'R' }, R: { ...pass, End: true } },
    };
    const definition = single({ Type: 'Map', ItemProcessor: processor, ResultPath: null });
    const record = await run(definition, Array(3200).fill(0), { type: 'EXPRESS' });
    expect(record).toMatchObject({ status: 'SUCCEEDED', eventCount: 3200 * 8 + 6, history: [] });
  });
});
