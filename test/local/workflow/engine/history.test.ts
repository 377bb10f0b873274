import { historyEvent } from '../../../../local/workflow/api/history';
import { after, chain, Engine, functionArn, named, never, run, single, task } from './run';

// Which event follows which is as in AWS-validated recordings: localstack/localstack, tests/aws/services/stepfunctions/v2,
// scenarios/test_base_scenarios.snapshot.json, timeouts/test_timeouts.snapshot.json, error_handling/test_task_service_lambda.snapshot.json.

const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } };
const passing = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const fail = (): never => {
  throw named('Broken');
};

describe('the history of', () => {
  test('an inline Map, one iteration after the other', async () => {
    const map = { Type: 'Map', MaxConcurrency: 1, ItemProcessor: passing };
    expect(chain(await run(single(map), [1, 2]))).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 PassStateEntered <- 4',
      '6 PassStateExited <- 5',
      '7 MapIterationSucceeded <- 6',
      '8 MapIterationStarted <- 6',
      '9 PassStateEntered <- 8',
      '10 PassStateExited <- 9',
      '11 MapIterationSucceeded <- 10',
      '12 MapStateSucceeded <- 11',
      '13 MapStateExited <- 11',
      '14 ExecutionSucceeded <- 13',
    ]);
  });

  test('a Map whose error is caught', async () => {
    const definition = {
      StartAt: 'M',
      States: {
        M: { Type: 'Map', ItemProcessor: failing, Catch: [{ ErrorEquals: ['E'], Next: 'C' }], End: true },
        C: { Type: 'Pass', End: true },
      },
    };
    expect(chain(await run(definition, [1]))).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 FailStateEntered <- 4',
      '6 MapIterationFailed <- 5',
      '7 MapStateFailed <- 5',
      '8 MapStateExited <- 7',
      '9 PassStateEntered <- 8',
      '10 PassStateExited <- 9',
      '11 ExecutionSucceeded <- 10',
    ]);
  });

  test('a Map that is retried', async () => {
    const map = { Type: 'Map', ItemProcessor: failing, Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }] };
    expect(chain(await run(single(map), [1]))).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 FailStateEntered <- 4',
      '6 MapIterationFailed <- 5',
      '7 MapStateStarted <- 5',
      '8 MapIterationStarted <- 7',
      '9 FailStateEntered <- 8',
      '10 MapIterationFailed <- 9',
      '11 MapStateFailed <- 9',
      '12 ExecutionFailed <- 11',
    ]);
  });

  test('iterations at the same time, of which one times out', async () => {
    const state = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'part', 'Payload.$': '$' },
      TimeoutSecondsPath: '$',
      End: true,
    };
    const map = { Type: 'Map', ItemProcessor: { StartAt: 'T', States: { T: state } } };
    const record = await run(single(map), [5, 9], { functions: { part: never } });
    expect(chain(record)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapIterationStarted <- 3',
      '5 TaskStateEntered <- 4',
      '6 TaskScheduled <- 5',
      '7 TaskStarted <- 6',
      '8 MapIterationStarted <- 3',
      '9 TaskStateEntered <- 8',
      '10 TaskScheduled <- 9',
      '11 TaskStarted <- 10',
      '12 TaskTimedOut <- 7',
      '13 MapIterationFailed <- 12',
      '14 TaskStateAborted <- 12',
      '15 MapIterationAborted <- 12',
      '16 MapStateFailed <- 12',
      '17 ExecutionFailed <- 16',
    ]);
    expect(record).toMatchObject({ error: 'States.Timeout' });
    expect(record).not.toHaveProperty('cause');
  });

  test('a Parallel', async () => {
    const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, End: true } } };
    expect(chain(await run(single({ Type: 'Parallel', Branches: [wait, passing] })))).toEqual([
      '1 ExecutionStarted <- 0',
      '2 ParallelStateEntered <- 0',
      '3 ParallelStateStarted <- 2',
      '4 WaitStateEntered <- 3',
      '5 PassStateEntered <- 3',
      '6 PassStateExited <- 5',
      '7 WaitStateExited <- 4',
      '8 ParallelStateSucceeded <- 7',
      '9 ParallelStateExited <- 7',
      '10 ExecutionSucceeded <- 9',
    ]);
    expect(chain(await run(single({ Type: 'Parallel', Branches: [wait, failing] }))).slice(3)).toEqual([
      '4 WaitStateEntered <- 3',
      '5 FailStateEntered <- 3',
      '6 WaitStateAborted <- 5',
      '7 ParallelStateFailed <- 5',
      '8 ExecutionFailed <- 7',
    ]);
  });

  test('a distributed Map, and of a child', async () => {
    const processor = {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: 'T',
      States: { T: task('part', { Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }], End: true }) },
    };
    const definition = single({ Type: 'Map', ItemProcessor: processor });
    const engine = new Engine(definition, { functions: { part: fail } });
    const record = await engine.run([1]);
    expect(chain(record)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 MapStateEntered <- 0',
      '3 MapStateStarted <- 2',
      '4 MapRunStarted <- 3',
      '5 MapRunFailed <- 4',
      '6 MapStateFailed <- 5',
      '7 ExecutionFailed <- 6',
    ]);
    const [mapRun] = engine.records.mapRunsOf(record.executionArn);
    const [child] = engine.records.executionsOf(mapRun!.mapRunArn);
    expect(chain(child!)).toEqual([
      '1 ExecutionStarted <- 0',
      '2 TaskStateEntered <- 0',
      '3 LambdaFunctionScheduled <- 2',
      '4 LambdaFunctionStarted <- 3',
      '5 LambdaFunctionFailed <- 4',
      '6 LambdaFunctionScheduled <- 5',
      '7 LambdaFunctionStarted <- 6',
      '8 LambdaFunctionFailed <- 7',
      '9 ExecutionFailed <- 8',
    ]);
    const succeeded = await run(definition, [1], { functions: { part: () => 1 } });
    expect(chain(succeeded).slice(3)).toEqual([
      '4 MapRunStarted <- 3',
      '5 MapRunSucceeded <- 4',
      '6 MapStateSucceeded <- 5',
      '7 MapStateExited <- 5',
      '8 ExecutionSucceeded <- 7',
    ]);
  });

  test('an execution that times out or is stopped', async () => {
    const wait = single({ Type: 'Wait', Seconds: 1000 });
    expect(chain(await run({ TimeoutSeconds: 5, ...wait })).slice(1)).toEqual([
      '2 WaitStateEntered <- 0',
      '3 ExecutionTimedOut <- 2',
    ]);
  });
});

test('events have a time, and details in the form of the API', async () => {
  const invoke = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: 'slow', Payload: 1 },
    TimeoutSeconds: 60,
    ResultSelector: { 'p.$': '$.Payload' },
    Next: 'B',
  };
  const definition = { StartAt: 'A', States: { A: invoke, B: task('fail', { End: true }) } };
  const slow = async (_: unknown, clock: Engine['clock']): Promise<string> => {
    await after(clock, 1.5);
    return 'done';
  };
  const { history } = await run(definition, { i: 1 }, { functions: { slow, fail } });
  const at = (seconds: number): number => Date.UTC(2026, 0, 1) / 1000 + seconds;
  const about = { resource: 'invoke', resourceType: 'lambda' };
  const cause = '{"errorType":"Broken","errorMessage":"Broken","trace":[]}';
  expect(history.map((event) => historyEvent(event, true))).toEqual([
    {
      id: 1,
      previousEventId: 0,
      timestamp: at(0),
      type: 'ExecutionStarted',
      executionStartedEventDetails: {
        input: '{"i":1}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::123456789012:role/role',
      },
    },
    {
      id: 2,
      previousEventId: 0,
      timestamp: at(0),
      type: 'TaskStateEntered',
      stateEnteredEventDetails: { name: 'A', input: '{"i":1}', inputDetails: { truncated: false } },
    },
    {
      id: 3,
      previousEventId: 2,
      timestamp: at(0),
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        ...about,
        region: 'us-east-1',
        parameters: '{"FunctionName":"slow","Payload":1}',
        timeoutInSeconds: 60,
      },
    },
    { id: 4, previousEventId: 3, timestamp: at(0), type: 'TaskStarted', taskStartedEventDetails: about },
    {
      id: 5,
      previousEventId: 4,
      timestamp: at(1.5),
      type: 'TaskSucceeded',
      taskSucceededEventDetails: {
        ...about,
        output: expect.stringContaining('"Payload":"done"'),
        outputDetails: { truncated: false },
      },
    },
    {
      id: 6,
      previousEventId: 5,
      timestamp: at(1.5),
      type: 'TaskStateExited',
      stateExitedEventDetails: { name: 'A', output: '{"p":"done"}', outputDetails: { truncated: false } },
    },
    expect.objectContaining({ id: 7, type: 'TaskStateEntered' }),
    {
      id: 8,
      previousEventId: 7,
      timestamp: at(1.5),
      type: 'LambdaFunctionScheduled',
      lambdaFunctionScheduledEventDetails: {
        input: '{"p":"done"}',
        inputDetails: { truncated: false },
        resource: functionArn('fail'),
      },
    },
    { id: 9, previousEventId: 8, timestamp: at(1.5), type: 'LambdaFunctionStarted' },
    {
      id: 10,
      previousEventId: 9,
      timestamp: at(1.5),
      type: 'LambdaFunctionFailed',
      lambdaFunctionFailedEventDetails: { error: 'Broken', cause },
    },
    {
      id: 11,
      previousEventId: 10,
      timestamp: at(1.5),
      type: 'ExecutionFailed',
      executionFailedEventDetails: { error: 'Broken', cause },
    },
  ]);
  expect(historyEvent(history[0]!, false).executionStartedEventDetails).toEqual({
    roleArn: 'arn:aws:iam::123456789012:role/role',
  });
});
