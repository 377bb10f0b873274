import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, GetExecutionHistoryCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { eventually, type RunningServices, startServices, withServices } from './serving';
import { bundledMpcopy, file, type Finished, mpcopy } from './support';
import { Terminal, testInTerminal } from './terminal';

/** Hundreds of parts that take 2 seconds each. */
const LARGE = ['--size', '100GiB', '--key', 'large', '--latency', '{"partCopySeconds":2}'];

/** Hundreds of parts that take a minute each. */
const SLOW = ['--size', '100GiB', '--key', 'large', '--latency', '{"partCopySeconds":60}'];

const bucketOf = ({ buckets }: RunningServices, name: string) => buckets.find((each) => each.includes(name))!;

/** Runs commands against the services, as a user's environment lets them find them. */
function commandsOf({ env }: RunningServices, command = mpcopy) {
  return async (...args: string[]): Promise<Finished & { json: () => any }> => {
    Object.assign(process.env, env);
    const finished = await command(...args);
    return { ...finished, json: () => JSON.parse(finished.stdout) };
  };
}

/** Services for all tests of a `describe`. @returns gives them, once they run */
function servicesFor(args: string[]): () => RunningServices {
  let running: Awaited<ReturnType<typeof startServices>> | undefined;
  beforeAll(async () => {
    running = await startServices(args);
  });
  afterAll(() => running?.stop());
  return () => running!.services;
}

function uploadIdsOf({ s3 }: RunningServices, bucket: string): Promise<string[]> {
  return s3
    .send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    .then(({ Uploads = [] }) => Uploads.map(({ UploadId }) => UploadId!));
}

describe('mpcopy start', () => {
  const servicesOf = servicesFor(LARGE);

  // Before others start executions.
  test('finds the workflow of a stack, waits, and says what was copied; status lists it', async () => {
    const services = servicesOf();
    const bundled = commandsOf(services, bundledMpcopy);
    const run = commandsOf(services);
    const [source, destination] = [bucketOf(services, 'source'), bucketOf(services, 'destination')];
    const stack = ['--stack', services.stacks[0]!];
    const { code, stdout, stderr } = await bundled(
      ...['start', ...stack, `s3://${source}/large`, '--wait', '--name', 'one'],
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^Started arn:.*:one\nCopying\n {2}/),
    });
    expect(stdout).toMatch(/^status +SUCCEEDED: COPIED$/m);
    expect(stdout).toMatch(/^parts +(\d+) of \1 parts$/m);
    expect(stdout).toContain(`s3://${destination}/large`);

    const again = await run('start', ...stack, `s3://${source}/large`, '--name', 'one');
    expect(again).toMatchObject({
      code: 1,
      stderr: 'mpcopy: an execution with the name one exists already; choose another --name\n',
    });
    const missing = await run('start', ...stack, `s3://${source}/missing`, '--wait', '--json');
    expect(missing.code).toBe(1);
    expect(missing.json()).toMatchObject({ status: 'FAILED', error: 'SourceNotFound', source: { key: 'missing' } });
    expect(missing.stderr).toMatch(
      /^mpcopy: SourceNotFound: .*\/missing does not exist.* \(https:\S+runbook\.md#by-error\)\n$/,
    );

    const list = (await bundled('status', ...stack)).stdout.trimEnd().split('\n');
    expect(list).toEqual([
      expect.stringMatching(/^FAILED .* SourceNotFound: /),
      expect.stringMatching(/^COPIED .* one .*s3:\/\/\S+\/large -> s3:\/\/\S+\/large$/),
    ]);
    expect((await run('status', ...stack, '--failed', '--json')).json()).toHaveLength(1);
    const one = await run('status', 'one', '--state-machine', services.arn, '--json');
    const { status, parts } = one.json();
    expect({ status, done: parts.done }).toEqual({ status: 'SUCCEEDED', done: parts.total });
    expect(one.json()).not.toHaveProperty('input');
  });

  test('takes options, a destination and odd keys, and skips what is equal', async () => {
    const services = servicesOf();
    const run = commandsOf(services);
    const [source, destination] = [bucketOf(services, 'source'), bucketOf(services, 'destination')];
    const key = ' a+b%20ü?versionId=x#y.bin';
    await services.s3.send(new PutObjectCommand({ Bucket: source, Key: key, Body: 'text' }));
    const copy = (...options: string[]) =>
      run(
        ...['start', '--state-machine', services.arn, `s3://${source}/${key}`, `s3://${destination}/to/`],
        ...['--wait', '--json', ...options],
      );
    const options = ['metadataDirective=REPLACE', 'metadata.color=blue', 'overwrite=if-different'];
    const first = await copy(...options.flatMap((option) => ['--option', option]));
    expect(first.json()).toMatchObject({ result: { status: 'COPIED', destination: { key: `to/${key}` } } });
    const second = await copy('--option', 'overwrite=if-different');
    expect({ code: second.code, status: second.json().result.status }).toEqual({ code: 0, status: 'SKIPPED' });
    const planned = await run(
      ...['start', '--state-machine', services.arn, '--wait', '--json', '--option', 'dryRun=true'],
      ...['--input', file('input.json', { source: { bucket: source, key } })],
    );
    expect(planned.json().result).toMatchObject({ status: 'PLANNED', strategy: 'COPY_OBJECT' });
    const status = await run('status', planned.json().executionArn);
    expect(status.stdout).toMatch(/^status +SUCCEEDED: PLANNED$[^]*^way +one CopyObject$[^]*^cost +\$/m);
  });

  test.each([
    [['start', 's3://a/b'], /name the workflow: --stack NAME, or --state-machine ARN/],
    [['start', '--stack', 'S'], /specify the object to copy/],
    [['start', '--stack', 'S', 's3://a/b', '--option', 'overwrite=x'], /overwrite must be/],
    [['start', '--stack', 'S', '--input', '/does/not/exist'], /--input \/does\/not\/exist cannot be read/],
    [['start', '--stack'], /argument missing/],
    [['status', 'name'], /not the ARN of an execution; for its name, specify --stack or --state-machine too/],
    [['start', '--state-machine', 'Copy', 's3://a/b'], /"Copy" is not the ARN of a state machine/],
    [['status'], /name the workflow/],
    [['report', 'name'], /missing required argument 'file'/],
    [['nonsense'], /unknown command 'nonsense'/],
    [
      ['plan', '--size', '1GiB', '--from', 'Ohio', '--to', 'eu-west-1'],
      /--from <region>' argument 'Ohio' is invalid\. Specify the name of a Region/,
    ],
    [['plan', '--size', '1GiB', '--storage-class', 'ICE'], /--storage-class must be 'AWS_BACKUP/],
    [['sweep', '--stack', 'S'], /specify --list or --abort/],
    [['sweep', '--stack', 'S', '--list', '--abort'], /cannot be used with option/],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await mpcopy(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('says what cannot be found', async () => {
    const services = servicesOf();
    const run = commandsOf(services);
    const errorOf = async (...args: string[]) => {
      const { code, stderr } = await run(...args);
      return { code, stderr };
    };
    const arn = `${services.arn.replace(':stateMachine:', ':execution:')}:never`;
    expect(await errorOf('start', '--stack', 'None', 's3://a/b')).toEqual({
      code: 1,
      stderr: 'mpcopy: stack None does not exist; check its name, --region and --profile\n',
    });
    const machine = ['--state-machine', services.arn];
    expect(await errorOf('start', ...machine, 's3://a/b', '--name', 'a b')).toEqual({
      code: 2,
      stderr: expect.stringContaining(`argument 'a b' is invalid. "a b" is not a valid execution name`),
    });
    expect(await errorOf('start', '--state-machine', `${services.arn}2`, 's3://a/b')).toEqual({
      code: 1,
      stderr: expect.stringContaining('does not exist; check the ARN'),
    });
    expect(await errorOf('status', arn)).toEqual({ code: 1, stderr: expect.stringContaining('does not exist') });
  });

  testInTerminal('status --watch follows a copy to its end', async () => {
    const services = servicesOf();
    const run = commandsOf(services);
    const source = `s3://${bucketOf(services, 'source')}/large`;
    const started = await run('start', '--state-machine', services.arn, source, '--json');
    const env = Object.fromEntries(Object.entries(services.env).map(([name, value]) => [name, value ?? '']));
    const terminal = Terminal.run(['status', started.json().executionArn, '--watch'], env);
    try {
      await terminal.shows(/^Copying {2}/);
      await terminal.shows(/ GiB of 100 GiB, .*\/s, \d+:\d\d left, \d+ of \d+ parts/);
      expect(await terminal.ended()).toBe(0);
      expect(terminal.screen()).toContainEqual(expect.stringMatching(/^status +SUCCEEDED: COPIED$/));
    } finally {
      terminal.close();
    }
  });
});

describe('mpcopy resume', () => {
  test('goes on with the upload of a copy that was stopped: only the missing parts are copied', async () => {
    const noSweeper = file('no-sweeper-resume.json', [
      { function: 'CopySweepFunction', fault: { kind: 'error', name: 'ServiceException' } },
    ]);
    const stuck = file('stuck.json', [
      { operation: 'UploadPartCopy', partNumber: 3, times: 1, fault: { kind: 'hang' } },
    ]);
    const served = ['--size', '25MiB', '--key', 'five', '--faults', stuck, '--platform-faults', noSweeper];
    await withServices(served, async (services) => {
      const run = commandsOf(services);
      const { s3, sfn, arn } = services;
      const [source, destination] = [bucketOf(services, 'source'), bucketOf(services, 'destination')];
      const options = ['--option', 'onFailure=KEEP', '--option', 'partSize=5MiB', '--option', 'maxConcurrency=1'];
      const started = await run('start', '--state-machine', arn, `s3://${source}/five`, ...options, '--json');
      const { executionArn } = started.json() as { executionArn: string };
      // Two parts are stored, the third hangs.
      const [UploadId] = await eventually(
        () => uploadIdsOf(services, destination),
        (ids) => ids.length === 1,
      );
      const stored = () => s3.send(new ListPartsCommand({ Bucket: destination, Key: 'five', UploadId }));
      const { Parts: before = [] } = await eventually(stored, ({ Parts = [] }) => Parts.length >= 2);
      expect(before.map(({ PartNumber }) => PartNumber)).toEqual([1, 2]);
      await sfn.send(new StopExecutionCommand({ executionArn }));

      const bundled = commandsOf(services, bundledMpcopy);
      const { code, stdout } = await bundled('resume', executionArn, '--wait', '--json');
      expect(code).toBe(0);
      const { executionArn: resumed, result } = JSON.parse(stdout);
      expect(result).toMatchObject({ status: 'COPIED', parts: 5, reusedParts: 2 });
      const { events = [] } = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn: resumed, maxResults: 1000 }),
      );
      const copied = events.filter(({ stateEnteredEventDetails: entered }) => entered?.name === 'CopyPart');
      const parts = copied.map(({ stateEnteredEventDetails: entered }) => JSON.parse(entered!.input!).partNumber);
      expect(parts).toEqual([3, 4, 5]);
      expect(await uploadIdsOf(services, destination)).toEqual([]);
    });
  });
});

describe('with copies that take minutes', () => {
  // The workflow's own sweeper would remove the upload before the command.
  const noSweeper = file('no-sweeper.json', [
    { function: 'CopySweepFunction', fault: { kind: 'error', name: 'ServiceException' } },
  ]);
  const servicesOf = servicesFor([...SLOW, '--platform-faults', noSweeper]);

  test('mpcopy sweep removes the upload of an execution that was stopped, and none of others or of one that runs', async () => {
    const services = servicesOf();
    const run = commandsOf(services);
    const { s3, sfn, arn } = services;
    const [source, destination] = [bucketOf(services, 'source'), bucketOf(services, 'destination')];
    const workflow = ['--state-machine', arn];
    const foreign = await s3.send(new CreateMultipartUploadCommand({ Bucket: destination, Key: 'theirs' }));
    const start = async (key: string): Promise<string> => {
      const started = await run('start', ...workflow, `s3://${source}/large`, `s3://${destination}/${key}`, '--json');
      const { executionArn } = started.json() as { executionArn: string };
      await eventually(
        () => run('status', executionArn, '--json'),
        (status) => status.json().parts !== undefined,
      );
      return executionArn;
    };
    const stopped = await start('stopped');
    const running = await start('running');
    await sfn.send(new StopExecutionCommand({ executionArn: stopped }));
    await eventually(
      () => sfn.send(new DescribeExecutionCommand({ executionArn: stopped })),
      ({ status }) => status === 'ABORTED',
    );

    const listed = await run('sweep', ...workflow, '--list', '--json');
    const uploads = listed.json() as { key: string; state: string; execution: string; isAborted: boolean }[];
    expect(uploads.map(({ key, state, execution, isAborted }) => ({ key, state, execution, isAborted }))).toEqual([
      { key: 'running', state: 'RUNNING', execution: running, isAborted: false },
      { key: 'stopped', state: 'LEFT', execution: stopped, isAborted: false },
    ]);
    expect(await uploadIdsOf(services, destination)).toHaveLength(3);

    const { code, stdout } = await commandsOf(services, bundledMpcopy)('sweep', ...workflow, '--abort');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ABORTED .*\/stopped /m);
    expect(stdout).toMatch(/^RUNNING .*\/running /m);
    expect(stdout).toMatch(/^1 upload aborted, .* a month \(list prices of us-east-1, 20\d\d-\d\d-\d\d\)$/m);
    const left = await uploadIdsOf(services, destination);
    expect(left).toHaveLength(2);
    expect(left).toContain(foreign.UploadId);
  });

  testInTerminal('mpcopy start shows a bar; Ctrl-C asks, and the copy is left running or stopped', async () => {
    const services = servicesOf();
    const run = commandsOf(services);
    const source = `s3://${bucketOf(services, 'source')}/large`;
    const env = Object.fromEntries(Object.entries(services.env).map(([name, value]) => [name, value ?? '']));
    const start = () => Terminal.run(['start', '--state-machine', services.arn, source, '--wait'], env);
    const list = async () => (await run('status', '--state-machine', services.arn, '--json')).json() as any[];
    const earlier = (await list()).length;
    const statuses = async () => (await list()).slice(0, -earlier || undefined).map(({ status }) => status);

    let terminal = start();
    try {
      await terminal.shows(/^Copying {2}░+ {2}0% {2}0 B of 100 GiB, \d+:\d\d left, 0 of \d+ parts {2}Copy/);
      terminal.press('C-c');
      await terminal.shows(/^Leave the copy running \(l\), stop it \(s\), or go on watching \(w\)\? \[l\]/);
      terminal.press('w');
      terminal.press('Enter');
      await terminal.shows(/^Copying {2}/);
      terminal.press('C-c');
      await terminal.shows(/^Leave the copy running/);
      terminal.press('Enter');
      expect(await terminal.ended()).toBe(130);
      expect(terminal.screen().join(' ')).toContain(
        'mpcopy: interrupted; the copy goes on. To follow it: mpcopy status arn:',
      );
      expect(terminal.showsCursor).toBe(true);
      expect(await statuses()).toEqual(['RUNNING']);
    } finally {
      terminal.close();
    }
    terminal = start();
    try {
      await terminal.shows(/^Copying {2}/);
      terminal.press('C-c');
      await terminal.shows(/^Leave the copy running/);
      terminal.press('s');
      terminal.press('Enter');
      expect(await terminal.ended()).toBe(130);
      expect(terminal.screen().join(' ')).toContain('interrupted; the copy was stopped');
      expect(await statuses()).toEqual(['ABORTED', 'RUNNING']);
    } finally {
      terminal.close();
    }
  });
});
