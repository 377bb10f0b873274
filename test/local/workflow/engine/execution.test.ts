import { after, Engine, functionArn, named, never, run, seconds, single, task } from './run';

const START = Date.UTC(2026, 0, 1);

describe('data flow', () => {
  test.each<[string, object, unknown]>([
    ['nothing', {}, { in: { a: 1 }, other: 2 }],
    ['InputPath', { InputPath: '$.in' }, { a: 1 }],
    ['InputPath of null', { InputPath: null }, {}],
    ['Parameters', { InputPath: '$.in', Parameters: { 'b.$': '$.a', c: 'd' } }, { b: 1, c: 'd' }],
    ['Result', { Result: { r: [1] } }, { r: [1] }],
    ['Result that looks like a template', { Result: { 'r.$': '$.gone' } }, { 'r.$': '$.gone' }],
    ['ResultPath', { Result: 'r', ResultPath: '$.deep.er' }, { in: { a: 1 }, other: 2, deep: { er: 'r' } }],
    [
      'ResultPath into the raw input',
      { InputPath: '$.in', ResultPath: '$.out' },
      { in: { a: 1 }, other: 2, out: { a: 1 } },
    ],
    ['ResultPath of null', { Result: 'r', ResultPath: null }, { in: { a: 1 }, other: 2 }],
    ['ResultPath $', { Result: 'r', ResultPath: '$' }, 'r'],
    ["ResultPath $['x']", { Result: 'r', ResultPath: "$['in']" }, { in: 'r', other: 2 }],
    ['OutputPath', { Result: 'r', ResultPath: '$.r', OutputPath: '$.r' }, 'r'],
    ['OutputPath of null', { OutputPath: null }, {}],
    ['OutputPath of the context', { OutputPath: '$$.Execution.Input.in' }, { a: 1 }],
  ])('of a Pass with %s', async (_name, fields, expected) => {
    const input = { in: { a: 1 }, other: 2 };
    expect(await run(single({ Type: 'Pass', ...fields }), input)).toMatchObject({
      status: 'SUCCEEDED',
      output: expected,
    });
  });

  test.each([null, false, 0, '', [], {}])('of a Pass with the Result %j', async (Result) => {
    expect((await run(single({ Type: 'Pass', Result, ResultPath: '$.r' }), { a: 1 })).output).toEqual({
      a: 1,
      r: Result,
    });
  });

  test('of a Task, through every field', async () => {
    const definition = single(
      task('f', {
        InputPath: '$.in',
        Parameters: { 'value.$': '$.a', 'from.$': '$$.Execution.Input.other' },
        ResultSelector: { 'double.$': '$.result', 'name.$': '$$.State.Name' },
        ResultPath: '$.task',
        OutputPath: '$.task',
      }),
    );
    const engine = new Engine(definition, { functions: { f: ({ value }) => ({ result: value * 2, dropped: true }) } });
    expect((await engine.run({ in: { a: 21 }, other: 2 })).output).toEqual({ double: 42, name: 'A' });
    expect(engine.calls.map(({ payload }) => payload)).toEqual([{ value: 21, from: 2 }]);
  });

  test.each([
    ['Wait', { Type: 'Wait', Seconds: 1, End: true }],
    ['Succeed', { Type: 'Succeed' }],
    ['Choice', { Type: 'Choice', Choices: [{ Variable: '$.b', IsPresent: true, Next: 'Done' }] }],
  ])('of a %s has InputPath and OutputPath', async (_name, fields) => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { InputPath: '$.a', OutputPath: '$.b', ...fields },
        ...('Choices' in fields && { Done: { Type: 'Succeed' } }),
      },
    };
    expect((await run(definition, { a: { b: 'x' } })).output).toBe('x');
  });

  test.each<[string, object, string]>([
    ['InputPath', { InputPath: '$.gone' }, 'States.Runtime'],
    ['Parameters', { Parameters: { 'a.$': '$.gone' } }, 'States.Runtime'],
    ['OutputPath', { OutputPath: '$.gone' }, 'States.Runtime'],
    ['a function', { Parameters: { 'a.$': 'States.ArrayGetItem($, 0)' } }, 'States.IntrinsicFailure'],
    ['ResultPath', { ResultPath: '$.text.deeper' }, 'States.ResultPathMatchFailure'],
  ])('fails by name where %s does not apply', async (_name, fields, error) => {
    const record = await run(single({ Type: 'Pass', ...fields }), { text: 'x' });
    expect(record).toMatchObject({ status: 'FAILED', error, cause: expect.stringMatching(/gone|ArrayGetItem|deeper/) });
  });
});

describe('Lambda tasks', () => {
  test('lambda:invoke gives the response of Invoke, an ARN the payload alone', async () => {
    const invoke = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn('double'), 'Payload.$': '$' },
      ResultPath: '$.first',
      Next: 'B',
    };
    const definition = {
      StartAt: 'A',
      States: { A: invoke, B: task('double', { InputPath: '$.first.Payload', ResultPath: '$.second', End: true }) },
    };
    const functions = { double: ({ value }: { value: number }) => ({ value: value * 2 }) };
    const { output } = await run(definition, { value: 3 }, { functions });
    expect(output).toMatchObject({
      first: {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: { value: 6 },
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
      second: { value: 12 },
    });
  });

  test('lambda:invoke without a payload sends an empty object, and a qualifier is part of the name', async () => {
    const state = {
      Type: 'Task',
      Resource: 'arn:aws-cn:states:::lambda:invoke',
      Parameters: { FunctionName: 'f', Qualifier: 'live' },
    };
    const engine = new Engine(single(state), { functions: { 'f:live': (event) => event } });
    expect((await engine.run({ a: 1 })).output).toMatchObject({ Payload: {} });
  });

  test.each<[string, object]>([
    ['an ARN', task('fail')],
    [
      'lambda:invoke',
      { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'fail' } },
    ],
  ])('an error of %s is its name and the JSON that Lambda answers', async (_name, state) => {
    const fail = (): never => {
      throw named('SourceNotFound', 'no "such" key');
    };
    const { status, error, cause } = await run(single(state), {}, { functions: { fail } });
    expect({ status, error, cause: JSON.parse(cause!) }).toEqual({
      status: 'FAILED',
      error: 'SourceNotFound',
      cause: { errorType: 'SourceNotFound', errorMessage: 'no "such" key', trace: [] },
    });
  });

  test('a function that is not there is Lambda.ResourceNotFoundException', async () => {
    expect(await run(single(task('gone')))).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
    });
  });

  test.each([
    ['TimeoutSeconds', { TimeoutSeconds: 60 }],
    ['TimeoutSecondsPath', { TimeoutSecondsPath: '$.seconds' }],
    ['HeartbeatSeconds, since functions send no heartbeats', { TimeoutSeconds: 900, HeartbeatSeconds: 60 }],
  ])('%s gives States.Timeout, which States.TaskFailed does not match', async (_name, fields) => {
    const definition = {
      StartAt: 'A',
      States: {
        A: task('hang', {
          ...fields,
          Catch: [
            { ErrorEquals: ['States.TaskFailed'], Next: 'Wrong' },
            { ErrorEquals: ['States.Timeout'], Next: 'Right' },
          ],
          End: true,
        }),
        Wrong: { Type: 'Fail' },
        Right: { Type: 'Succeed' },
      },
    };
    const record = await run(definition, { seconds: 60 }, { functions: { hang: never } });
    expect(record).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout', Cause: '' } });
    expect(seconds(record)).toBe(60);
  });

  test('a timeout that is no number fails with States.Runtime', async () => {
    expect(await run(single(task('f', { TimeoutSecondsPath: '$.t' })), { t: 'soon' })).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('TimeoutSeconds must be a positive number, not soon'),
    });
  });
});

describe('Retry', () => {
  test('goes by the error name, by the attempts of each retrier, and by its delays', async () => {
    const errors = ['Throttled', 'TransientS3Error', 'TransientS3Error'];
    const flaky = (): string => {
      const error = errors.shift();
      if (error !== undefined) throw named(error);
      return 'done';
    };
    const definition = single(
      task('flaky', {
        Retry: [
          { ErrorEquals: ['Throttled'], MaxAttempts: 1, IntervalSeconds: 60 },
          { ErrorEquals: ['TransientS3Error'], MaxAttempts: 2, IntervalSeconds: 3, BackoffRate: 1.5 },
        ],
      }),
    );
    const engine = new Engine(definition, { functions: { flaky } });
    expect(await engine.run()).toMatchObject({ status: 'SUCCEEDED', output: 'done' });
    expect(engine.calls.map(({ at }) => (at - START) / 1000)).toEqual([0, 60, 63, 67.5]);
    expect(engine.events.map(({ type }) => type)).toEqual([
      ...['StateEntered', 'Transition'],
      ...['StateFailed', 'StateRetried', 'StateFailed', 'StateRetried', 'StateFailed', 'StateRetried'],
      'StateExited',
    ]);
  });

  test('ends when the attempts of the retrier are used up, though another one would match', async () => {
    const fail = (): never => {
      throw named('A');
    };
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
    ];
    const engine = new Engine(single(task('fail', { Retry })), { functions: { fail } });
    expect(await engine.run()).toMatchObject({ status: 'FAILED', error: 'A' });
    expect(engine.calls).toHaveLength(2);
  });

  test('evaluates Parameters anew, with the retry count in the context object', async () => {
    const f = ({ count }: { count: number }): number => {
      if (count < 2) throw named('Again');
      return count;
    };
    const state = task('f', { Parameters: { 'count.$': '$$.State.RetryCount' }, Retry: [{ ErrorEquals: ['Again'] }] });
    expect((await run(single(state), {}, { functions: { f } })).output).toBe(2);
  });

  test('with full jitter waits the same times for the same seed, others for another one', async () => {
    const timesOf = async (seed: string): Promise<number[]> => {
      const fail = (): never => {
        throw named('A');
      };
      const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 5, IntervalSeconds: 100, JitterStrategy: 'FULL' }];
      const engine = new Engine(single(task('fail', { Retry })), { functions: { fail }, seed });
      await engine.run();
      return engine.calls.map(({ at }) => at - START);
    };
    const [one, same, other] = [await timesOf('a'), await timesOf('a'), await timesOf('b')];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    const pauses = one.slice(1).map((time, index) => time - (one[index] ?? 0));
    pauses.forEach((pause, index) => expect(pause).toBeLessThan(100_000 * 2 ** index));
  });

  test('of a Map or a Parallel runs all of it again', async () => {
    for (const compound of [
      {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: 'B', States: { B: task('f', { End: true }) } },
      },
      {
        Type: 'Parallel',
        Branches: [{ StartAt: 'B', States: { B: task('f', { InputPath: '$.items[0]', End: true }) } }],
      },
    ]) {
      let failures = 1;
      const f = (event: unknown): unknown => {
        if (failures-- > 0) throw named('Once');
        return event;
      };
      const engine = new Engine(single({ ...compound, Retry: [{ ErrorEquals: ['Once'] }] }), { functions: { f } });
      expect((await engine.run({ items: [7] })).output).toEqual([7]);
      expect(engine.calls).toHaveLength(2);
    }
  });
});

describe('Catch', () => {
  const fail = (): never => {
    throw named('Broken', 'why');
  };
  const caught = (fields: object): object => ({
    StartAt: 'A',
    States: {
      A: task('fail', {
        InputPath: '$.a',
        OutputPath: '$.gone',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', ...fields }],
        End: true,
      }),
      B: { Type: 'Succeed' },
    },
  });

  test.each<[string, object, unknown]>([
    ['nothing', {}, { Error: 'Broken', Cause: expect.stringContaining('why') }],
    [
      'ResultPath',
      { ResultPath: '$.error' },
      { a: 1, error: { Error: 'Broken', Cause: expect.stringContaining('why') } },
    ],
    ['ResultPath of null', { ResultPath: null }, { a: 1 }],
  ])('with %s', async (_name, fields, expected) => {
    expect((await run(caught(fields), { a: 1 }, { functions: { fail } })).output).toEqual(expected);
  });

  test('comes after Retry, and the first catcher that matches decides', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: task('fail', {
          Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }],
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Wrong' },
            { ErrorEquals: ['Broken'], Next: 'Right' },
            { ErrorEquals: ['States.ALL'], Next: 'Wrong' },
          ],
          End: true,
        }),
        Right: { Type: 'Pass', Result: 'right', End: true },
        Wrong: { Type: 'Fail' },
      },
    };
    const engine = new Engine(definition, { functions: { fail } });
    expect((await engine.run()).output).toBe('right');
    expect(engine.calls).toHaveLength(3);
  });

  test('does not catch States.Runtime, wherever it comes from', async () => {
    const broken = { StartAt: 'B', States: { B: { Type: 'Pass', InputPath: '$.gone', End: true } } };
    const Catch = [
      { ErrorEquals: ['States.ALL'], Next: 'C' },
      { ErrorEquals: ['States.Runtime'], Next: 'C' },
    ];
    for (const state of [
      task('f', { InputPath: '$.gone' }),
      { Type: 'Parallel', Branches: [broken] },
      { Type: 'Map', ItemsPath: '$.items', ItemProcessor: broken },
    ]) {
      const definition = { StartAt: 'A', States: { A: { ...state, Catch, End: true }, C: { Type: 'Succeed' } } };
      expect(await run(definition, { items: [1] })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    }
  });
});

describe('Choice', () => {
  test('without a rule that matches and without a Default fails with States.NoChoiceMatched', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 1, Next: 'B' }] },
        B: { Type: 'Succeed' },
      },
    };
    expect(await run(definition, { a: 2 })).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
    expect(await run(definition, { a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  });
});

describe('Wait', () => {
  test.each<[string, object, number]>([
    ['Seconds', { Seconds: 5 }, 5],
    ['a year', { Seconds: 31_536_000 }, 31_536_000],
    ['SecondsPath', { SecondsPath: '$.seconds' }, 1.5],
    ['Timestamp', { Timestamp: '2026-01-01T00:00:10Z' }, 10],
    ['TimestampPath', { TimestampPath: '$.time' }, 60],
    ['a time that has passed', { Timestamp: '2020-01-01T00:00:00Z' }, 0],
  ])('%s', async (_name, fields, expected) => {
    const record = await run(single({ Type: 'Wait', ...fields }), { seconds: 1.5, time: '2026-01-01T01:01:00+01:00' });
    expect(record.status).toBe('SUCCEEDED');
    expect(seconds(record)).toBe(expected);
  });

  test.each<[unknown, object]>([
    [-1, { SecondsPath: '$' }],
    ['5', { SecondsPath: '$' }],
    ['tomorrow', { TimestampPath: '$' }],
  ])('for %j fails with States.Runtime', async (input, fields) => {
    expect(await run(single({ Type: 'Wait', ...fields }), input)).toMatchObject({ error: 'States.Runtime' });
  });
});

describe('Fail', () => {
  test('takes error and cause literally, or from paths and intrinsic functions', async () => {
    expect(await run({ StartAt: 'A', States: { A: { Type: 'Fail', Error: 'E', Cause: 'c' } } })).toMatchObject({
      error: 'E',
      cause: 'c',
    });
    const state = {
      Type: 'Fail',
      ErrorPath: '$.e',
      CausePath: "States.Format('part {} of {}', $.n, $$.Execution.Input.total)",
    };
    expect(await run({ StartAt: 'A', States: { A: state } }, { e: 'SizeMismatch', n: 3, total: 7 })).toMatchObject({
      status: 'FAILED',
      error: 'SizeMismatch',
      cause: 'part 3 of 7',
    });
  });

  test('without both leaves both out', async () => {
    const record = await run({ StartAt: 'A', States: { A: { Type: 'Fail' } } });
    expect(record.status).toBe('FAILED');
    expect(record).not.toHaveProperty('error');
    expect(record).not.toHaveProperty('cause');
  });
});

describe('Parallel', () => {
  test('gives the outputs in the order of the branches, each of which gets the whole input', async () => {
    const definition = single({
      Type: 'Parallel',
      InputPath: '$.in',
      ResultSelector: { 'first.$': '$[0]', 'second.$': '$[1]' },
      Branches: [
        { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 20, Next: 'P' }, P: { Type: 'Pass', End: true } } },
        { StartAt: 'Q', States: { Q: { Type: 'Pass', Result: 'q', End: true } } },
      ],
    });
    const engine = new Engine(definition);
    const { execution, finished } = engine.start({ in: { i: 1 } });
    expect((await engine.clock.run(finished)).output).toEqual({ first: { i: 1 }, second: 'q' });
    expect(execution.states).toEqual(['A', 'W', 'Q', 'P']);
  });

  test('ends the other branches when one fails, and is caught by the name of the error', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'L',
              States: { L: { Type: 'Wait', Seconds: 1_000_000, Next: 'Never' }, Never: { Type: 'Pass', End: true } },
            },
            { StartAt: 'B', States: { B: { Type: 'Fail', Error: 'Mine', Cause: 'because' } } },
          ],
          Catch: [{ ErrorEquals: ['Mine'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', End: true },
      },
    };
    const engine = new Engine(definition);
    const { execution, finished } = engine.start();
    const record = await engine.clock.run(finished);
    expect(record).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Mine', Cause: 'because' } });
    expect(execution.states).not.toContain('Never');
    expect(seconds(record)).toBe(0);
  });
});

describe('the context object', () => {
  const about = {
    'id.$': '$$.Execution.Id',
    'name.$': '$$.Execution.Name',
    'input.$': '$$.Execution.Input',
    'role.$': '$$.Execution.RoleArn',
    'start.$': '$$.Execution.StartTime',
    'redrives.$': '$$.Execution.RedriveCount',
    'machine.$': '$$.StateMachine.Name',
    'machineId.$': '$$.StateMachine.Id',
    'state.$': '$$.State.Name',
    'entered.$': '$$.State.EnteredTime',
    'retries.$': '$$.State.RetryCount',
    'text.$': "States.Format('$$.Execution.Name is {}', $$.Execution.Name)",
  };

  test('is that of the execution, in nested states too; State is the state that asks', async () => {
    const inner = { StartAt: 'Inner', States: { Inner: { Type: 'Pass', Parameters: about, End: true } } };
    const definition = {
      StartAt: 'W',
      States: {
        W: { Type: 'Wait', Seconds: 5, Next: 'Map' },
        Map: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: inner, ResultPath: '$.map', Next: 'Outer' },
        Outer: { Type: 'Pass', Parameters: about, ResultPath: '$.outer', End: true },
      },
    };
    const engine = new Engine(definition);
    const { output } = await engine.clock.run(engine.start({ items: [1] }, 'run-1').finished);
    const expected = {
      id: 'arn:aws:states:us-east-1:123456789012:execution:Machine:run-1',
      name: 'run-1',
      input: { items: [1] },
      role: 'arn:aws:iam::123456789012:role/role',
      start: '2026-01-01T00:00:00.000Z',
      redrives: 0,
      machine: 'Machine',
      machineId: 'arn:aws:states:us-east-1:123456789012:stateMachine:Machine',
      entered: '2026-01-01T00:00:05.000Z',
      retries: 0,
      text: '$$.Execution.Name is run-1',
    };
    expect(output).toEqual({
      items: [1],
      map: [{ ...expected, state: 'Inner' }],
      outer: { ...expected, state: 'Outer' },
    });
  });

  test('has the item of a Map in its ItemSelector, not within its states', async () => {
    const map = (parameters: object): object =>
      single({
        Type: 'Map',
        ItemSelector: { 'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'all.$': '$' },
        ItemProcessor: { StartAt: 'P', States: { P: { Type: 'Pass', ...parameters, End: true } } },
      });
    expect((await run(map({}), ['a', 'b'])).output).toEqual([
      { value: 'a', index: 0, all: ['a', 'b'] },
      { value: 'b', index: 1, all: ['a', 'b'] },
    ]);
    expect(await run(map({ Parameters: { 'v.$': '$$.Map.Item.Value' } }), ['a'])).toMatchObject({
      error: 'States.Runtime',
    });
  });
});

describe('executions', () => {
  test.each(['STANDARD', 'EXPRESS'] as const)(
    'TimeoutSeconds of a %s state machine ends everything in it',
    async (type) => {
      const definition = { TimeoutSeconds: 100, ...single({ Type: 'Wait', Seconds: 1_000_000 }) };
      const record = await run(definition, {}, { type });
      expect(record.status).toBe('TIMED_OUT');
      expect(seconds(record)).toBe(100);
    },
  );

  test('an Express execution ends after five minutes at the latest', async () => {
    const definition = { TimeoutSeconds: 1000, ...single({ Type: 'Wait', Seconds: 1_000_000 }) };
    const record = await run(definition, {}, { type: 'EXPRESS' });
    expect([record.status, seconds(record)]).toEqual(['TIMED_OUT', 300]);
  });

  test('of the same name and input are one while it runs, anything else exists already', async () => {
    const engine = new Engine(single({ Type: 'Wait', Seconds: 50 }));
    const first = engine.start(1, 'one');
    expect(engine.start(1, 'one')).toBe(first);
    expect(() => engine.start(2, 'one')).toThrow(/Execution Already Exists/);
    await engine.clock.run(first.finished);
    expect(() => engine.start(1, 'one')).toThrow(expect.objectContaining({ name: 'ExecutionAlreadyExists' }));
  });

  test('loops of states that wait for nothing can be stopped from outside', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$', IsNull: true, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    };
    const engine = new Engine(definition, { type: 'EXPRESS' });
    const { execution, finished } = engine.start({});
    setImmediate(() => engine.stop(execution));
    expect(await finished).toMatchObject({ status: 'ABORTED' });
  });

  test('a stopped one is ABORTED at once, whatever it was doing, with the error and cause that were given', async () => {
    const nested = { StartAt: 'N', States: { N: task('hang', { End: true }) } };
    const distributed = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...nested };
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Never' }];
    const fail = (): never => {
      throw named('Broken');
    };
    for (const state of [
      task('hang', { Catch }),
      task('fail', { Catch, Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1000 }] }),
      { Type: 'Parallel', Branches: [nested], Catch },
      { Type: 'Map', ItemsPath: '$.items', ItemProcessor: nested, Catch },
      { Type: 'Map', ItemsPath: '$.items', ItemProcessor: distributed, Catch },
      { Type: 'Wait', Seconds: 1000 },
    ]) {
      const definition = { StartAt: 'A', States: { A: { ...state, Next: 'Never' }, Never: { Type: 'Succeed' } } };
      const engine = new Engine(definition, { functions: { hang: never, fail } });
      const { execution, finished } = engine.start({ items: [1, 2] });
      await engine.clock.advance(5000);
      engine.stop(execution, 'Enough', 'why');
      const record = await finished;
      expect(record).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'why' });
      expect(execution.states).toEqual(expect.not.arrayContaining(['Never']));
      expect(seconds(record)).toBe(5);
      expect(record.history.at(-1)).toMatchObject({
        type: 'ExecutionAborted',
        details: { error: 'Enough', cause: 'why' },
      });
    }
  });

  test('a stop after the end changes nothing', async () => {
    const engine = new Engine(single({ Type: 'Pass' }));
    const { execution, finished } = engine.start();
    await engine.clock.run(finished);
    engine.stop(execution);
    expect(execution.record.status).toBe('SUCCEEDED');
  });
});

test('ids, random numbers and UUIDs are the same for the same seed', async () => {
  const definition = {
    StartAt: 'A',
    States: {
      A: {
        Type: 'Pass',
        Parameters: { 'u.$': 'States.UUID()', 'v.$': 'States.UUID()', 'r.$': 'States.MathRandom(0, 1000000)' },
        Next: 'M',
      },
      M: {
        Type: 'Map',
        ItemsPath: '$$.Execution.Input',
        ItemProcessor: {
          StartAt: 'P',
          States: { P: { Type: 'Pass', Parameters: { 'u.$': 'States.UUID()' }, OutputPath: '$.u', End: true } },
        },
        ResultPath: '$.map',
        End: true,
      },
    },
  };
  const of = async (seed: string): Promise<[string, any]> => {
    const { executionArn, output } = await run(definition, [1, 2], { seed });
    return [executionArn, output];
  };
  const [one, same, other] = [await of('a'), await of('a'), await of('b')];
  expect(one).toEqual(same);
  expect(one[0]).not.toBe(other[0]);
  const uuids = [one[1].u, one[1].v, ...one[1].map];
  expect(new Set([...uuids, other[1].u]).size).toBe(5);
  uuids.forEach((uuid) => expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/));
});

test('time stands still while a function waits for the clock, and passes with it', async () => {
  const engine = new Engine(single(task('slow')), { functions: { slow: (_, clock) => after(clock, 30) } });
  expect(seconds(await engine.run())).toBe(30);
});
