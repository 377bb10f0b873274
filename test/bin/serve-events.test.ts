import { readFileSync } from 'node:fs';
import { CopyObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { awsCli, eventually, NO_AWS_CLI, type RunningServices, startServices } from './serving';
import { file, FOLDER, mpcopy } from './support';

const UPLOADS = `"${process.execPath}" "${require.resolve('../fixtures/events.cjs')}"`;

const NEVER_ENCODED = [
  'in/a b+c%20d.bin',
  'in/ü/日本語/🦆',
  'in/"quoted" & <tagged>',
  'in/tab\tand\nnewline',
  'in/$.x.bin',
];

const put = (s3: S3Client, Key: string, Body = 'text') => s3.send(new PutObjectCommand({ Bucket: 'raw', Key, Body }));

async function local(endpoint: string, path: string): Promise<any> {
  return (await fetch(`${endpoint}/_local/${path}`)).json();
}

/** One server for all tests. Its first event for the rule OnUpload is not delivered. */
let services: RunningServices;
let stop: Awaited<ReturnType<typeof startServices>>['stop'] | undefined;
beforeAll(async () => {
  const fault = { kind: 'undelivered', error: 'NO_PERMISSIONS', message: 'not allowed' };
  const faults = file('undelivered.json', [{ rule: 'OnUpload', times: 1, fault }]);
  ({ services, stop } = await startServices(['--app', UPLOADS, '--platform-faults', faults]));
});
afterAll(async () => {
  expect(await stop?.()).toEqual({ code: 0, stderr: '' });
});

/** What there was before the test. */
let before: { readonly executions: number; readonly events: number; readonly deliveries: number };
beforeEach(async () => {
  const { endpoint } = services;
  const executions = (await allExecutions()).length;
  // A function tells how each copy has ended, after its end.
  const { events } = await eventually(
    () => local(endpoint, 'events'),
    (answer) => ofCopies(answer.events).length >= executions,
  );
  const { deliveries } = await local(endpoint, 'deliveries');
  before = { executions, events: events.length, deliveries: deliveries.length };
});

async function allExecutions() {
  const { executions = [] } = await services.sfn.send(new ListExecutionsCommand({ stateMachineArn: services.arn }));
  return executions;
}

/** Executions of the test, the last one first, once so many have ended. */
function ended(count: number) {
  return eventually(
    async () => {
      const executions = await allExecutions();
      return executions.slice(0, executions.length - before.executions);
    },
    (executions) => executions.filter(({ status }) => status !== 'RUNNING').length >= count,
  );
}

/** Events of the test, the first one first. */
async function newEvents(): Promise<any[]> {
  return (await local(services.endpoint, 'events')).events.slice(before.events);
}

/** Deliveries of the test, the first one first. */
async function newDeliveries(): Promise<any[]> {
  return (await local(services.endpoint, 'deliveries')).deliveries.slice(before.deliveries);
}

/** Those that tell how copies have ended. */
const ofCopies = (events: any[]) => events.filter(({ source }) => source === 'cdk-s3-multipart-copy');

/** Removes the messages of a queue. */
async function empty(queue: string): Promise<void> {
  const call = async (operation: string, body: object): Promise<any> => {
    const headers = { 'x-amz-target': `AmazonSQS.${operation}` };
    return (await fetch(services.endpoint, { method: 'POST', headers, body: JSON.stringify(body) })).json();
  };
  const { QueueUrl } = await call('GetQueueUrl', { QueueName: queue });
  for (;;) {
    const { Messages = [] } = await call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    if (Messages.length === 0) return;
    for (const { ReceiptHandle } of Messages) await call('DeleteMessage', { QueueUrl, ReceiptHandle });
  }
}

describe('objects that are put', () => {
  test('are kept for later in the dead-letter queue when no execution can be started', async () => {
    const { s3 } = services;
    await put(s3, 'in/lost');
    await put(s3, 'in/copied');
    expect(await ended(1)).toHaveLength(1);
    expect((await newDeliveries()).slice(0, 2)).toMatchObject([
      { status: 'DEAD_LETTER', attempts: 1, error: 'NO_PERMISSIONS: not allowed' },
      { status: 'DELIVERED' },
    ]);
  });

  test('are copied by the rule of the template, whatever characters their keys have', async () => {
    const { s3 } = services;
    for (const key of NEVER_ENCODED) await put(s3, key, key);
    // Outside of the rule's prefix.
    await put(s3, 'elsewhere');
    const executions = await ended(NEVER_ENCODED.length);
    expect(executions.map(({ status }) => status)).toEqual(NEVER_ENCODED.map(() => 'SUCCEEDED'));
    for (const key of NEVER_ENCODED) {
      const copy = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: key.replace(/^in/, 'out') }));
      expect(await copy.Body!.transformToString()).toBe(key);
    }
    const events = await eventually(newEvents, (all) => ofCopies(all).length >= NEVER_ENCODED.length);
    const created = events.filter((event: any) => event.detail.bucket?.name === 'raw');
    expect(created.map((event: any) => event.detail.object.key)).toEqual([...NEVER_ENCODED, 'elsewhere']);
    expect(created[0]).toEqual({
      version: '0',
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '123456789012',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: ['arn:aws:s3:::raw'],
      detail: {
        version: '0',
        bucket: { name: 'raw' },
        object: {
          key: NEVER_ENCODED[0],
          size: NEVER_ENCODED[0]!.length,
          etag: expect.stringMatching(/^[\da-f]{32}$/),
          'version-id': expect.any(String),
          sequencer: expect.stringMatching(/^[\dA-F]+$/),
        },
        'request-id': expect.any(String),
        requester: '123456789012',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    });
    // Each copy tells what comes next, and people.
    const told = ofCopies(events);
    expect(told.map((event: any) => event['detail-type'])).toEqual(NEVER_ENCODED.map(() => 'MultipartCopy Succeeded'));
    expect(told.map((event: any) => event.detail.source.key).sort()).toEqual([...NEVER_ENCODED].sort());
    const words = (await newDeliveries()).filter(({ target }: any) => target.startsWith('arn:aws:sns:'));
    expect(words.map(({ status, input }: any) => [status, JSON.parse(input)])).toEqual(
      told.map(({ detail }: any) => ['DELIVERED', detail.message]),
    );
    // The copies are objects of a bucket that sends no events.
    expect(events.some((event: any) => event.detail.bucket?.name === 'lake')).toBe(false);
  });

  test('are copied where the rule says, if key, size and reason match, and once', async () => {
    const key = 'more/"a" <detail> {$.x} ü%20+\\\n.b*n';
    const { s3 } = services;
    await put(s3, 'more/a.bin');
    await put(s3, 'more/large.b*n', 'more than twenty bytes');
    await s3.send(new CopyObjectCommand({ Bucket: 'raw', Key: 'more/copied.b*n', CopySource: 'raw/more/a.bin' }));
    await put(s3, key, 'kept');
    const [first] = await ended(1);
    const { input } = await services.sfn.send(new DescribeExecutionCommand({ executionArn: first!.executionArn }));
    // As EventBridge does when it delivers an event twice.
    await services.sfn.send(new StartExecutionCommand({ stateMachineArn: services.arn, input }));
    const told = ofCopies(await eventually(newEvents, (all) => ofCopies(all).length >= 2));
    expect(told.map((event: any) => [event['detail-type'], event.detail.destination.key])).toEqual([
      ['MultipartCopy Succeeded', key.replace('more', 'kept')],
      ['MultipartCopy Skipped', key.replace('more', 'kept')],
    ]);
    expect(await ended(2)).toHaveLength(2);
  });

  test('a schedule starts a copy', async () => {
    const { s3, endpoint } = services;
    await fetch(`${endpoint}/_local/schedules/Nightly`, { method: 'POST' });
    await ended(1);
    await put(s3, 'in/nightly');
    await ended(2);
    await fetch(`${endpoint}/_local/schedules/Nightly`, { method: 'POST' });
    const executions = await ended(3);
    expect(executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'FAILED']);
  });
});

const cliTest = NO_AWS_CLI === undefined ? test : test.skip;
cliTest(
  `aws s3 cp starts a copy, and aws sqs tells how it ended${NO_AWS_CLI === undefined ? '' : ` (skipped: ${NO_AWS_CLI})`}`,
  async () => {
    const { env, endpoint } = services;
    for (const queue of ['ended', 'copied']) await empty(queue);
    const aws = (...args: string[]) => awsCli(env, ...args);
    // Version 1 of the CLI leaves AWS_ENDPOINT_URL out for SQS.
    const sqs = (...args: string[]) => aws('sqs', '--endpoint-url', endpoint, ...args);
    // Larger than the CLI uploads at once: the reason is CompleteMultipartUpload.
    await aws('s3', 'cp', file('movie.bin', 'x'.repeat(9_000_000)), 's3://raw/in/ein Film+%.mp4');
    // By the SDK, since each call of the CLI starts Python.
    await ended(1);
    const { QueueUrl } = await sqs('get-queue-url', '--queue-name', 'ended');
    const { Messages } = await eventually(
      () => sqs('receive-message', '--queue-url', QueueUrl),
      (answer) => answer !== '',
    );
    const { detail } = JSON.parse(Messages[0].Body);
    expect(detail).toMatchObject({ status: 'SUCCEEDED', error: null });
    expect(JSON.parse(detail.input).detail).toMatchObject({
      object: { key: 'in/ein Film+%.mp4', size: 9_000_000 },
      reason: 'CompleteMultipartUpload',
    });
    expect(JSON.parse(detail.output)).toMatchObject({ status: 'COPIED' });
    const told = await eventually(
      () => sqs('receive-message', '--queue-url', QueueUrl.replace(/ended$/, 'copied')),
      (answer) => answer !== '',
    );
    expect(JSON.parse(told.Messages[0].Body)).toMatchObject({
      source: 'cdk-s3-multipart-copy',
      'detail-type': 'MultipartCopy Succeeded',
      detail: { source: { key: 'in/ein Film+%.mp4', size: 9_000_000 }, destination: { key: 'out/ein Film+%.mp4' } },
    });
    await sqs('delete-message', '--queue-url', QueueUrl, '--receipt-handle', Messages[0].ReceiptHandle);
    const { Rules } = await aws('events', 'list-rules');
    const names = (Rules as { Name: string }[])
      .map(({ Name }) => Name)
      .filter((name) => !/Sweep|NotifyExecution|OnMore|Nightly/.test(name));
    expect(names).toEqual(
      ['OnUpload', 'OnCopy', 'Notify', 'OnEnd'].map((name) => expect.stringContaining(name) as string),
    );
    const { Targets } = await aws('events', 'list-targets-by-rule', '--rule', names[0]!);
    expect(Targets).toEqual([expect.objectContaining({ DeadLetterConfig: { Arn: expect.stringMatching(/:dead$/) } })]);
    const entries = JSON.stringify([{ Source: 'mine', DetailType: 'Done', Detail: '{"n":1}' }, { Source: 'mine' }]);
    expect(await aws('events', 'put-events', '--entries', entries)).toEqual({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, expect.objectContaining({ ErrorCode: 'InvalidArgument' })],
    });
  },
);

test('faults of a rule that is not there are refused before anything is served', async () => {
  const faults = file('gone.json', [{ rule: 'Gone', fault: { kind: 'undelivered' } }]);
  const { code, stderr } = await mpcopy('local', '--serve', '--platform-faults', faults);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/names the rule Gone/) });
});

test('--events writes the events of one run', async () => {
  const path = `${FOLDER}/events.jsonl`;
  const { code } = await mpcopy('local', '--size', '1KiB', '--events', path, '--json');
  const events = readFileSync(path, 'utf8').trim().split('\n');
  expect({ code, statuses: events.map((line) => JSON.parse(line).detail.status) }).toEqual({
    code: 0,
    statuses: ['RUNNING', 'SUCCEEDED'],
  });
  const refused = await mpcopy('local', '--events', `${FOLDER}/nowhere/events`, '--json');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('--events ') });
});
