import { EXECUTION_ARN, Harness, type Line, MIB } from '../harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
beforeEach(() => harness.server.putGenerated({ bucket: 'raw', key: 'in/a.bin', size: 11 * MIB }));
afterEach(() => harness.server.faults.clear());
afterAll(() => harness.stop());

const input = { source: 's3://raw/in/a.bin', options: { partSize: 5 * MIB } };

/** The lines that are written while something happens, whether it fails or not. */
async function linesOf(action: () => Promise<unknown>): Promise<Line[]> {
  const before = harness.lines.length;
  await action().catch(() => undefined);
  return harness.lines.slice(before);
}

async function begun() {
  return harness.begin(await harness.planParts(input));
}

test('a call has a line that says what it was, how long it took and which request it was', async () => {
  const state = await begun();
  const [line, ...others] = await linesOf(() => harness.copyPart(state, 3));
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    level: 'INFO',
    message: 'UploadPartCopy of part 3',
    step: 'copy-part',
    execution: 'first',
    retryCount: 0,
    api: 'UploadPartCopy',
    bucket: 'lake',
    key: 'out/a.bin',
    sourceBucket: 'raw',
    sourceKey: 'in/a.bin',
    partNumber: 3,
    attempt: 1,
    milliseconds: expect.any(Number),
    bytes: MIB,
    httpStatus: 200,
    s3RequestId: expect.stringMatching(/./),
    s3ExtendedRequestId: expect.stringMatching(/./),
  });
  expect(line).not.toHaveProperty('errorName');
});

test('each attempt has a line, and those that failed have the error', async () => {
  const state = await begun();
  harness.server.faults.add({
    operation: 'UploadPartCopy',
    times: 2,
    fault: { kind: 'error', code: 'SlowDown', status: 503, message: '' },
  });
  const lines = await linesOf(() => harness.copyPart(state, 1));
  expect(
    lines.map(({ level, attempt, errorName, errorCode, bytes }) => [level, attempt, errorName, errorCode, bytes]),
  ).toEqual([
    ['WARN', 1, 'Throttled', 'SlowDown', undefined],
    ['WARN', 2, 'Throttled', 'SlowDown', undefined],
    ['INFO', 3, undefined, undefined, 5 * MIB],
  ]);
});

test('an invocation that fails has a line with the name of its error', async () => {
  const lines = await linesOf(() => harness.plan({ source: 's3://raw/in/missing.bin' }));
  expect(lines.at(-1)).toMatchObject({
    level: 'ERROR',
    message: 'plan failed: SourceNotFound',
    step: 'plan',
    errorName: 'SourceNotFound',
  });
  expect(lines.at(-1)).not.toHaveProperty('api');
});

test('a line has metrics in the embedded metric format', async () => {
  const state = await begun();
  const [line] = await linesOf(() => harness.copyPart(state, 1));
  expect(line).toMatchObject({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'cdk-s3-multipart-copy',
          Dimensions: [['StateMachineName']],
          Metrics: [
            { Name: 'BytesCopied', Unit: 'Bytes' },
            { Name: 'PartsCopied', Unit: 'Count' },
            { Name: 'PartSeconds', Unit: 'Seconds' },
          ],
        },
      ],
    },
    StateMachineName: EXECUTION_ARN.split(':')[6],
    BytesCopied: 5 * MIB,
    PartsCopied: 1,
    PartSeconds: expect.any(Number),
  });
});

test('the result of a copy counts by its status and by its proof', async () => {
  const lines = await linesOf(() => harness.copy(input));
  const results = lines.filter(({ status }) => status !== undefined);
  expect(results).toEqual([
    expect.objectContaining({
      step: 'verify',
      message: 'COPIED',
      verifiedBy: 'full-object-checksum',
      size: 11 * MIB,
      parts: 3,
      Status: 'COPIED',
      Proof: 'full-object-checksum',
      Copies: 1,
      CopiesProven: 1,
    }),
  ]);
  const [{ _aws }] = results as [{ _aws: { CloudWatchMetrics: { Dimensions: string[][] }[] } }];
  expect(_aws.CloudWatchMetrics.map(({ Dimensions }) => Dimensions)).toEqual([
    [['StateMachineName', 'Status']],
    [['StateMachineName', 'Proof']],
  ]);
});

test('a copy that is only planned or skipped counts by its status alone', async () => {
  await harness.copy(input);
  const planned = await linesOf(() => harness.plan({ ...input, options: { dryRun: true } }));
  const skipped = await linesOf(() => harness.plan({ ...input, options: { overwrite: 'if-different' } }));
  expect([planned.at(-1), skipped.at(-1)]).toMatchObject([
    { step: 'plan', Status: 'PLANNED', Copies: 1 },
    { step: 'plan', Status: 'SKIPPED', Copies: 1 },
  ]);
  for (const line of [planned.at(-1), skipped.at(-1)]) expect(line).not.toHaveProperty('Proof');
});

test('errors that do not pass are no retries', async () => {
  const state = await begun();
  harness.server.faults.add({
    operation: 'UploadPartCopy',
    times: 1,
    fault: { kind: 'error', code: 'InternalError', status: 500, message: '' },
  });
  const passing = await linesOf(() => harness.copyPart(state, 1));
  expect(passing[0]).toMatchObject({ Retries: 1, ErrorName: 'TransientS3Error' });
  const final = await linesOf(() => harness.plan({ source: 's3://raw/in/missing.bin' }));
  expect(final.some((line) => 'Retries' in line)).toBe(false);
});

test('an abort that fails is counted', async () => {
  const { handler } = await import('../../../lambda/abort');
  const { destination, execution, upload } = await begun();
  harness.server.faults.add({
    operation: 'AbortMultipartUpload',
    fault: { kind: 'error', code: 'AccessDenied', status: 403, message: '' },
  });
  const error = { Error: 'Throttled', Cause: '' };
  const state = { destination, execution, upload, error, plannedAt: new Date().toISOString() };
  const lines = await linesOf(() => handler({ state, beginFunctionName: 'begin' }));
  expect(lines.at(-1)).toMatchObject({ level: 'ERROR', step: 'abort', AbortsFailed: 1, execution: 'first' });
});

test('an execution that is not known has no metrics', async () => {
  const state = { ...(await begun()), execution: undefined as never };
  const [line] = await linesOf(() => harness.copyPart(state, 1));
  expect(line).toMatchObject({ api: 'UploadPartCopy' });
  expect(line).not.toHaveProperty('_aws');
});
