import { PutObjectCommand, CreateBucketCommand } from '@aws-sdk/client-s3';
import type { CopyEstimate } from '../../lib/private/estimates/estimate';
import type { CopyRunReport } from '../../local/run';
import { withServer } from './server';
import { bundledMpcopy, file, mpcopy } from './support';

const MIB = 1024 ** 2;

async function plan(...args: string[]): Promise<CopyEstimate> {
  const { code, stdout, stderr } = await mpcopy('plan', ...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as CopyEstimate;
}

async function local(...args: string[]): Promise<CopyRunReport> {
  return JSON.parse((await mpcopy('local', ...args, '--json')).stdout) as CopyRunReport;
}

describe('agrees with a local run', () => {
  test.each<[string, ...string[]]>([['1TiB'], ['10GiB'], ['1MiB'], ['100GiB', '--child-executions', 'AUTO']])(
    'of %s %s %s on way, parts, requests and state transitions',
    async (size, ...options) => {
      const run = await local('--size', size, ...options);
      const planned = await plan('--size', size, ...options);
      const { parts, partSize, requests, stateTransitions } = planned;
      expect({ parts, partSize, requests, stateTransitions }).toEqual({
        parts: run.result!.parts,
        partSize: run.result!.partSize,
        requests: run.requests,
        stateTransitions: run.stateTransitions,
      });
    },
  );

  test('whose result a dry run says beforehand', async () => {
    const { result } = await local('--size', '1B');
    const { bucket, key } = result!.source;
    const input = { source: { bucket, key }, options: { dryRun: true } };
    const dryRun = await local('--size', '1TiB', '--input', file('dry.json', input));
    const { limits, assumptions, ...expected } = await plan('--size', '1TiB');
    expect(limits.length + assumptions.length).toBeGreaterThan(5);
    expect(dryRun.result).toMatchObject({ status: 'PLANNED', ...expected });
  });
});

test('Express children start ten times as fast, and cost more the longer parts take', async () => {
  const [standard, express] = [
    await plan('--size', '1TiB'),
    await plan('--size', '1TiB', '--child-executions', 'AUTO'),
  ];
  expect(standard).not.toHaveProperty('childType');
  expect(express).toMatchObject({ childType: 'EXPRESS', expressRequests: 250, parts: 250 });
  // 250 children start in 0.25 instead of 2.5 seconds.
  expect(standard.estimatedSeconds - express.estimatedSeconds).toBeCloseTo(2.24, 2);
  expect(express.costUSD.stepFunctions).toBeGreaterThan(standard.costUSD.stepFunctions);
  const { stdout } = await mpcopy('plan', '--size', '1TiB', '--child-executions', 'EXPRESS');
  expect(stdout).toContain('(Distributed Map, Express children)');
  expect(stdout).toContain('starts 1000 Express children a second');
});

test.each([
  ['parts that take longer than a minute', '48.8TiB', 'EXPRESS'],
  ['copies that get hardly faster', '5TiB', 'AUTO'],
])('%s have Standard children', async (_, size, type) => {
  expect(await plan('--size', size, '--child-executions', type)).not.toHaveProperty('childType');
});

test('asks S3 for an object that is there, and plans by its checksum and parts', async () => {
  const environment = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any', AWS_REGION: 'us-east-1' };
  Object.assign(process.env, environment);
  await withServer([], async ({ client, endpoint }) => {
    await client.send(new CreateBucketCommand({ Bucket: 'raw' }));
    await client.send(new PutObjectCommand({ Bucket: 'raw', Key: 'a b+c', Body: 'x'.repeat(MIB), Tagging: 'a=b' }));
    const options = ['--endpoint-url', endpoint];
    expect(await plan('s3://raw/a b+c', ...options)).toMatchObject({
      strategy: 'COPY_OBJECT',
      bytes: MIB,
      requests: { HeadObject: 2, CopyObject: 1, GetObjectTagging: 1 },
    });
    const missing = await mpcopy('plan', 's3://raw/missing', ...options);
    expect(missing).toMatchObject({
      code: 1,
      stderr: 'mpcopy: HeadObject: s3://raw/missing does not exist; check bucket and key\n',
    });
  });
});

test('says time, cost, limits and assumptions to people', async () => {
  const { stdout } = await bundledMpcopy('plan', '--size', '1TiB', '--from', 'us-east-1', '--to', 'eu-west-1');
  expect(stdout).toMatch(/^way +250 parts of 4\.1 GiB in 1 wave of 250 \(Distributed Map\)$/m);
  expect(stdout).toMatch(/^time +about \d+ min \d+ s$/m);
  expect(stdout).toMatch(/^cost +\$\d+\.\d\d at list prices of us-east-1, 20\d\d-\d\d-\d\d$/m);
  expect(stdout).toMatch(/^ +\$20\.48 {2}transfer between Regions$/m);
  expect(stdout).toMatch(/^- concurrent Lambda executions: 250 of 1,000\. /m);
});

test.each([
  [[], /^mpcopy: specify either --size, or an object such as s3:\/\/bucket\/key\n$/],
  [['--size', '1TiB', 's3://a/b'], /^mpcopy: specify either --size, or an object/],
  [['--size', '49TiB'], /^mpcopy: option '--size <size>' argument '49TiB' is invalid\. S3 objects have at most/],
  [['--size', 'big'], /^mpcopy: option '--size <size>' argument 'big' is invalid\. "big" is not a size/],
  [['--size', '1TiB', '--from', 'us-east-1'], /^mpcopy: --from and --to belong together/],
  [['--size', '1TiB', '--part-size', '1MiB'], /^mpcopy: --part-size is 1048576 bytes; specify 5MiB to 5GiB/],
  [['bucket/key'], /^mpcopy: "bucket\/key" is not the URI of an object; it looks like s3:\/\/bucket\/key/],
  [['--size', '1TiB', '--child-executions', 'FAST'], /Allowed choices are STANDARD, EXPRESS, AUTO/],
  [['--size', '1TiB', '--concurrency', '0'], /^mpcopy: option '--concurrency <number>' argument '0' is invalid/],
  [['--bogus'], /^mpcopy: unknown option '--bogus' \(mpcopy plan --help lists the options\)\n$/],
] as const)('exits with 2 and says what is wrong with %j', async (args, message) => {
  const { code, stdout, stderr } = await mpcopy('plan', ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
