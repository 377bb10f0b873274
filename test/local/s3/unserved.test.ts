import { S3Server } from '../../../local/s3';
import { raw, type RawResponse } from './clients';

describe('requests for unsupported features', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await S3Server.start();
    server.createBucket('bucket');
  });

  afterAll(async () => {
    await server.close();
  });

  beforeEach(async () => {
    await raw(server, { method: 'PUT', path: '/bucket/k', body: 'as it was' });
  });

  const body = async (): Promise<string> => (await raw(server, { path: '/bucket/k' })).body;

  it.each([
    ['PUT', '/bucket/k?renameObject', { 'x-amz-rename-source': 'bucket/other' }, 501],
    ['PUT', '/bucket/k', { 'x-amz-write-offset-bytes': '9' }, 501],
    ['PUT', '/bucket/k?partNumber=1', {}, 400],
    ['PUT', '/bucket/k?torrent', {}, 501],
    ['PUT', '/bucket/k?versionId=null', {}, 400],
    ['DELETE', '/bucket/k?select', {}, 501],
    ['DELETE', '/bucket/k?partNumber=1', {}, 400],
    ['POST', '/bucket', { 'content-type': 'multipart/form-data; boundary=b' }, 501],
    ['PUT', '/bucket?cors', {}, 501],
    ['PUT', '/bucket?website', {}, 501],
    ['PUT', '/bucket?replication', {}, 501],
    ['PUT', '/bucket?notification', {}, 501],
    ['PUT', '/bucket?logging', {}, 501],
    ['PUT', '/bucket?accelerate', {}, 501],
    ['OPTIONS', '/bucket/k', { origin: 'https://page.example' }, 405],
  ])('change nothing: %s %s %j', async (method, path, headers, status) => {
    const answer = await raw(server, { method, path, headers, ...(method !== 'DELETE' && { body: 'changed' }) });
    expect(answer.status).toBe(status);
    expect(await body()).toBe('as it was');
  });

  const presigned = (query: string): string => {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const credential = `A/${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
    return `/bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${credential}&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-Signature=s&X-Amz-SignedHeaders=host${query}`;
  };
  const put = (path: string, text: string): Promise<RawResponse> => raw(server, { method: 'PUT', path, body: text });

  it('are recognized by headers in the query of a presigned URL', async () => {
    await raw(server, { method: 'PUT', path: '/bucket/source', body: 'copied' });
    expect((await put(presigned('&x-amz-copy-source=bucket%2Fsource'), '')).body).toContain('<CopyObjectResult');
    expect(await body()).toBe('copied');

    expect((await put(presigned('&x-amz-meta-a=b&x-amz-storage-class=STANDARD_IA&x-id=PutObject'), 'put')).status).toBe(
      200,
    );
    const { headers } = await raw(server, { path: '/bucket/k' });
    expect(headers).toMatchObject({ 'x-amz-meta-a': 'b', 'x-amz-storage-class': 'STANDARD_IA' });

    const wrong = await put(presigned('&x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32'), 'x');
    expect(wrong.body).toContain('<Code>BadDigest</Code>');
    expect((await put(presigned('&x-amz-write-offset-bytes=3'), 'x')).status).toBe(501);
  });

  it('do not treat the query of unsigned URLs as headers', async () => {
    expect((await put('/bucket/k?x-amz-meta-a=b', 'x')).status).toBe(200);
    expect((await raw(server, { path: '/bucket/k' })).headers).not.toHaveProperty('x-amz-meta-a');
  });
});
