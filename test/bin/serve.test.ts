import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  ListStateMachinesCommand,
  paginateListExecutions,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { awsCli, endOf, NO_AWS_CLI, type RunningServices, startServices, withServices } from './serving';
import { APP, file, mpcopy } from './support';

const sourceOf = (buckets: readonly string[]) => buckets.find((name) => name.includes('source'))!;
const destinationOf = (buckets: readonly string[]) => buckets.find((name) => name.includes('destination'))!;

/** One server for all tests of the demo app: --size makes a generated object, which the input names. */
const SHARED = ['--size', '100GiB', '--key', 'large', '--latency', '{"partCopySeconds":60}', '--time-scale', '100'];
let services: RunningServices;
let stop: Awaited<ReturnType<typeof startServices>>['stop'] | undefined;
beforeAll(async () => {
  ({ services, stop } = await startServices(SHARED));
});
afterAll(async () => {
  expect(await stop?.()).toEqual({ code: 0, stderr: '' });
});

describe('mpcopy local --serve', () => {
  test('an SDK puts an object, starts its copy and reads the copy', async () => {
    const { s3, sfn, arn, buckets } = services;
    const source = sourceOf(buckets);
    await s3.send(new PutObjectCommand({ Bucket: source, Key: 'a', Body: 'text' }));
    const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map(({ stateMachineArn }) => stateMachineArn)).toEqual([arn]);
    const input = JSON.stringify({ source: `s3://${source}/a`, destination: { key: 'b' } });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'first', input }));
    const execution = await endOf(sfn, executionArn);
    expect(execution).toMatchObject({ name: 'first', status: 'SUCCEEDED', input });
    expect(JSON.parse(execution.output!)).toMatchObject({ status: 'COPIED' });
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }),
    );
    expect(events.map(({ type }) => type)).toEqual(['ExecutionSucceeded']);
    const copy = await s3.send(new GetObjectCommand({ Bucket: destinationOf(buckets), Key: 'b' }));
    expect(await copy.Body!.transformToString()).toBe('text');
    await expect(sfn.send(new StartExecutionCommand({ stateMachineArn: arn, name: 'first' }))).rejects.toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
  });

  test('a Map Run is listed with its children, and an execution is stopped', async () => {
    const { sfn, arn, buckets } = services;
    const input = JSON.stringify({ source: `s3://${sourceOf(buckets)}/large` });
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn, input }));
    const { status } = await endOf(sfn, executionArn);
    const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn }));
    const { mapRunArn } = mapRuns[0]!;
    const run = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
    const children = [];
    for await (const { executions = [] } of paginateListExecutions({ client: sfn }, { mapRunArn })) {
      children.push(...executions);
    }
    expect(status).toBe('SUCCEEDED');
    expect(run.itemCounts).toMatchObject({ total: children.length, succeeded: children.length });
    expect(children.length).toBeGreaterThan(100);

    const second = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn, input }));
    await sfn.send(new StopExecutionCommand({ executionArn: second.executionArn, error: 'Changed' }));
    expect(await endOf(sfn, second.executionArn)).toMatchObject({ status: 'ABORTED', error: 'Changed' });
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn: arn, statusFilter: 'ABORTED' }),
    );
    expect(executions.map((each) => each.executionArn)).toEqual([second.executionArn]);
  });

  test('serves all workflows of an app', async () => {
    await withServices(['--app', APP], async ({ sfn, stateMachines }) => {
      const { stateMachines: listed = [] } = await sfn.send(new ListStateMachinesCommand({}));
      expect(listed.map(({ stateMachineArn }) => stateMachineArn)).toEqual(stateMachines.map(({ arn }) => arn));
      expect(listed).toHaveLength(2);
    });
  });

  test('what is no port is refused', async () => {
    const { code, stdout, stderr } = await mpcopy('local', '--serve', 'nowhere');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Specify a whole number from 0 to 65535.');
  });

  test('a port that is in use is refused by the name of the option', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await mpcopy('local', '--serve', String(port));
    server.close();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`--serve ${port}: the port is in use; specify another one`),
    });
  });

  test.each([
    ['--input', file('input.json', {})],
    ['--report', 'report.html'],
    ['--endpoint', 'http://127.0.0.1:9'],
  ])('%s does not go with it', async (option, value) => {
    const { code, stderr } = await mpcopy('local', '--serve', option, value);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('cannot be used with option') });
  });
});

const cliTest = NO_AWS_CLI === undefined ? test : test.skip;
describe(`the AWS CLI${NO_AWS_CLI === undefined ? '' : ` (skipped: ${NO_AWS_CLI})`}`, () => {
  cliTest('finds the workflow of a stack, copies a file in, and starts and describes its copy', async () => {
    const { sfn, env, arn, buckets, stacks, endpoint, region } = services;
    const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID!, secretAccessKey: env.AWS_SECRET_ACCESS_KEY! };
    const aws = (...args: string[]) => awsCli(env, ...args);
    const [stack] = stacks;
    expect(await aws('sts', 'get-caller-identity')).toMatchObject({ Account: '123456789012' });
    const { Stacks } = await aws('cloudformation', 'describe-stacks', '--stack-name', stack!);
    expect(Stacks).toEqual([
      expect.objectContaining({ StackName: stack, StackStatus: 'CREATE_COMPLETE', StackId: expect.any(String) }),
    ]);
    const { StackResourceSummaries } = await aws('cloudformation', 'list-stack-resources', '--stack-name', stack!);
    expect(StackResourceSummaries).toContainEqual(
      expect.objectContaining({ ResourceType: 'AWS::StepFunctions::StateMachine', PhysicalResourceId: arn }),
    );
    const source = `s3://${sourceOf(buckets)}/ein Ordner/ü+%.bin`;
    await aws('s3', 'cp', file('movie.bin', 'x'.repeat(9_000_000)), source);
    const states = (...args: string[]) => aws('stepfunctions', ...args);
    const input = JSON.stringify({ source });
    const { executionArn } = await states('start-execution', '--state-machine-arn', arn, '--input', input);
    const describe = () => states('describe-execution', '--execution-arn', executionArn);
    // The CLI takes a second for each answer.
    await endOf(sfn, executionArn);
    const execution = await describe();
    expect(execution).toMatchObject({ status: 'SUCCEEDED', input });
    // The rest by the SDK: each call of the CLI starts Python.
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: arn }));
    // The rule of the app has started another one.
    expect(executions).toContainEqual(expect.objectContaining({ executionArn, status: 'SUCCEEDED' }));
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events!.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
    const cloudFormation = new CloudFormationClient({ endpoint, region, credentials });
    await expect(cloudFormation.send(new DescribeStacksCommand({ StackName: 'None' }))).rejects.toThrow(
      'Stack with id None does not exist',
    );
  });
});
