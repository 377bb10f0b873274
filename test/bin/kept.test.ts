import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { CopyRunReport } from '../../local/run';
import { withServer } from './server';
import { file, type Finished, FOLDER, MPCOPY, mpcopyIn } from './support';

/** Runs the demo app, whose buckets have the same names in every run. */
async function local(...args: string[]): Promise<CopyRunReport & Finished> {
  const finished = await mpcopyIn(FOLDER, 'local', ...args, '--json');
  return {
    ...finished,
    ...(finished.stdout === '' ? ({} as CopyRunReport) : (JSON.parse(finished.stdout) as CopyRunReport)),
  };
}

async function textOf(client: S3Client, { bucket, key }: { bucket: string; key: string }): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body!.transformToString();
}

describe('mpcopy local --dir', () => {
  const newFolder = () => mkdtempSync(join(FOLDER, 'kept-'));

  test('keeps source and copy, which mpcopy s3 then serves', async () => {
    const dir = newFolder();
    const { verified, result } = await local('--dir', dir, '--file', file('kept.txt', 'bytes that stay'), '--key', 'a');
    expect(verified).toBe(true);
    await withServer(['--dir', dir], async ({ client }) => {
      expect(await textOf(client, result!.source)).toBe('bytes that stay');
      expect(await textOf(client, result!.destination)).toBe('bytes that stay');
    });
  });

  test('copies an object that is there, and puts none', async () => {
    const dir = newFolder();
    const first = await local('--dir', dir, '--size', '1GiB', '--key', 'large');
    const second = await local('--dir', dir, '--key', 'large', '--enforce-iam');
    expect(second).toMatchObject({ code: 0, verified: true, source: first.source, openUploads: 0 });
    expect(await local('--dir', dir, '--key', 'other')).toMatchObject({
      code: 1,
      execution: { error: 'SourceNotFound' },
    });
  });

  test('does not change a bucket that is there', async () => {
    const dir = newFolder();
    await local('--dir', dir, '--size', '1KiB');
    const setup = file('described.json', { sourceBucket: { requesterPays: true } });
    expect((await local('--dir', dir, '--source-setup', setup)).stderr).toMatch(
      /^mpcopy: InvalidRun: --source-setup describes the bucket "multipartcopy-source.*", which --dir already has; leave it out/,
    );
  });

  test('is refused for a folder that another server uses, and for a file', async () => {
    const dir = newFolder();
    await withServer(['--dir', dir], async () => {
      expect((await local('--dir', dir)).stderr).toMatch(
        /^mpcopy: ResourceUnavailable: --dir .* is in use; .* specify its --endpoint/,
      );
    });
    expect((await local('--dir', file('no-folder', ''))).stderr).toMatch(
      /^mpcopy: InvalidRun: --dir .*no-folder cannot be used: /,
    );
  });

  test('says in the table where the objects are', async () => {
    const dir = newFolder();
    const { stdout } = await mpcopyIn(FOLDER, 'local', '--dir', dir, '--size', '1KiB');
    expect(stdout).toMatch(new RegExp(`^kept in +${dir}$`, 'm'));
  });
});

describe('mpcopy local --endpoint', () => {
  test('puts, copies and compares in a running mpcopy s3', async () => {
    await withServer([], async ({ endpoint, client }) => {
      const run = await local('--endpoint', endpoint, '--size', '20MiB', '--part-size', '5MiB');
      expect(run).toMatchObject({ code: 0, verified: true, result: { parts: 4 }, openUploads: 0, stderr: '' });
      expect(run.requests).toMatchObject({ HeadObject: 2, UploadPartCopy: 4, CompleteMultipartUpload: 1 });
      expect(run.requests).not.toHaveProperty('PutObject');
      expect(run.source).toMatchObject({ size: 20 * 1024 ** 2, checksumAlgorithm: 'CRC64NVME' });
      const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
      expect(Buckets.map(({ Name }) => Name).sort()).toEqual([
        run.result!.destination.bucket,
        run.result!.source.bucket,
      ]);
    });
  });

  test('copies an object that another client has put there', async () => {
    await withServer([], async ({ endpoint, client }) => {
      const bucket = (await local('--size', '0B')).result!.source.bucket;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      const object = { Bucket: bucket, Key: 'a b+c/é', Tagging: 'team=blue', Metadata: { a: 'b' } };
      await client.send(new PutObjectCommand({ ...object, Body: 'from another client' }));
      const input = file('there.json', { source: { bucket, key: 'a b+c/é' } });
      const run = await local('--endpoint', endpoint, '--input', input);
      expect(run).toMatchObject({ code: 0, verified: true, copy: { tags: { team: 'blue' }, metadata: { a: 'b' } } });
      expect(await textOf(client, run.result!.destination)).toBe('from another client');
      expect(await local('--endpoint', endpoint)).toMatchObject({ code: 1, execution: { error: 'SourceNotFound' } });
    });
  });

  test('reports a failed copy, and what it leaves', async () => {
    const fault = { kind: 'error', status: 403, code: 'AccessDenied', message: 'Access Denied' };
    const faults = file('abort.json', [{ operation: 'UploadPartCopy', partNumber: 3, fault }]);
    await withServer(['--faults', faults], async ({ endpoint }) => {
      const run = await local('--endpoint', endpoint, '--size', '20MiB', '--part-size', '5MiB');
      expect(run).toMatchObject({
        code: 1,
        result: null,
        copy: null,
        openUploads: 0,
        execution: { error: 'AccessDenied' },
      });
      expect(run.requests.AbortMultipartUpload).toBe(2);
    });
  });

  test('names the server when it ends during the run', async () => {
    await withServer([], async ({ endpoint, pid }) => {
      const child = spawn(process.execPath, [MPCOPY, 'local', '--endpoint', endpoint, '--size', '8GiB'], {
        cwd: FOLDER,
      });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
        if (text.includes('Putting')) process.kill(pid, 'SIGKILL');
      });
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(stderr).toMatch(
        /\nmpcopy: ResourceUnavailable: --endpoint .* cannot be reached: E[A-Z]+; start a server with .*\n$/,
      );
    });
  });

  test('names the access keys that a server with principals has to know', async () => {
    const known = [{ accessKeyId: '123456789012', secretAccessKey: 'mpcopy' }];
    const refusal =
      /^mpcopy: ResourceUnavailable: --endpoint .* refuses an access key; add (\{.*\}) to its --principals\n$/;
    let stderr = '';
    await withServer(['--principals', file('owner.json', known)], async ({ endpoint }) => {
      ({ stderr } = await local('--endpoint', endpoint, '--size', '1KiB'));
      expect(stderr).toMatch(refusal);
    });
    const workers = JSON.parse(refusal.exec(stderr)![1]!) as object;
    expect(workers).toMatchObject({ arn: expect.stringMatching(/^arn:aws:iam::123456789012:role\//) });
    await withServer(['--principals', file('both.json', [...known, workers])], async ({ endpoint }) => {
      expect((await local('--endpoint', endpoint, '--size', '1KiB')).verified).toBe(true);
    });
  });

  test.each([
    [
      ['--endpoint', 'http://127.0.0.1:1'],
      /^mpcopy: ResourceUnavailable: --endpoint http:\/\/127\.0\.0\.1:1 cannot be reached: ECONNREFUSED; start/,
      1,
    ],
    [['--endpoint', '127.0.0.1:9000'], /Specify the URL that mpcopy s3 prints/, 2],
    [
      ['--endpoint', 'http://127.0.0.1:1', '--enforce-iam'],
      /'--endpoint <url>' cannot be used with option '--enforce-iam'/,
      2,
    ],
    [['--endpoint', 'http://127.0.0.1:1', '--dir', 'x'], /cannot be used with option/, 2],
  ])('refuses %j', async (args, message, expected) => {
    const { code, stdout, stderr } = await mpcopyIn(FOLDER, 'local', ...args, '--json');
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
