import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { S3Server } from '../../../local/s3';
import { clientOf, raw } from './clients';

const SECRETS = { accessKeyId: 'VERIFIED', secretAccessKey: 'a secret' };
const KEY = "a b/ü!'()*~+$&@=,%2F//./x?y#z";

let server: S3Server;
let client: S3Client;
let stranger: S3Client;

beforeAll(async () => {
  server = await S3Server.start();
  server.addPrincipal(SECRETS);
  client = clientOf(server, { credentials: SECRETS });
  stranger = clientOf(server, { credentials: { ...SECRETS, secretAccessKey: 'a guess' } });
  await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
});

afterAll(async () => {
  client.destroy();
  stranger.destroy();
  await server.close();
});

describe('clients of the AWS SDK', () => {
  it('are verified for all keys and bodies', async () => {
    const Metadata = { spaces: 'a   b', empty: '' };
    await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: KEY, Body: 'bytes', Metadata }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: KEY, Range: 'bytes=1-2' }));
    expect(await Body!.transformToString()).toBe('yt');
    const CopySource = `bucket/${encodeURIComponent(KEY)}`;
    await client.send(new CopyObjectCommand({ Bucket: 'bucket', Key: 'copy', CopySource }));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'a b/ü!' }));
    expect(Contents).toHaveLength(1);
  });

  it('can stream with a trailing checksum', async () => {
    const upload = { Bucket: 'bucket', Key: 'streamed' };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
    const Body = Readable.from([Buffer.alloc(100_000, 'a'), Buffer.alloc(5, 'b')]);
    const part = { ...upload, UploadId, PartNumber: 1, ContentLength: 100_005 };
    const { ChecksumCRC32 } = await client.send(new UploadPartCommand({ ...part, Body }));
    expect(ChecksumCRC32).toBeDefined();
  });

  it('are refused with another secret and change nothing', async () => {
    const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'never', Body: 'bytes' });
    await expect(stranger.send(put)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      AWSAccessKeyId: 'VERIFIED',
      $metadata: { httpStatusCode: 403 },
    });
    const head = new HeadObjectCommand({ Bucket: 'bucket', Key: 'never' });
    await expect(client.send(head)).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('correct their clocks after RequestTimeTooSkewed', async () => {
    const late = clientOf(server, { credentials: SECRETS, systemClockOffset: -3_600_000 });
    const list = new ListObjectsV2Command({ Bucket: 'bucket' });
    await expect(late.send(list)).rejects.toMatchObject({ name: 'RequestTimeTooSkewed' });
    await expect(late.send(list)).resolves.toBeDefined();
    late.destroy();
  });

  it('are not verified for unknown access keys', async () => {
    const other = clientOf(server);
    await expect(other.send(new HeadObjectCommand({ Bucket: 'bucket', Key: KEY }))).resolves.toBeDefined();
    other.destroy();
  });
});

describe('sessions of directory buckets', () => {
  const Bucket = 'fast--use1-az4--x-s3';

  it('are verified by their secret and token', async () => {
    server.createBucket(Bucket);
    const sessions = clientOf(server, { credentials: SECRETS });
    await sessions.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'bytes' }));
    const put = new PutObjectCommand({ Bucket, Key: 'k', Body: 'bytes' });
    const tokens: string[] = [];
    put.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> };
        tokens.push(headers['x-amz-s3session-token'] ?? '');
        headers['x-amz-s3session-token'] = 'made up';
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await expect(sessions.send(put)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    expect(tokens[0]).not.toBe('');
    sessions.destroy();
  });

  it('require their token', async () => {
    const signer = signerOf(SECRETS, 's3express');
    const session = await signer.sign(requestOf('GET', `/${Bucket}`, { session: '' }));
    const { body } = await raw(server, { path: `/${Bucket}?session=`, headers: session.headers });
    const read = (name: string): string => new RegExp(`<${name}>(.*)</${name}>`).exec(body)?.[1] ?? '';
    const credentials = { accessKeyId: read('AccessKeyId'), secretAccessKey: read('SecretAccessKey') };
    const get = async (token: string | undefined): Promise<string> => {
      const headers: Record<string, string> = token === undefined ? {} : { 'x-amz-s3session-token': token };
      const signed = await signerOf(credentials, 's3express').sign(requestOf('GET', `/${Bucket}/k`, {}, headers));
      return (await raw(server, { path: `/${Bucket}/k`, headers: signed.headers })).body;
    };
    expect(await get(read('SessionToken'))).toBe('bytes');
    expect(await get('made up')).toContain('<Code>InvalidToken</Code>');
    expect(await get(undefined)).toContain('<Code>InvalidAccessKeyId</Code>');
  });
});

describe('presigned URLs', () => {
  const presign = async (
    method: string,
    query: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<string> => {
    const request = requestOf(method, '/bucket/presigned', query, headers);
    const signed = await signerOf(SECRETS, 's3').presign(request, { expiresIn: 60 });
    const parameters = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
    );
    return `/bucket/presigned?${parameters.join('&')}`;
  };
  const UNSIGNED = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };

  it('are valid for the signed request only', async () => {
    const put = await presign('PUT', {}, { ...UNSIGNED, 'x-amz-meta-a': 'b c' });
    expect(await raw(server, { method: 'PUT', path: put, body: 'bytes' })).toMatchObject({ status: 200 });
    const get = await presign('GET', { 'response-content-type': 'a/b c' }, UNSIGNED);
    expect(await raw(server, { path: get })).toMatchObject({
      status: 200,
      body: 'bytes',
      headers: { 'content-type': 'a/b c', 'x-amz-meta-a': 'b c' },
    });
    expect((await raw(server, { path: get.replace('/presigned', '/copy') })).status).toBe(403);
    expect((await raw(server, { path: `${get}&versionId=null` })).status).toBe(403);
  });

  it('verify the signed hash of the body', async () => {
    const hash = createHash('sha256').update('bytes').digest('hex');
    const path = await presign('PUT', {}, { 'x-amz-content-sha256': hash });
    expect((await raw(server, { method: 'PUT', path, body: 'bytes' })).status).toBe(200);
    expect((await raw(server, { method: 'PUT', path, body: 'other' })).body).toContain('XAmzContentSHA256Mismatch');
    const unsigned = await raw(server, { method: 'PUT', path, body: 'other', headers: UNSIGNED });
    expect(unsigned.body).toContain('SignatureDoesNotMatch');
  });
});

describe('requests to KMS', () => {
  const create = async (secretAccessKey: string): Promise<{ status: number; body: string }> => {
    const headers = { 'x-amz-target': 'TrentService.CreateKey', 'content-type': 'application/x-amz-json-1.1' };
    const request = { ...requestOf('POST', '/', {}, headers), body: '{}' };
    const signed = await signerOf({ ...SECRETS, secretAccessKey }, 'kms').sign(request);
    return raw(server, { method: 'POST', path: '/', headers: signed.headers, body: '{}' });
  };

  it('are verified too', async () => {
    expect((await create(SECRETS.secretAccessKey)).status).toBe(200);
    const refused = await create('a guess');
    expect(refused.status).toBe(400);
    expect(JSON.parse(refused.body)).toMatchObject({ __type: 'InvalidSignatureException' });
  });
});

function signerOf(credentials: { accessKeyId: string; secretAccessKey: string }, service: string): SignatureV4 {
  return new SignatureV4({ credentials, region: 'us-east-1', service, sha256: Sha256, uriEscapePath: false });
}

function requestOf(
  method: string,
  path: string,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  const { hostname, port } = new URL(server.endpoint);
  const all = { host: `${hostname}:${port}`, ...headers };
  return { method, protocol: 'http:', hostname, port: Number(port), path, query, headers: all };
}

/** SHA-256 for the signer of the AWS SDK. */
class Sha256 {
  private readonly hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const key = typeof secret === 'object' ? Buffer.from(secret as Uint8Array) : secret;
    this.hash = key === undefined ? createHash('sha256') : createHmac('sha256', key);
  }

  update(data: Uint8Array): void {
    this.hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return Promise.resolve(this.hash.digest());
  }

  reset(): void {
    throw new Error('is not used');
  }
}
