import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('encryption headers', () => {
  let server: S3Server;
  const Bucket = 'bucket';

  beforeEach(async () => {
    server = await startServer();
    server.createBucket(Bucket);
    server.putGenerated({ bucket: Bucket, key: 'k', size: 10 });
  });

  const refusal = 'x-amz-server-side-encryption header is not supported for this operation.';

  it.each(['AES256', 'aws:kms'])('are refused of who reads (%s)', async (method) => {
    const headers = { 'x-amz-server-side-encryption': method };
    const get = await raw(server, { path: '/bucket/k', headers });
    expect(get.status).toBe(400);
    expect(get.body).toContain('<Code>InvalidArgument</Code>');
    expect(get.body).toContain(refusal);
    expect((await raw(server, { method: 'HEAD', path: '/bucket/k', headers })).status).toBe(400);
    const attributes = { ...headers, 'x-amz-object-attributes': 'ETag' };
    expect((await raw(server, { path: '/bucket/k?attributes', headers: attributes })).body).toContain(refusal);
  });

  it('are refused for parts', async () => {
    const { UploadId = '' } = await clientOf(server).send(new CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
    const path = `/bucket/m?partNumber=1&uploadId=${encodeURIComponent(UploadId)}`;
    const headers = { 'x-amz-server-side-encryption': 'AES256', 'x-amz-copy-source': 'bucket/k' };
    expect((await raw(server, { method: 'PUT', path, headers })).body).toContain(refusal);
  });
});
