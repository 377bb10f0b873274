import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CopyRunReport } from '../../local/run';
import { APP, bundledMpcopy, file, type Finished, FOLDER, mpcopy, ROOT } from './support';

const GIB = 1024 ** 3;

type Local = CopyRunReport & Finished;

const local = (...args: string[]): Promise<Local> => reportOf(mpcopy('local', ...args, '--json'));
const bundledLocal = (...args: string[]): Promise<Local> => reportOf(bundledMpcopy('local', ...args, '--json'));

async function reportOf(run: Promise<Finished>): Promise<Local> {
  const finished = await run;
  return { ...finished, ...(JSON.parse(finished.stdout) as CopyRunReport) };
}

describe('mpcopy local', () => {
  test('copies the largest object, 48.8 TiB, through the Distributed Map', async () => {
    // At the default time scale, the process waits for the dispatch of children most of the time, and compiles what costs less to run.
    const args = ['--size', '48.8TiB', '--enforce-iam', '--time-scale', '100'];
    const { code, execution, result, requests, verified } = await bundledLocal(...args);
    expect({ code, verified, status: execution.status }).toEqual({ code: 0, verified: true, status: 'SUCCEEDED' });
    expect(execution.states).toEqual([
      'Plan',
      'Route',
      'Begin',
      'FanOut',
      'CopyPartsDistributed',
      'CheckParts',
      'Complete',
      'Verify',
      'Done',
    ]);
    expect(result).toMatchObject({ status: 'COPIED', source: { size: Math.floor(48.8 * 1024 * GIB) } });
    expect(result!.parts).toBeLessThanOrEqual(10_000);
    expect(requests.UploadPartCopy).toBe(result!.parts);
  });

  test('copies 10 GiB through the inline Map and proves it by a checksum', async () => {
    const { execution, result, requests, verified } = await local('--size', '10GiB', '--enforce-iam');
    expect(execution.states).toEqual([
      'Plan',
      'Route',
      'Begin',
      'FanOut',
      'CopyParts',
      'CheckParts',
      'Complete',
      'Verify',
      'Done',
    ]);
    expect(result!.integrity).toMatchObject({ verifiedBy: 'full-object-checksum', algorithm: 'CRC64NVME' });
    expect(requests).toEqual({
      HeadObject: 2,
      GetObjectTagging: 1,
      CreateMultipartUpload: 1,
      UploadPartCopy: 40,
      ListParts: 2,
      CompleteMultipartUpload: 1,
    });
    expect(verified).toBe(true);
  });

  test.each([
    ['0B', 'CopyObject', 1],
    ['1B', 'CopyObject', 1],
    ['5MiB', 'CopyObject', 1],
    ['5GiB', 'Begin', 40],
    ['5368709121B', 'Begin', 40],
  ])('copies %s through state %s', async (size, state, parts) => {
    const { execution, result, verified } = await local('--size', size, '--enforce-iam');
    expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '', cause: '' });
    expect(execution.states).toContain(state);
    expect(result!.parts).toBe(parts);
    expect(verified).toBe(true);
  });

  test('copies parts of --part-size, --concurrency at a time', async () => {
    const { result, verified } = await local('--size', '320MiB', '--part-size', '64MiB', '--concurrency', '2');
    expect(result).toMatchObject({ parts: 5, partSize: 64 * 1024 ** 2 });
    expect(verified).toBe(true);
  });

  test.each([
    ['with spaces, percent signs and letters of other scripts', 'a b+c%20d/ü/日本語?x=1&y.bin'],
    ['of 1,024 bytes', 'ü'.repeat(512)],
  ])('copies a key %s', async (_, key) => {
    const { result, verified } = await local('--size', '256MiB', '--key', key);
    expect(result).toMatchObject({ source: { key }, destination: { key } });
    expect(verified).toBe(true);
  });

  test('copies the bytes of a file', async () => {
    const path = file('real.bin', 'real bytes '.repeat(1_000_000));
    const { result, verified } = await local('--file', path, '--part-size', '5MiB');
    expect(result).toMatchObject({ source: { size: 11_000_000 }, parts: 3 });
    expect(verified).toBe(true);
  });

  test('copies the object of a raw EventBridge event', async () => {
    const { result: found } = await local('--size', '1B');
    const event = {
      version: '0',
      'detail-type': 'Object Created',
      source: 'aws.s3',
      region: 'us-east-1',
      detail: {
        bucket: { name: found!.source.bucket },
        object: { key: 'a b+c.bin', size: 5, 'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
        reason: 'PutObject',
      },
    };
    const { result, verified } = await local('--input', file('event.json', event));
    expect(result).toMatchObject({
      source: { key: 'a b+c.bin', versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e', size: 5 },
      destination: { key: 'a b+c.bin' },
    });
    expect(verified).toBe(true);
  });

  test('plans a dry run without copying', async () => {
    const { result: found } = await local('--size', '1B');
    const input = { source: { bucket: found!.source.bucket, key: 'k' }, options: { dryRun: true } };
    const { code, result, requests, verified } = await local('--size', '1TiB', '--input', file('dry.json', input));
    expect({ code, verified, status: result!.status }).toEqual({ code: 0, verified: false, status: 'PLANNED' });
    expect(requests).toEqual({ HeadObject: 1, GetObjectTagging: 1 });
  });
});

describe('mpcopy local --app', () => {
  const app = ['--app', APP];

  test('copies from one prefix to another with customer managed keys', async () => {
    const { result, verified } = await local(
      ...app,
      '--state-machine',
      'Encrypted',
      '--size',
      '10GiB',
      '--enforce-iam',
    );
    expect(result).toMatchObject({
      source: { key: 'incoming/object.bin' },
      destination: { key: 'copies/object.bin' },
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: expect.stringMatching(/^arn:aws:kms:eu-west-1:111122223333:key\//),
      bucketKeyEnabled: true,
      integrity: { verifiedBy: 'full-object-checksum' },
    });
    expect(verified).toBe(true);
  });

  test('copies from an imported bucket whose name is a template parameter', async () => {
    const { result, verified } = await local(
      ...app,
      '--state-machine',
      'Imported',
      '--size',
      '1GiB',
      '--key',
      'a/b',
      '--enforce-iam',
    );
    expect(result).toMatchObject({
      source: { bucket: 'partner-data', key: 'a/b' },
      destination: { key: 'partner/a/b' },
    });
    expect(verified).toBe(true);
  });

  test('fails with SourceNotFound, not AccessDenied, when the key is missing', async () => {
    const { result } = await local(...app, '--state-machine', 'Encrypted', '--size', '1B');
    const missing = file('below.json', { source: { bucket: result!.source.bucket, key: 'incoming/missing' } });
    const args = ['--state-machine', 'Encrypted', '--key', 'incoming/there', '--input', missing, '--enforce-iam'];
    expect((await local(...app, ...args)).execution.error).toBe('SourceNotFound');
  });

  test('fails with NotAllowed when the key is outside of the declared prefixes', async () => {
    const outside = await local(...app, '--state-machine', 'Encrypted', '--size', '1GiB', '--key', 'elsewhere/x');
    expect(outside).toMatchObject({ code: 1, execution: { error: 'NotAllowed', states: ['Plan'] } });
    expect(outside.requests).toEqual({});
  });

  test('fails when there are several state machines and --state-machine is missing', async () => {
    const { code, stderr } = await mpcopy('local', ...app, '--size', '1B');
    expect(code).toBe(2);
    expect(stderr).toMatch(/There are 2 state machines: .*Encrypted.*Imported/);
  });

  test('runs a template file given by --template', async () => {
    const outdir = join(FOLDER, 'cdk.out');
    const run = { cwd: ROOT, env: { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false' } };
    await promisify(execFile)(process.execPath, ['bin/dist/app.js'], run);
    const { verified } = await local('--template', join(outdir, 'MultipartCopy.template.json'), '--size', '1GiB');
    expect(verified).toBe(true);
  });
});

describe('mpcopy local --faults', () => {
  test('succeeds although parts fail for a while, in either Map', async () => {
    const faults = file('passing.json', [
      {
        operation: 'UploadPartCopy',
        probability: 0.3,
        seed: 1,
        times: 60,
        fault: { kind: 'error', status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
      },
    ]);
    for (const size of ['10GiB', '50GiB']) {
      const { execution, verified } = await local('--size', size, '--faults', faults, '--time-scale', '100');
      expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
      expect(verified).toBe(true);
    }
  });
});

describe('mpcopy local, when a copy fails', () => {
  const refusal = {
    operation: 'UploadPartCopy',
    partNumber: 7,
    fault: { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' },
  };

  test.each([
    ['the inline Map', '10GiB', 'CopyParts', bundledLocal],
    ['a child of the Distributed Map', '50GiB', 'CopyPartsDistributed', local],
  ])('reports the error of the part in %s and aborts the upload', async (_, size, map, run) => {
    const finished = await run('--size', size, '--faults', file('refusal.json', [refusal]));
    expect(finished.execution).toMatchObject({ status: 'FAILED', error: 'AccessDenied' });
    const { states } = finished.execution;
    expect(states.slice(0, 6)).toEqual(['Plan', 'Route', 'Begin', 'FanOut', map, 'Failed']);
    expect(states).toEqual(expect.arrayContaining(['Abort', 'AbortLateParts']));
    expect(states.at(-1)).toBe('Fail');
    expect(finished.execution.cause).toContain('UploadPartCopy of part 7');
    expect(finished.requests.AbortMultipartUpload).toBe(2);
    expect(finished).toMatchObject({ code: 1, result: null, verified: false });
    expect(finished.stderr).toMatch(/^mpcopy: AccessDenied: UploadPartCopy of part 7 .*\n$/);
  });

  test('reports a missing source, a source that is not allowed, and invalid input', async () => {
    const { result } = await local('--size', '1B');
    const missing = file('missing.json', { source: { bucket: result!.source.bucket, key: 'missing' } });
    for (const [args, error] of [
      [['--key', 'there', '--input', missing], 'SourceNotFound'],
      [['--input', file('foreign.json', { source: 's3://foreign/k' })], 'NotAllowed'],
      // In one line, and without what clears a terminal.
      [['--input', file('hostile.json', { source: 's3://foreign/\u001b[2Jk\nmpcopy: done' })], 'NotAllowed'],
      [['--input', file('empty.json', {})], 'InvalidInput'],
      [['--input', file('half.json', { source: { bucket: 'raw', key: '\ud800' } })], 'InvalidInput'],
      [['--input', file('broken.json', '{')], 'InvalidExecutionInput'],
    ] as const) {
      const finished = await local(...args);
      expect(finished).toMatchObject({ code: 1, execution: { status: 'FAILED', error } });
      expect(finished.requests.CreateMultipartUpload).toBeUndefined();
      expect(finished.stderr).toMatch(new RegExp(`^mpcopy: ${error}: \\P{Cc}*\\n$`, 'u'));
    }
  });

  test.each([
    [['--size', 'banana'], /"banana" is not a size/],
    [
      ['--sizes', '1'],
      /^mpcopy: unknown option '--sizes' \(Did you mean --size\?\) \(mpcopy local --help lists the options\)\n$/,
    ],
    [['--file', '/does/not/exist'], /--file \/does\/not\/exist cannot be read/],
    [['--template', '/does/not/exist'], /There is no template \/does\/not\/exist/],
    [['--faults', '/does/not/exist'], /InvalidRun: --faults \/does\/not\/exist cannot be read/],
    [['--time-scale', '0'], /above 0/],
  ])('refuses %j before anything runs', async (args, message) => {
    const { code, stdout, stderr } = await mpcopy('local', ...args, '--json');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('reports an app that does not synthesize', async () => {
    const { code, stdout, stderr } = await mpcopy('local', '--app', 'exit 3', '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/The app command "exit 3"/);
  });
});

test('mpcopy local prints a table for people', async () => {
  const { stdout } = await bundledMpcopy('local', '--size', '300MiB');
  expect(stdout).toMatch(/^status +COPIED$/m);
  expect(stdout).toMatch(/^size +300 MiB \(314572800 bytes\)$/m);
  expect(stdout).toMatch(/^verified +yes: /m);
  expect(stdout).toMatch(/^open uploads +0$/m);
});

test.each([[['--help']], [['local', '--help']], [['s3', '--help']]])(
  '%j prints the usage with examples',
  async (args) => {
    const { code, stdout } = await bundledMpcopy(...args);
    expect(code).toBe(0);
    expect(stdout).toContain('Examples:');
  },
);
