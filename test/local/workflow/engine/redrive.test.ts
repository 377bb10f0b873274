import type { StartedExecution } from '../../../../local/workflow/engine/executions';
import type { ExecutionRecord, MapRunRecord } from '../../../../local/workflow/engine/records';
import { chain, Engine, named, never, seconds, single, task, type TestFunction } from './run';

const DAY = 24 * 3600;

/** A function that fails while it is broken. */
function breakable(): { call: TestFunction; broken: boolean } {
  const state = {
    broken: true,
    call: (event: unknown): unknown => {
      if (state.broken) throw named('Broken');
      return event;
    },
  };
  return state;
}

/** Runs until the first end. */
async function runFirst(engine: Engine, input: unknown): Promise<StartedExecution> {
  const started = engine.start(input);
  await engine.clock.run(started.finished);
  return started;
}

describe('a redrive', () => {
  test('goes on from the state that failed, with its input; what succeeded is not done again', async () => {
    const second = breakable();
    const definition = {
      StartAt: 'A',
      States: {
        A: task('first', { ResultPath: '$.first', Next: 'B' }),
        B: task('second', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }], Next: 'C' }),
        C: {
          Type: 'Pass',
          Parameters: { 'in.$': '$', 'redrives.$': '$$.Execution.RedriveCount', 'retries.$': '$$.State.RetryCount' },
          End: true,
        },
      },
    };
    const engine = new Engine(definition, { functions: { first: () => 1, second: second.call } });
    const started = await runFirst(engine, { i: 0 });
    expect(started.execution.record).toMatchObject({ status: 'FAILED', error: 'Broken' });
    await engine.clock.advance(1000);

    second.broken = false;
    const record = await engine.redrive(started);
    expect(record).toMatchObject({
      status: 'SUCCEEDED',
      output: { in: { i: 0, first: 1 }, redrives: 1, retries: 0 },
      redriveCount: 1,
    });
    expect(record).not.toHaveProperty('error');
    expect(engine.calls.map(({ name }) => name)).toEqual(['first', 'second', 'second', 'second', 'second']);
    expect(chain(record).slice(-8)).toEqual([
      '18 ExecutionRedriven <- 17',
      '19 LambdaFunctionScheduled <- 18',
      '20 LambdaFunctionStarted <- 19',
      '21 LambdaFunctionSucceeded <- 20',
      '22 TaskStateExited <- 21',
      '23 PassStateEntered <- 22',
      '24 PassStateExited <- 23',
      '25 ExecutionSucceeded <- 24',
    ]);
  });

  test('begins the retries and the time limit anew', async () => {
    const definition = {
      TimeoutSeconds: 100,
      ...single(task('f', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }] })),
    };
    const f = breakable();
    const engine = new Engine(definition, { functions: { f: f.call } });
    const started = await runFirst(engine, {});
    await engine.clock.advance(99_000);
    expect((await engine.redrive(started)).status).toBe('FAILED');
    expect(engine.calls).toHaveLength(6);
    expect(started.execution.record.redriveCount).toBe(1);
  });

  test('of an execution that was stopped or timed out', async () => {
    let hangs = true;
    const f = (event: unknown): unknown => (hangs ? never() : event);
    const engine = new Engine({ TimeoutSeconds: 50, ...single(task('f')) }, { functions: { f } });
    const started = engine.start('input');
    await engine.clock.advance(10_000);
    engine.stop(started.execution, 'Enough');
    expect(await engine.redrive(started)).toMatchObject({ status: 'TIMED_OUT' });
    expect(started.execution.record).not.toHaveProperty('error');
    hangs = false;
    expect(await engine.redrive(started)).toMatchObject({ status: 'SUCCEEDED', output: 'input', redriveCount: 2 });
  });

  test('waits anew in a Wait', async () => {
    const engine = new Engine(single({ Type: 'Wait', Seconds: 60 }));
    const started = engine.start();
    await engine.clock.advance(50_000);
    engine.stop(started.execution);
    await started.finished;
    expect(seconds(await engine.redrive(started))).toBe(110);
  });

  test('after a Catch that led to Fail fails again: the state that failed has exited', async () => {
    const f = breakable();
    const definition = {
      StartAt: 'A',
      States: {
        A: task('f', { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'F' }], End: true }),
        F: { Type: 'Fail', ErrorPath: '$.Error' },
      },
    };
    const engine = new Engine(definition, { functions: { f: f.call } });
    const started = await runFirst(engine, {});
    f.broken = false;
    expect(await engine.redrive(started)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(engine.calls).toHaveLength(1);
  });

  test('runs only the branches of a Parallel and the iterations of a Map that did not succeed', async () => {
    const f = breakable();
    const steps = { StartAt: 'S', States: { S: task('done', { Next: 'T' }), T: task('f', { End: true }) } };
    const other = { StartAt: 'O', States: { O: task('other', { End: true }) } };
    for (const state of [
      { Type: 'Parallel', Branches: [other, steps] },
      {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 1,
        ItemProcessor: {
          StartAt: 'C',
          States: {
            C: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 0, Next: 'O' }], Default: 'S' },
            ...other.States,
            ...steps.States,
          },
        },
      },
    ]) {
      f.broken = true;
      const functions = { f: f.call, done: (event: unknown) => event, other: () => 'other' };
      const engine = new Engine(single(state), { functions });
      const started = await runFirst(engine, { items: [0, 1] });
      expect(started.execution.record.error).toBe('Broken');
      f.broken = false;
      const { output } = await engine.redrive(started);
      expect(output).toEqual(['other', state.Type === 'Map' ? 1 : { items: [0, 1] }]);
      expect(engine.calls.map(({ name }) => name)).toEqual(['other', 'done', 'f', 'f']);
    }
  });

  test('runs all branches again whose results were too large together', async () => {
    let bytes = 200_000;
    const make = (): string => 'x'.repeat(bytes);
    const branch = (name: string): object => ({ StartAt: name, States: { [name]: task('make', { End: true }) } });
    const engine = new Engine(single({ Type: 'Parallel', Branches: [branch('B'), branch('C')] }), {
      functions: { make },
    });
    const started = await runFirst(engine, {});
    expect(started.execution.record.error).toBe('States.DataLimitExceeded');
    bytes = 3;
    expect((await engine.redrive(started)).output).toEqual(['xxx', 'xxx']);
    expect(engine.calls).toHaveLength(4);
  });

  describe('is refused', () => {
    const refuses = (engine: Engine, started: StartedExecution, message: RegExp): Promise<void> =>
      expect(engine.redrive(started)).rejects.toMatchObject({
        name: 'ExecutionNotRedrivable',
        message: expect.stringMatching(message),
      });

    test('while the execution runs, and when it has succeeded', async () => {
      const engine = new Engine(single({ Type: 'Wait', Seconds: 5 }));
      const started = engine.start();
      await refuses(engine, started, /^Execution is RUNNING and cannot be redriven/);
      await engine.clock.run(started.finished);
      await refuses(engine, started, /^Execution is SUCCEEDED and cannot be redriven/);
    });

    test('fourteen days after the end', async () => {
      const engine = new Engine(single(task('gone')));
      const started = await runFirst(engine, {});
      await engine.clock.advance(14 * DAY * 1000);
      expect((await engine.redrive(started)).redriveCount).toBe(1);
      await engine.clock.advance((14 * DAY + 1) * 1000);
      await refuses(engine, started, /redrivable period exceeded/);
    });

    test('of a full history, and of Express executions', async () => {
      const loop = { Type: 'Map', ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } } };
      const engine = new Engine(single(loop));
      await refuses(engine, await runFirst(engine, Array(10_000).fill(0)), /history event limit exceeded/);
      const express = new Engine(single(task('gone')), { type: 'EXPRESS' });
      await refuses(express, await runFirst(express, {}), /Express/);
    });
  });
});

describe('a redrive of a Map Run', () => {
  const definition = (ExecutionType: string, fields: object = {}): object =>
    single({
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
        StartAt: 'S',
        States: { S: task('step', { Next: 'T' }), T: task('f', { End: true }) },
      },
      ...fields,
    });

  async function failed(
    type: string,
    fields?: object,
  ): Promise<{
    engine: Engine;
    started: StartedExecution;
    mapRun: MapRunRecord;
    children: () => readonly ExecutionRecord[];
    mend: () => void;
  }> {
    let broken = true;
    const f = (event: number): number => {
      if (broken && event === 2) throw named('Broken');
      return event * 10;
    };
    const engine = new Engine(definition(type, fields), { functions: { step: (event) => event, f } });
    const started = await runFirst(engine, { items: [1, 2, 3, 4, 5] });
    const [mapRun] = engine.records.mapRunsOf(started.execution.record.executionArn);
    const children = (): readonly ExecutionRecord[] => engine.records.executionsOf(mapRun!.mapRunArn);
    return { engine, started, mapRun: mapRun!, children, mend: () => (broken = false) };
  }

  test('redrives Standard children that did not succeed, and starts those that never ran', async () => {
    const { engine, started, mapRun, children, mend } = await failed('STANDARD');
    const before = children().map(({ executionArn }) => executionArn);
    const done = mapRun.counts.succeeded;
    expect(mapRun).toMatchObject({ status: 'FAILED', counts: { failed: 1 } });
    mend();
    const record = await engine.redrive(started);

    expect(record).toMatchObject({ status: 'SUCCEEDED', output: [10, 20, 30, 40, 50], redriveCount: 1 });
    expect(engine.records.mapRunsOf(record.executionArn)).toEqual([mapRun]);
    expect(mapRun).toMatchObject({
      status: 'SUCCEEDED',
      redriveCount: 1,
      counts: { total: 5, pending: 0, running: 0, succeeded: 5, failed: 0, timedOut: 0, aborted: 0 },
    });
    expect(
      children()
        .slice(0, before.length)
        .map(({ executionArn }) => executionArn),
    ).toEqual(before);
    expect(children()).toHaveLength(5);
    const redriven = children().filter(({ redriveCount }) => redriveCount === 1);
    expect(redriven.map(({ input }) => input)).toContain(2);
    // Their first states succeeded, and are not run again.
    expect(engine.calls.filter(({ name, payload }) => name === 'step' && payload === 2)).toHaveLength(1);
    expect(done).toBeLessThan(5);
    expect(chain(record).slice(-6)).toEqual([
      '8 ExecutionRedriven <- 7',
      '9 MapRunRedriven <- 8',
      '10 MapRunSucceeded <- 9',
      '11 MapStateSucceeded <- 10',
      '12 MapStateExited <- 10',
      '13 ExecutionSucceeded <- 12',
    ]);
  });

  test('starts Express children anew', async () => {
    const { engine, started, mapRun, children, mend } = await failed('EXPRESS');
    const before = children().length;
    mend();
    expect((await engine.redrive(started)).output).toEqual([10, 20, 30, 40, 50]);
    expect(mapRun.counts).toMatchObject({ total: 5, succeeded: 5 });
    expect(children().length).toBeGreaterThan(Math.max(before, 5) - 1);
    expect(children().every(({ redriveCount }) => redriveCount === 0)).toBe(true);
    expect(engine.calls.filter(({ name, payload }) => name === 'step' && payload === 2)).toHaveLength(2);
  });

  test('of a Map Run that fails again counts the failures anew', async () => {
    const { engine, started, mapRun } = await failed('STANDARD', { MaxConcurrency: 1 });
    await engine.redrive(started);
    expect(mapRun).toMatchObject({
      status: 'FAILED',
      redriveCount: 1,
      counts: { succeeded: 1, failed: 1, pending: 3 },
    });
  });

  test('does not run a Map Run again that succeeded', async () => {
    const last = breakable();
    const map = (definition('STANDARD') as any).States.A;
    const engine = new Engine(
      {
        StartAt: 'A',
        States: { A: { ...map, ResultPath: null, End: undefined, Next: 'B' }, B: task('last', { End: true }) },
      },
      { functions: { step: (event) => event, f: (event) => event, last: last.call } },
    );
    const started = await runFirst(engine, { items: [1] });
    last.broken = false;
    expect((await engine.redrive(started)).status).toBe('SUCCEEDED');
    expect(engine.calls.map(({ name }) => name)).toEqual(['step', 'f', 'last', 'last']);
  });
});
