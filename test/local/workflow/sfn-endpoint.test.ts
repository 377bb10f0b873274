import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { buildSync } from 'esbuild';
import type { ExecutionResult, LocalDeployment, LocalStepFunctions } from '../../../local/workflow';
import { cleanUp, deploy, handler, invoke, newStack, runnerOf, stateMachine, temporaryFolder } from './support';

const clients: SFNClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await cleanUp();
});

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

async function clientOf(runner: LocalStepFunctions): Promise<SFNClient> {
  const created = new SFNClient({
    region: 'us-east-1',
    endpoint: await runner.endpointUrl(),
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  clients.push(created);
  return created;
}

async function mapOf(
  type: sfn.StateMachineType,
  options: { hideExpressChildren?: boolean } = {},
): Promise<{ deployment: LocalDeployment; result: ExecutionResult; api: SFNClient }> {
  const { app, stack } = newStack();
  const map = new sfn.DistributedMap(stack, 'Parts', {
    itemsPath: '$.parts',
    mapExecutionType: type,
    toleratedFailurePercentage: 100,
    maxConcurrency: 50,
  });
  const fn = handler(stack, 'Fn', "if (event % 10 === 3) throw new TypeError('part ' + event); return event;");
  map.itemProcessor(invoke(stack, 'Part', fn));
  stateMachine(stack, map);
  const deployment = deploy(app);
  const runner = runnerOf(deployment, options);
  const result = await runner.start(deployment.stateMachine(), {
    endpoint: 'http://127.0.0.1:9',
    input: { parts: Array.from({ length: 250 }, (_, index) => index) },
    timeScale: 1e6,
  });
  return { deployment, result, api: await clientOf(runner) };
}

test('a handler finds the error of the failed child with the AWS SDK', async () => {
  const { app, stack } = newStack();
  const part = handler(
    stack,
    'PartFn',
    "if (event === 700) { const e = new Error('part 700'); e.name = 'SourceChanged'; throw e; } return event;",
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
  const deployment = deploy(app);

  const result = await runnerOf(deployment).start(deployment.stateMachine(), {
    endpoint: 'http://127.0.0.1:9',
    input: { parts: Array.from({ length: 1000 }, (_, index) => index) },
    timeScale: 1000,
  });

  expect(result).toMatchObject({ status: 'FAILED', error: 'SourceChanged', states: ['Parts', 'Abort', 'Fail'] });
  expect(JSON.parse(result.cause!)).toMatchObject({ errorType: 'SourceChanged', errorMessage: 'part 700' });
});

describe('Map Runs', () => {
  test('ListMapRuns and DescribeMapRun', async () => {
    const { result, api } = await mapOf(sfn.StateMachineType.STANDARD);
    const { mapRuns } = await api.send(new ListMapRunsCommand({ executionArn: result.executionArn }));
    expect(mapRuns).toEqual([
      {
        executionArn: result.executionArn,
        mapRunArn: result.mapRuns[0]!.mapRunArn,
        stateMachineArn: expect.stringMatching(/:stateMachine:Machine.*\/[0-9a-f-]{36}$/),
        startDate: expect.any(Date),
        stopDate: expect.any(Date),
      },
    ]);
    const described = await api.send(new DescribeMapRunCommand({ mapRunArn: mapRuns![0]!.mapRunArn }));
    const counts = {
      total: 250,
      succeeded: 225,
      failed: 25,
      pending: 0,
      running: 0,
      aborted: 0,
      timedOut: 0,
      resultsWritten: 225,
    };
    expect(described).toMatchObject({
      status: 'SUCCEEDED',
      maxConcurrency: 50,
      toleratedFailurePercentage: 100,
      toleratedFailureCount: 0,
      itemCounts: counts,
      executionCounts: counts,
    });
  });

  test('ListExecutions by status, in pages, newest first', async () => {
    const { result, api } = await mapOf(sfn.StateMachineType.STANDARD);
    const { mapRunArn } = result.mapRuns[0]!;
    const sizes: number[] = [];
    const all = [];
    for await (const page of paginateListExecutions({ client: api }, { mapRunArn, maxResults: 60 })) {
      sizes.push(page.executions!.length);
      all.push(...page.executions!);
    }
    expect(sizes).toEqual([60, 60, 60, 60, 10]);
    expect(new Set(all.map(({ executionArn }) => executionArn)).size).toBe(250);
    const starts = all.map(({ startDate }) => startDate!.getTime());
    expect(starts).toEqual([...starts].sort((a, b) => b - a));
    expect(all[0]).toMatchObject({ mapRunArn, itemCount: 1, stateMachineArn: result.mapRuns[0]!.stateMachineArn });

    const failed = await api.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }));
    expect(failed.executions).toHaveLength(25);
    expect(failed.nextToken).toBeUndefined();
    const oldest = failed.executions!.at(-1)!;
    const child = await api.send(new DescribeExecutionCommand({ executionArn: oldest.executionArn }));
    expect(child).toMatchObject({
      status: 'FAILED',
      error: 'TypeError',
      mapRunArn,
      name: oldest.name,
      input: expect.stringMatching(/3$/),
    });
    expect(JSON.parse(child.cause!)).toMatchObject({ errorMessage: `part ${child.input}` });
    expect(child.output).toBeUndefined();
  });

  test('Express children are listed and described, unless they are hidden', async () => {
    for (const hideExpressChildren of [false, true]) {
      const { result, api } = await mapOf(sfn.StateMachineType.EXPRESS, { hideExpressChildren });
      const list = api.send(new ListExecutionsCommand({ mapRunArn: result.mapRuns[0]!.mapRunArn }));
      if (hideExpressChildren) await expect(list).rejects.toMatchObject({ name: 'StateMachineTypeNotSupported' });
      else expect((await list).executions).toHaveLength(100);
    }
  });
});

describe('executions', () => {
  test('of the state machine are listed and described', async () => {
    const { deployment, result, api } = await mapOf(sfn.StateMachineType.STANDARD);
    const { arn } = deployment.stateMachine();
    const { executions } = await api.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    expect(executions).toEqual([expect.objectContaining({ executionArn: result.executionArn, status: 'SUCCEEDED' })]);
    const described = await api.send(new DescribeExecutionCommand({ executionArn: result.executionArn }));
    expect(JSON.parse(described.output!)).toEqual(result.output);
    expect(described.stopDate!.getTime()).toBe(result.stopDate.getTime());
  });

  test('are started and stopped', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Wait(stack, 'Long', { time: sfn.WaitTime.duration(Duration.days(300)) }));
    const deployment = deploy(app);
    const runner = runnerOf(deployment);
    const machine = deployment.stateMachine();
    const first = runner.start(machine, { endpoint: 'http://127.0.0.1:9', input: {}, executionName: 'first' });
    const api = await clientOf(runner);
    const started = await api.send(new StartExecutionCommand({ stateMachineArn: machine.arn, input: '{"a":1}' }));
    const { executions } = await api.send(
      new ListExecutionsCommand({ stateMachineArn: machine.arn, statusFilter: 'RUNNING' }),
    );
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
    });
  });

  test('errors are those of the API', async () => {
    const { deployment, result, api } = await mapOf(sfn.StateMachineType.STANDARD);
    const { mapRunArn } = result.mapRuns[0]!;
    const gone = result.executionArn.replace(/[^:]+$/, 'gone');
    const { arn } = deployment.stateMachine();
    const cases: [Promise<unknown>, string][] = [
      [api.send(new DescribeExecutionCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
      [api.send(new DescribeExecutionCommand({ executionArn: 'arn:aws:s3:::b' })), 'InvalidArn'],
      [api.send(new ListMapRunsCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
      [api.send(new DescribeMapRunCommand({ mapRunArn: `${mapRunArn}0` })), 'ResourceNotFound'],
      [api.send(new ListExecutionsCommand({ mapRunArn: `${mapRunArn}0` })), 'ResourceNotFound'],
      [api.send(new ListExecutionsCommand({ stateMachineArn: `${arn}0` })), 'StateMachineDoesNotExist'],
      [api.send(new ListExecutionsCommand({})), 'ValidationException'],
      [api.send(new ListExecutionsCommand({ mapRunArn, stateMachineArn: arn })), 'ValidationException'],
      [api.send(new ListExecutionsCommand({ mapRunArn, nextToken: 'bm9uc2Vuc2U=' })), 'InvalidToken'],
      [api.send(new StartExecutionCommand({ stateMachineArn: arn, input: '{' })), 'InvalidExecutionInput'],
      [api.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'a b' })), 'InvalidName'],
      [api.send(new StopExecutionCommand({ executionArn: gone })), 'ExecutionDoesNotExist'],
    ];
    const outcomes = await Promise.allSettled(cases.map(([call]) => call));
    const names = outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name);
    expect(names).toEqual(cases.map(([, name]) => name));
  });
});
