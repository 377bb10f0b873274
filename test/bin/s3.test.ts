import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { raw } from '../local/s3/clients';
import { type RunningServer, withServer } from './server';
import { bundledMpcopy, FOLDER, file, MPCOPY, mpcopy } from './support';

const MIB = 1024 ** 2;

describe('mpcopy s3', () => {
  test('serves S3 clients, exits with code 0, and keeps the objects in --dir', async () => {
    const dir = join(FOLDER, 's3');
    const object = { Bucket: 'kept', Key: 'a/b' };
    const first = await withServer(['--dir', dir], async ({ client }) => {
      await client.send(new CreateBucketCommand({ Bucket: 'kept' }));
      await client.send(new PutObjectCommand({ ...object, Body: 'bytes' }));
    });
    const second = await withServer(['--dir', dir], async ({ client }) => {
      const { Body } = await client.send(new GetObjectCommand(object));
      expect(await Body!.transformToString()).toBe('bytes');
    });
    expect([first, second]).toEqual([0, 0]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'exits with code 0 on %s, with everything in --dir',
    async (signal) => {
      const dir = join(FOLDER, signal);
      const put = async ({ client }: RunningServer) => {
        await client.send(new CreateBucketCommand({ Bucket: 'kept' }));
      };
      expect(await withServer(['--dir', dir], put, signal)).toBe(0);
      await withServer(['--dir', dir], async ({ client }) => {
        expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: 'kept' }]);
      });
    },
  );

  test('starts empty without --dir', async () => {
    await withServer([], async ({ client }) => {
      expect((await client.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    });
  });

  test('verifies the signatures of access keys that have a secret in --principals', async () => {
    const listing = async (secret: string): Promise<unknown> => {
      const principals = file('secrets.json', [{ accessKeyId: 'any', secretAccessKey: secret }]);
      let answer: unknown;
      await withServer(['--principals', principals], async ({ client }) => {
        answer = await client.send(new ListBucketsCommand({})).catch((error: unknown) => error);
      });
      return answer;
    };
    expect(await listing('any')).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    expect(await listing('other')).toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  test('refuses access keys that --principals does not list', async () => {
    await withServer(['--principals', file('others.json', [{ accessKeyId: 'OTHER' }])], async ({ client }) => {
      await expect(client.send(new ListBucketsCommand({}))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    });
  });

  test('accepts access keys that --principals does not list with --allow-unknown-keys', async () => {
    const args = ['--principals', file('others.json', [{ accessKeyId: 'OTHER' }]), '--allow-unknown-keys'];
    await withServer(args, async ({ client }) => {
      expect(await client.send(new ListBucketsCommand({}))).toMatchObject({ $metadata: { httpStatusCode: 200 } });
    });
  });

  test('refuses host names that a web page may have, but for --allow-host', async () => {
    const args = ['--allow-host', 'host.docker.internal', 'minio.test'];
    await withServer(args, async ({ endpoint }) => {
      const statusFor = async (host: string) => (await raw({ endpoint }, { path: '/', headers: { host } })).status;
      expect(await statusFor('evil.example')).toBe(403);
      expect(await statusFor('host.docker.internal:9000')).toBe(200);
      expect(await statusFor('minio.test')).toBe(200);
    });
  });

  test.each([
    ['0.0.0.0', [], 'Whoever does may read and delete everything'],
    ['0.0.0.0', ['--enforce-iam'], 'Whoever does may read and delete everything'],
    ['localhost', [], ''],
  ])('warns on an address that is not loopback: %s %j', async (host, args, warning) => {
    const child = spawn(process.execPath, [MPCOPY, 's3', '--host', host, ...args]);
    let errors = '';
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    await once(child.stdout, 'data');
    child.kill();
    await once(child, 'close');
    expect(errors).toContain(warning);
    expect(errors === '').toBe(warning === '');
  });

  // The kernel's own record of it is not there on other systems.
  const onLinux = process.platform === 'linux' ? test : test.skip;
  onLinux('streams large bodies in little memory', async () => {
    const mebibytes = 400;
    await withServer(['--dir', join(FOLDER, 'large')], async ({ endpoint, client, pid }) => {
      await client.send(new CreateBucketCommand({ Bucket: 'large' }));
      expect(await putMebibytes(`${endpoint}/large/object`, mebibytes)).toBe(200);
      expect(await getMebibytes(`${endpoint}/large/object`)).toBe(mebibytes);
      expect(peakMebibytes(pid)).toBeLessThan(300);
    });
  });
});

describe('mpcopy s3 refuses', () => {
  const reader = (fields: object) => ['--principals', file('principals.json', [{ accessKeyId: 'READER', ...fields }])];

  test.each<[name: string, args: () => string[], message: RegExp]>([
    [
      'a misspelled option',
      () => ['--prt', '1'],
      /unknown option '--prt' \(Did you mean --port\?\) \(mpcopy s3 --help lists the options/,
    ],
    ['a file as --dir', () => ['--dir', file('no-folder', '')], /InvalidRun: --dir .*no-folder cannot be used: /],
    [
      'a log in a missing folder',
      () => ['--log', join(FOLDER, 'a', 'b')],
      /InvalidRun: --log .* cannot be written: ENOENT/,
    ],
    ['a list as a latency model', () => ['--latency', '[]'], /Specify aws, or an object that overrides some of/],
    ['an unknown field of the latency model', () => ['--latency', '{"partSeconds": 1}'], /of \{"requestSeconds":0.1,/],
    [
      'a principal without access key',
      () => ['--principals', file('no-name.json', [{}])],
      /objects with an accessKeyId/,
    ],
    [
      'a misspelled field of a principal',
      () => reader({ polices: [] }),
      /READER has an unknown field polices; the fields are accessKeyId, /,
    ],
    [
      'policies that are not a list',
      () => reader({ policies: 'x' }),
      /policies of READER must be a list of .*, got "x"/,
    ],
    [
      'a misspelled Effect',
      () => reader({ policies: [{ Statement: { Effect: 'Alow', Action: '*', Resource: '*' } }] }),
      /InvalidOptionError: a policy of access key 'READER' has the Effect "Alow"; it must be Allow or Deny/,
    ],
    ['an invalid account', () => reader({ accountId: '5' }), /accountId of READER must be the 12 digits .*"5"/],
    [
      'a secret that is not a string',
      () => reader({ secretAccessKey: 8 }),
      /secretAccessKey of READER must be a string\n/,
    ],
  ])('%s', async (_name, args, message) => {
    const { code, stdout, stderr } = await mpcopy('s3', ...args());
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });

  test('an unknown host', async () => {
    const { code, stderr } = await mpcopy('s3', '--host', 'nowhere.invalid');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/ResourceUnavailable: --host nowhere.invalid --port 0 cannot/),
    });
  });

  test('a port in use', async () => {
    await withServer([], async ({ endpoint }) => {
      const { port } = new URL(endpoint);
      const { code, stderr } = await bundledMpcopy('s3', '--port', port);
      expect(code).toBe(1);
      expect(stderr).toBe(
        `mpcopy: ResourceUnavailable: --port ${port} of 127.0.0.1 is in use; specify another one, or 0 for any free port\n`,
      );
    });
  });
});

/** Every one is another. */
const mebibyte = (index: number) => Buffer.alloc(MIB, `mebibyte ${index} `);

async function putMebibytes(url: string, count: number): Promise<number | undefined> {
  const put = request(url, { method: 'PUT', headers: { 'content-length': count * MIB } });
  for (let index = 0; index < count; index++) {
    if (!put.write(mebibyte(index))) await once(put, 'drain');
  }
  put.end();
  const [answer] = (await once(put, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

/** @returns how many mebibytes come, each compared with the one that was put */
async function getMebibytes(url: string): Promise<number> {
  const get = request(url).end();
  const [answer] = (await once(get, 'response')) as [AsyncIterable<Buffer>];
  let [index, at, expected] = [0, 0, mebibyte(0)];
  for await (const bytes of answer) {
    for (let read = 0; read < bytes.length;) {
      const length = Math.min(bytes.length - read, MIB - at);
      if (bytes.compare(expected, at, at + length, read, read + length) !== 0) throw new Error(`mebibyte ${index}`);
      read += length;
      at += length;
      if (at === MIB) [index, at, expected] = [index + 1, 0, mebibyte(index + 1)];
    }
  }
  return index;
}

function peakMebibytes(pid: number): number {
  const [, kibibytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
