import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { buildSync } from 'esbuild';
import type { ExecutionResult, LocalDeployment, LocalStepFunctionsOptions } from '../../../../local/workflow';
import {
  cleanUp,
  deploy,
  handler,
  invoke,
  newStack,
  type Runner,
  runnerOf,
  stateMachine,
  temporaryFolder,
} from '../support';

const clients: SFNClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await cleanUp();
});

async function clientOf({ runner }: Runner): Promise<SFNClient> {
  const created = new SFNClient({
    region: 'us-east-1',
    endpoint: await runner.endpointUrl(),
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  clients.push(created);
  return created;
}

interface Served extends Runner {
  readonly deployment: LocalDeployment;
  readonly arn: string;
  readonly api: SFNClient;
}

/** A state machine with the definition, and a client of the API. */
async function serve(
  definition: object,
  options: Omit<Partial<LocalStepFunctionsOptions>, 'clock'> = {},
): Promise<Served> {
  const { app, stack } = newStack();
  const definitionBody = sfn.DefinitionBody.fromString(JSON.stringify(definition));
  new sfn.StateMachine(stack, 'Machine', { definitionBody });
  const deployment = deploy(app);
  const running = await runnerOf(deployment, options);
  return { ...running, deployment, arn: deployment.stateMachine().arn, api: await clientOf(running) };
}

const PASS = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const WAIT = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1000, End: true } } };

/** A Map over 250 numbers of which every tenth fails. */
const mapOf = (ExecutionType: string): object => ({
  StartAt: 'Parts',
  States: {
    Parts: {
      Type: 'Map',
      Label: 'CopyParts',
      ItemsPath: '$.parts',
      MaxConcurrency: 50,
      ToleratedFailurePercentage: 100,
      ItemSelector: { 'n.$': '$$.Map.Item.Value', 'broken.$': 'States.ArrayContains($.broken, $$.Map.Item.Value)' },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType },
        StartAt: 'C',
        States: {
          C: { Type: 'Choice', Choices: [{ Variable: '$.broken', BooleanEquals: true, Next: 'F' }], Default: 'S' },
          F: { Type: 'Fail', Error: 'TypeError', CausePath: "States.Format('part {}', $.n)" },
          S: { Type: 'Succeed', OutputPath: '$.n' },
        },
      },
      End: true,
    },
  },
});
const PARTS = Array.from({ length: 250 }, (_, index) => index);
const MAP_INPUT = { parts: PARTS, broken: PARTS.filter((part) => part % 10 === 3) };

async function mapRunOf(
  type: string,
  options?: Omit<Partial<LocalStepFunctionsOptions>, 'clock'>,
): Promise<Served & { result: ExecutionResult; mapRunArn: string }> {
  const served = await serve(mapOf(type), options);
  const result = await served.run(MAP_INPUT);
  return { ...served, result, mapRunArn: result.mapRuns[0]!.mapRunArn };
}

/** What an Abort step does: which child of the Map Run failed first, and with what. */
const FIND_FIRST_ERROR = `
  import { DescribeExecutionCommand, ListExecutionsCommand, ListMapRunsCommand, SFNClient } from '@aws-sdk/client-sfn';
  const sfn = new SFNClient({});
  export const handler = async ({ executionArn }) => {
    const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    const { executions } = await sfn.send(new ListExecutionsCommand({ mapRunArn: mapRuns[0].mapRunArn, statusFilter: 'FAILED' }));
    const { error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn: executions.at(-1).executionArn }));
    return { error, cause };
  };`;

function bundle(source: string): lambda.Code {
  const folder = temporaryFolder();
  buildSync({
    stdin: { contents: source, resolveDir: __dirname },
    outfile: `${folder}/index.js`,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  return lambda.Code.fromAsset(folder);
}

test('a handler finds the error of the failed child with the AWS SDK', async () => {
  const { app, stack } = newStack();
  const part = handler(
    stack,
    'PartFn',
    "if (event === 70) { const e = new Error('part 70'); e.name = 'SourceChanged'; throw e; } return event;",
  );
  const abort = handler(stack, 'AbortFn', '', { code: bundle(FIND_FIRST_ERROR) });
  const map = new sfn.DistributedMap(stack, 'Parts', { itemsPath: '$.parts', label: 'CopyParts', maxConcurrency: 100 });
  map.itemProcessor(invoke(stack, 'Part', part));
  const fail = new sfn.Fail(stack, 'Fail', { errorPath: '$.error', causePath: '$.cause' });
  map.addCatch(
    invoke(stack, 'Abort', abort, {
      payload: sfn.TaskInput.fromObject({ executionArn: sfn.JsonPath.executionId }),
    }).next(fail),
  );
  stateMachine(stack, map);
  const { run } = await runnerOf(deploy(app));

  const result = await run({ parts: PARTS });

  expect(result).toMatchObject({ status: 'FAILED', error: 'SourceChanged', states: ['Parts', 'Abort', 'Fail'] });
  expect(JSON.parse(result.cause!)).toMatchObject({ errorType: 'SourceChanged', errorMessage: 'part 70' });
});

describe('Map Runs and their children', () => {
  test('are listed, described and counted', async () => {
    const { result, api, mapRunArn } = await mapRunOf('STANDARD');
    const { executionArn } = result;

    const { mapRuns } = await api.send(new ListMapRunsCommand({ executionArn }));
    expect(mapRuns).toEqual([
      {
        executionArn,
        mapRunArn,
        stateMachineArn: result.mapRuns[0]!.stateMachineArn,
        startDate: expect.any(Date),
        stopDate: expect.any(Date),
      },
    ]);
    const counts = { total: 250, pending: 0, running: 0, succeeded: 225, failed: 25, timedOut: 0, aborted: 0 };
    expect(await api.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      executionArn,
      status: 'SUCCEEDED',
      maxConcurrency: 50,
      toleratedFailurePercentage: 100,
      toleratedFailureCount: 0,
      itemCounts: counts,
      executionCounts: { ...counts, resultsWritten: 225 },
      redriveCount: 0,
    });
  });

  test('come in pages, the newest first, and by status', async () => {
    const { result, api, mapRunArn } = await mapRunOf('STANDARD');
    const pages: number[] = [];
    const arns: string[] = [];
    for await (const { executions } of paginateListExecutions({ client: api, pageSize: 100 }, { mapRunArn })) {
      pages.push(executions!.length);
      arns.push(...executions!.map((execution) => execution.executionArn!));
    }
    expect(pages).toEqual([100, 100, 50]);
    expect(new Set(arns).size).toBe(250);
    const first = await api.send(new DescribeExecutionCommand({ executionArn: arns.at(-1)! }));
    expect(first).toMatchObject({
      input: '{"n":0,"broken":false}',
      stateMachineArn: result.mapRuns[0]!.stateMachineArn,
    });

    const failed = await api.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }));
    expect(failed.executions).toHaveLength(25);
    expect(failed.nextToken).toBeUndefined();
    const oldest = failed.executions!.at(-1)!;
    const child = await api.send(new DescribeExecutionCommand({ executionArn: oldest.executionArn }));
    expect(child).toMatchObject({
      status: 'FAILED',
      error: 'TypeError',
      cause: 'part 3',
      mapRunArn,
      name: oldest.name,
      redriveStatus: 'REDRIVABLE_BY_MAP_RUN',
    });
    expect(child.output).toBeUndefined();
  });

  test('Express children are listed and described, unless they are hidden', async () => {
    for (const hideExpressChildren of [false, true]) {
      const { api, mapRunArn } = await mapRunOf('EXPRESS', { hideExpressChildren });
      const list = api.send(new ListExecutionsCommand({ mapRunArn }));
      if (hideExpressChildren) await expect(list).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
      else expect((await list).executions).toHaveLength(100);
    }
  });
});

describe('executions', () => {
  test('are listed and described', async () => {
    const { arn, api, run } = await serve(PASS);
    const result = await run({ a: 1 }, { executionName: 'one' });
    const { executions } = await api.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    expect(executions).toEqual([expect.objectContaining({ executionArn: result.executionArn, status: 'SUCCEEDED' })]);
    expect(await api.send(new DescribeExecutionCommand({ executionArn: result.executionArn }))).toMatchObject({
      name: 'one',
      stateMachineArn: arn,
      startDate: result.startDate,
      stopDate: result.stopDate,
      input: '{"a":1}',
      output: '{"a":1}',
      inputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });

  test('are started, and stopped with an error and a cause', async () => {
    const { arn, api, runner, deployment } = await serve(WAIT);
    const first = runner.start(deployment.stateMachine(), { input: {}, executionName: 'first' });
    const started = await api.send(new StartExecutionCommand({ stateMachineArn: arn, input: '{"a":1}' }));
    const { executions } = await api.send(new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: 'RUNNING' }));
    expect(executions!.map(({ executionArn }) => executionArn)).toEqual([
      started.executionArn,
      expect.stringMatching(/:first$/),
    ]);
    await api.send(
      new StopExecutionCommand({ executionArn: executions![1]!.executionArn, error: 'Enough', cause: 'why' }),
    );
    expect(await first).toMatchObject({ status: 'ABORTED', error: 'Enough', cause: 'why' });
    await api.send(new StopExecutionCommand({ executionArn: started.executionArn! }));
    expect(await api.send(new DescribeExecutionCommand({ executionArn: started.executionArn! }))).toMatchObject({
      status: 'ABORTED',
      input: '{"a":1}',
      redriveStatus: 'REDRIVABLE',
    });
  });

  test('are redriven, and found by it', async () => {
    const { arn, api, clock } = await serve(WAIT);
    const { executionArn } = await api.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'one' }));
    await clock.advance(5000);
    await api.send(new StopExecutionCommand({ executionArn }));
    await clock.advance(5000);
    const { redriveDate } = await api.send(new RedriveExecutionCommand({ executionArn }));
    expect(redriveDate!.getTime()).toBe(clock.now());
    expect(await api.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'RUNNING',
      redriveCount: 1,
      redriveDate,
      redriveStatus: 'NOT_REDRIVABLE',
    });
    await clock.advance(1_000_000);
    expect((await api.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('SUCCEEDED');
    const filtered = async (redriveFilter: 'REDRIVEN' | 'NOT_REDRIVEN'): Promise<number> => {
      const { executions } = await api.send(new ListExecutionsCommand({ stateMachineArn: arn, redriveFilter }));
      return executions!.length;
    };
    expect([await filtered('REDRIVEN'), await filtered('NOT_REDRIVEN')]).toEqual([1, 0]);
  });

  test('have a history, which comes in pages, from either end, and without data', async () => {
    const { run, api } = await serve({
      StartAt: 'M',
      States: { M: { Type: 'Map', ItemProcessor: PASS, ResultPath: null, End: true } },
    });
    const { executionArn, events } = await run(PARTS);
    const pages: number[] = [];
    const ids: number[] = [];
    const query = { executionArn, reverseOrder: true };
    for await (const page of paginateGetExecutionHistory({ client: api, pageSize: 500 }, query)) {
      pages.push(page.events!.length);
      ids.push(...page.events!.map(({ id }) => id!));
    }
    expect(pages).toEqual([500, 500, 6]);
    expect(ids).toEqual(Array.from({ length: events }, (_, index) => events - index));

    const { events: first } = await api.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 3 }));
    expect(first).toEqual([
      expect.objectContaining({
        id: 1,
        previousEventId: 0,
        type: 'ExecutionStarted',
        timestamp: new Date(Date.UTC(2026, 0, 1)),
        executionStartedEventDetails: {
          input: JSON.stringify(PARTS),
          inputDetails: { truncated: false },
          roleArn: expect.stringMatching(/^arn:aws:iam::/),
        },
      }),
      expect.objectContaining({ id: 2, type: 'MapStateEntered' }),
      expect.objectContaining({ id: 3, type: 'MapStateStarted', mapStateStartedEventDetails: { length: 250 } }),
    ]);
    const bare = new GetExecutionHistoryCommand({ executionArn, maxResults: 2, includeExecutionData: false });
    expect((await api.send(bare)).events![1]).toMatchObject({ stateEnteredEventDetails: { name: 'M' } });
    expect((await api.send(bare)).events![1]!.stateEnteredEventDetails).not.toHaveProperty('input');
  });
});

test('state machines are listed and described', async () => {
  const { arn, api, deployment, run } = await serve(PASS);
  const { name, roleArn } = deployment.stateMachine();
  const { stateMachines } = await api.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toEqual([{ stateMachineArn: arn, name, type: 'STANDARD', creationDate: expect.any(Date) }]);
  const described = await api.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
  expect(described).toMatchObject({ stateMachineArn: arn, name, roleArn, type: 'STANDARD', status: 'ACTIVE' });
  expect(JSON.parse(described.definition!)).toEqual(PASS);
  const { executionArn } = await run();
  const ofExecution = await api.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(ofExecution).toMatchObject({ stateMachineArn: arn, definition: described.definition });
});

test('errors are those of the API', async () => {
  const { result, api, arn, mapRunArn } = await mapRunOf('STANDARD');
  const gone = result.executionArn.replace(/[^:]+$/, 'gone');
  const cases: [Promise<unknown>, string][] = [
    [api.send(new DescribeExecutionCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    [api.send(new DescribeExecutionCommand({ executionArn: 'arn:aws:s3:::b' })), 'InvalidArn'],
    [api.send(new GetExecutionHistoryCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    [api.send(new ListMapRunsCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    [api.send(new DescribeMapRunCommand({ mapRunArn: `${mapRunArn}0` })), 'ResourceNotFound'],
    [api.send(new ListExecutionsCommand({ mapRunArn: `${mapRunArn}0` })), 'ResourceNotFound'],
    [api.send(new ListExecutionsCommand({ stateMachineArn: `${arn}0` })), 'StateMachineDoesNotExist'],
    [api.send(new ListExecutionsCommand({})), 'ValidationException'],
    [api.send(new ListExecutionsCommand({ mapRunArn, stateMachineArn: arn })), 'ValidationException'],
    [api.send(new ListExecutionsCommand({ mapRunArn, nextToken: 'bm9uc2Vuc2U=' })), 'InvalidToken'],
    [api.send(new StartExecutionCommand({ stateMachineArn: arn, input: '{' })), 'InvalidExecutionInput'],
    [
      api.send(new StartExecutionCommand({ stateMachineArn: arn, input: '{}'.padEnd(262_145) })),
      'InvalidExecutionInput',
    ],
    [api.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'a b' })), 'InvalidName'],
    [api.send(new StartExecutionCommand({ stateMachineArn: `${arn}0` })), 'StateMachineDoesNotExist'],
    [api.send(new StopExecutionCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    [api.send(new RedriveExecutionCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    [api.send(new RedriveExecutionCommand({ executionArn: result.executionArn })), 'ExecutionNotRedrivable'],
    [api.send(new DescribeStateMachineCommand({ stateMachineArn: `${arn}0` })), 'StateMachineDoesNotExist'],
  ];
  const outcomes = await Promise.allSettled(cases.map(([call]) => call));
  const names = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name);
  expect(names).toEqual(cases.map(([, name]) => name));
});

test('an operation that is not there, and a body that is no JSON, are refused', async () => {
  const { runner } = await serve(PASS);
  const ask = async (operation: string, body: string): Promise<unknown> => {
    const response = await fetch(await runner.endpointUrl(), {
      method: 'POST',
      headers: { 'x-amz-target': `AWSStepFunctions.${operation}` },
      body,
    });
    return { status: response.status, type: ((await response.json()) as { __type: string }).__type };
  };
  expect(await ask('CreateActivity', '{}')).toEqual({ status: 400, type: 'UnknownOperationException' });
  expect(await ask('constructor', '{}')).toEqual({ status: 400, type: 'UnknownOperationException' });
  expect(await ask('ListExecutions', '[')).toEqual({ status: 400, type: 'SerializationException' });
});
