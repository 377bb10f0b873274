import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { WorkflowEvent } from '../../../local/workflow';
import { cleanUp, deploy, handler, invoke, newStack, runnerOf, runOnce, stateMachine } from './support';

afterEach(cleanUp);

/** Runs a definition as it stands, without aws-cdk-lib in between. */
async function runDefinition(definition: object, input: unknown = {}): ReturnType<typeof runOnce> {
  const { app, stack } = newStack();
  new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromString(JSON.stringify(definition)) });
  return runOnce(app, input);
}

describe('Lambda tasks', () => {
  test('lambda:invoke gives the response of Invoke, a bare ARN the payload alone', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Double', 'return { value: event.value * 2, name: context.functionName };');
    const first = invoke(stack, 'First', fn, { payloadResponseOnly: false, resultPath: '$.first' });
    const second = invoke(stack, 'Second', fn, { inputPath: '$.first.Payload', resultPath: '$.second' });
    stateMachine(stack, first.next(second));

    const result = await runOnce(app, { value: 3 });

    // ExecutionStarted, twice (entered, scheduled, started, succeeded, exited), ExecutionSucceeded.
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['First', 'Second'], events: 12, mapRuns: [] });
    expect(result.output).toMatchObject({
      first: {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: { value: 6 },
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
      second: { value: 12, name: expect.stringMatching(/^Test-Double/) },
    });
    expect(Object.values(result.functions)).toEqual([expect.objectContaining({ invocations: 2, errors: 0 })]);
  });

  test.each([true, false])(
    'an error is its name and the JSON that Lambda answers (bare ARN: %s)',
    async (payloadResponseOnly) => {
      const { app, stack } = newStack();
      const fn = handler(stack, 'Fail', "const e = new Error('no \"such\" key'); e.name = 'SourceNotFound'; throw e;");
      const task = invoke(stack, 'Try', fn, { payloadResponseOnly });
      task.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['SourceNotFound'], resultPath: '$.error' });
      stateMachine(stack, task);

      const result = await runOnce(app, { a: 1 });

      expect(result.states).toEqual(['Try', 'Caught']);
      const { error } = result.output as { error: { Error: string; Cause: string } };
      expect(error.Error).toBe('SourceNotFound');
      expect(JSON.parse(error.Cause)).toEqual({
        errorType: 'SourceNotFound',
        errorMessage: 'no "such" key',
        trace: expect.arrayContaining([expect.stringContaining('SourceNotFound')]),
      });
    },
  );

  test('without a Catch, error and cause are those of the execution', async () => {
    const { app, stack } = newStack();
    const task = invoke(stack, 'Try', handler(stack, 'Fail', "throw new RangeError('too far');"));
    stateMachine(stack, task);
    const result = await runOnce(app);
    expect(result).toMatchObject({ status: 'FAILED', error: 'RangeError', states: ['Try'] });
    expect(JSON.parse(result.cause!)).toMatchObject({ errorType: 'RangeError', errorMessage: 'too far' });
    expect(result).not.toHaveProperty('output');
  });

  test('Retry goes by the error name, and by the attempts of each retrier', async () => {
    const { app, stack } = newStack();
    const fn = handler(
      stack,
      'Flaky',
      `globalThis.calls = (globalThis.calls ?? 0) + 1;
       if (globalThis.calls > 3) return { calls: globalThis.calls };
       const e = new Error('slow down'); e.name = globalThis.calls === 1 ? 'Throttled' : 'TransientS3Error'; throw e;`,
    );
    const task = invoke(stack, 'Try', fn);
    task.addRetry({ errors: ['Throttled'], maxAttempts: 1, interval: Duration.seconds(60) });
    task.addRetry({ errors: ['TransientS3Error'], maxAttempts: 2, jitterStrategy: sfn.JitterType.FULL });
    stateMachine(stack, task);
    const events: WorkflowEvent[] = [];

    const result = await runOnce(app, {}, { onEvent: (event) => events.push(event) });

    // One StateEntered and one StateExited, but scheduled, started and failed or succeeded for each of four tries.
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      output: { calls: 4 },
      states: ['Try'],
      events: 1 + 2 + 4 * 3 + 1,
    });
    expect(events.map((event) => event.type)).toEqual([
      'StateEntered',
      ...['StateFailed', 'StateRetried', 'StateFailed', 'StateRetried', 'StateFailed', 'StateRetried'],
      'StateExited',
    ]);
  });

  test('MaxAttempts 0 means no retry', async () => {
    const { app, stack } = newStack();
    const task = invoke(stack, 'Try', handler(stack, 'Fail', "throw new Error('x');"));
    task.addRetry({ errors: ['States.ALL'], maxAttempts: 0 });
    stateMachine(stack, task);
    const result = await runOnce(app);
    expect(Object.values(result.functions)[0]!.invocations).toBe(1);
  });

  test.each(['TimeoutSeconds', 'TimeoutSecondsPath'])(
    '%s gives States.Timeout, which States.TaskFailed does not match',
    async (field) => {
      const { app, stack } = newStack();
      const fn = handler(stack, 'Hang', 'return new Promise(() => {});', { timeout: Duration.seconds(900) });
      const task = invoke(stack, 'Wait', fn, {
        taskTimeout:
          field === 'TimeoutSeconds' ? sfn.Timeout.duration(Duration.seconds(60)) : sfn.Timeout.at('$.seconds'),
      });
      task.addCatch(new sfn.Pass(stack, 'Wrong'), { errors: ['States.TaskFailed'] });
      task.addCatch(new sfn.Pass(stack, 'Right'), { errors: ['States.Timeout'] });
      stateMachine(stack, task);
      const result = await runOnce(app, { seconds: 60 }, { runner: { timeoutFloorSeconds: 0.05 } });
      expect(result).toMatchObject({ states: ['Wait', 'Right'], output: { Error: 'States.Timeout', Cause: '' } });
    },
  );

  test('a function that is not in the templates', async () => {
    const arn = 'arn:aws:lambda:us-east-1:123456789012:function:gone';
    const result = await runDefinition({ StartAt: 'A', States: { A: { Type: 'Task', Resource: arn, End: true } } });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Lambda.ResourceNotFoundException' });
  });

  test('a function by name, and by version', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Echo', 'return event;', { functionName: 'echo' });
    const state = (FunctionName: string, next: object): object => ({
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName, 'Payload.$': '$' },
      OutputPath: '$.Payload',
      ...next,
    });
    const definition = {
      StartAt: 'A',
      States: { A: state('echo', { Next: 'B' }), B: state(fn.currentVersion.functionArn, { End: true }) },
    };
    new sfn.StateMachine(stack, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromString(stack.toJsonString(definition)),
    });
    expect(await runOnce(app, { a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: { a: 1 } });
  });
});

describe('the interpreter, mended', () => {
  test('the context object is that of the execution, in nested states too', async () => {
    const { app, stack } = newStack();
    const about = {
      id: sfn.JsonPath.executionId,
      name: sfn.JsonPath.executionName,
      input: sfn.JsonPath.objectAt('$$.Execution.Input'),
      role: sfn.JsonPath.executionRoleArn,
      start: sfn.JsonPath.executionStartTime,
      machine: sfn.JsonPath.stateMachineName,
      machineId: sfn.JsonPath.stateMachineId,
      text: sfn.JsonPath.format("'$$.Execution.Name' is {}", sfn.JsonPath.executionName),
    };
    const map = new sfn.Map(stack, 'Map', { itemsPath: '$.items', resultPath: '$.map' });
    map.itemProcessor(new sfn.Pass(stack, 'Inner', { parameters: about }));
    stateMachine(stack, map.next(new sfn.Pass(stack, 'Outer', { parameters: about, resultPath: '$.outer' })));
    const deployment = deploy(app);
    const input = { items: [1] };

    const result = await runnerOf(deployment).start(deployment.stateMachine(), {
      endpoint: 'http://127.0.0.1:9',
      input,
      executionName: 'run-1',
    });

    const expected = {
      id: result.executionArn,
      name: 'run-1',
      input,
      role: deployment.stateMachine().roleArn,
      start: result.startDate.toISOString(),
      machine: deployment.stateMachine().name,
      machineId: deployment.stateMachine().arn,
      text: "'$$.Execution.Name' is run-1",
    };
    expect(result.executionArn).toBe(`${deployment.stateMachine().arn.replace(':stateMachine:', ':execution:')}:run-1`);
    expect(result.output).toEqual({ ...input, map: [expected], outer: expected });
  });

  test.each<[string, object, object, string]>([
    ['IsPresent false', { Variable: '$.gone', IsPresent: false }, {}, 'Yes'],
    ['IsPresent false of what is there', { Variable: '$.a', IsPresent: false }, { a: 1 }, 'No'],
    ['IsString false', { Variable: '$.a', IsString: false }, { a: 1 }, 'Yes'],
    ['Not IsNull false', { Not: { Variable: '$.a', IsNull: false } }, { a: null }, 'Yes'],
    ['a number is not less than a string', { Variable: '$.a', NumericLessThan: 5 }, { a: '3' }, 'No'],
    [
      'And with a false type test',
      {
        And: [
          { Variable: '$.a', NumericGreaterThan: 1 },
          { Variable: '$.b', IsPresent: false },
        ],
      },
      { a: 2 },
      'Yes',
    ],
  ])('Choice: %s', async (_name, rule, input, expected) => {
    const result = await runDefinition(
      {
        StartAt: 'Choose',
        States: {
          Choose: { Type: 'Choice', Choices: [{ ...rule, Next: 'Yes' }], Default: 'No' },
          Yes: { Type: 'Pass', End: true },
          No: { Type: 'Succeed' },
        },
      },
      input,
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['Choose', expected], output: input });
  });

  test.each([null, false, 0, ''])('Pass with the Result %j', async (Result) => {
    const result = await runDefinition(
      { StartAt: 'A', States: { A: { Type: 'Pass', Result, ResultPath: '$.r', End: true } } },
      { a: 1 },
    );
    expect(result.output).toEqual({ a: 1, r: Result });
  });

  test.each<[string, unknown]>([
    ['$', { r: 1 }],
    ["$['x']", { a: 1, x: { r: 1 } }],
    ['$.y.z', { a: 1, y: { z: { r: 1 } } }],
  ])('ResultPath %s', async (ResultPath, expected) => {
    const result = await runDefinition(
      { StartAt: 'A', States: { A: { Type: 'Pass', Result: { r: 1 }, ResultPath, End: true } } },
      { a: 1 },
    );
    expect(result.output).toEqual(expected);
  });

  test('Fail takes error and cause from paths and intrinsic functions', async () => {
    const result = await runDefinition(
      {
        StartAt: 'A',
        States: {
          A: {
            Type: 'Fail',
            ErrorPath: '$.e',
            CausePath: "States.Format('part {} of {}', $.n, $$.Execution.Input.total)",
          },
        },
      },
      { e: 'SizeMismatch', n: 3, total: 7 },
    );
    expect(result).toMatchObject({
      status: 'FAILED',
      error: 'SizeMismatch',
      cause: 'part 3 of 7',
      states: ['A'],
      events: 3,
    });
  });

  test('Fail without an error', async () => {
    const result = await runDefinition({ StartAt: 'A', States: { A: { Type: 'Fail' } } });
    expect(result.status).toBe('FAILED');
    expect(result).not.toHaveProperty('error');
    expect(result).not.toHaveProperty('cause');
  });

  test('Wait passes its input on, an hour in no time', async () => {
    const result = await runDefinition(
      {
        StartAt: 'Path',
        States: {
          Path: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Fixed' },
          Fixed: { Type: 'Wait', Seconds: 3, Next: 'Past' },
          Past: { Type: 'Wait', Timestamp: '2020-01-01T00:00:00Z', End: true },
        },
      },
      { seconds: 5 },
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { seconds: 5 }, states: ['Path', 'Fixed', 'Past'] });
  });
});

describe('Parallel', () => {
  test('gives the outputs in order; states of branches are states of the execution', async () => {
    const { app, stack } = newStack();
    const parallel = new sfn.Parallel(stack, 'Both');
    parallel.branch(
      new sfn.Wait(stack, 'W', { time: sfn.WaitTime.duration(Duration.seconds(20)) }).next(new sfn.Pass(stack, 'A')),
    );
    parallel.branch(new sfn.Pass(stack, 'B', { result: sfn.Result.fromObject({ b: 1 }) }));
    stateMachine(stack, parallel);
    const result = await runOnce(app, { i: 1 });
    expect(result.output).toEqual([{ i: 1 }, { b: 1 }]);
    expect([...result.states].sort()).toEqual(['A', 'B', 'Both', 'W']);
    expect(result.states[0]).toBe('Both');
  });

  test('a failing branch ends the others, and is caught by its name', async () => {
    const { app, stack } = newStack();
    const parallel = new sfn.Parallel(stack, 'Both');
    parallel.branch(
      new sfn.Wait(stack, 'Long', { time: sfn.WaitTime.duration(Duration.days(300)) }).next(
        new sfn.Pass(stack, 'Never'),
      ),
    );
    parallel.branch(new sfn.Fail(stack, 'Broken', { error: 'Mine', cause: 'because' }));
    parallel.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['Mine'] });
    stateMachine(stack, parallel);
    const result = await runOnce(app);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Mine', Cause: 'because' } });
    expect(result.states).not.toContain('Never');
  });
});

describe('executions', () => {
  test('TimeoutSeconds of the state machine ends everything in it', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Wait(stack, 'Long', { time: sfn.WaitTime.duration(Duration.days(300)) }), {
      timeout: Duration.hours(1),
    });
    const result = await runOnce(app, {}, { runner: { timeoutFloorSeconds: 0 }, timeScale: 100_000 });
    expect(result).toMatchObject({ status: 'TIMED_OUT', states: ['Long'] });
  });

  test('names: same input while running is the same execution, anything else exists already', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Wait(stack, 'W', { time: sfn.WaitTime.duration(Duration.seconds(50)) }));
    const deployment = deploy(app);
    const runner = runnerOf(deployment);
    const start = (input: unknown): ReturnType<typeof runner.start> =>
      runner.start(deployment.stateMachine(), {
        endpoint: 'http://127.0.0.1:9',
        executionName: 'one',
        timeScale: 1000,
        input,
      });
    const [first, second, other] = await Promise.allSettled([start(1), start(1), start(2)]);
    expect(first).toEqual(second);
    expect(other).toMatchObject({ status: 'rejected', reason: { name: 'ExecutionAlreadyExists' } });
    await expect(start(1)).rejects.toThrow(/Execution Already Exists/);
  });

  test.each(['', 'a b', 'a/b', 'a:b', 'x'.repeat(81)])('"%s" is no execution name', async (executionName) => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Pass(stack, 'P'));
    await expect(runOnce(app, {}, { executionName })).rejects.toMatchObject({ name: 'InvalidExecution' });
  });
});
