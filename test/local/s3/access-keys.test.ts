import { CreateBucketCommand, GetObjectCommand, HeadBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { clientOf, raw, startServer } from './clients';

const credentials = (accessKeyId: string) => ({ credentials: { accessKeyId, secretAccessKey: 'any' } });

it('refuses unknown access keys with refuseUnknownAccessKeys', async () => {
  const server = await startServer({ refuseUnknownAccessKeys: true });
  server.addPrincipal({ accessKeyId: 'KNOWN' });
  const list = (accessKeyId: string) => clientOf(server, credentials(accessKeyId)).send(new ListBucketsCommand({}));
  await expect(list('KNOWN')).resolves.toBeDefined();
  for (const accessKeyId of ['UNKNOWN', '123456789012']) {
    await expect(list(accessKeyId)).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
      message: 'The AWS Access Key Id you provided does not exist in our records.',
      AWSAccessKeyId: accessKeyId,
      $metadata: { httpStatusCode: 403 },
    });
  }
});

it('refuses unknown access keys of KMS requests with the error of KMS', async () => {
  const server = await startServer({ refuseUnknownAccessKeys: true });
  const headers = {
    'x-amz-target': 'TrentService.ListKeys',
    authorization: 'AWS4-HMAC-SHA256 Credential=UNKNOWN/20260101/us-east-1/kms/aws4_request',
  };
  const { status, body } = await raw(server, { method: 'POST', path: '/', headers, body: '{}' });
  expect([status, JSON.parse(body)]).toMatchObject([400, { __type: 'UnrecognizedClientException' }]);
});

describe.each([false, true])('with enforceIam %s', (enforceIam) => {
  it('a bucket name of another account is in use', async () => {
    const server = await startServer({ enforceIam });
    server.createBucket('bucket', { ownerAccountId: '111111111111' });
    const create = clientOf(server, credentials('222222222222')).send(new CreateBucketCommand({ Bucket: 'bucket' }));
    await expect(create).rejects.toMatchObject({ name: 'BucketAlreadyExists', $metadata: { httpStatusCode: 409 } });
  });

  it('an unsigned request for a missing bucket gets NoSuchBucket', async () => {
    const server = await startServer({ enforceIam });
    server.createBucket('bucket');
    expect((await raw(server, { path: '/nowhere/k' })).body).toContain('<Code>NoSuchBucket</Code>');
    expect((await raw(server, { method: 'HEAD', path: '/nowhere' })).status).toBe(404);
    expect((await raw(server, { path: '/bucket/k' })).status).toBe(enforceIam ? 403 : 404);
  });
});

it('CreateBucket requires a permission and a signature', async () => {
  const server = await startServer({ enforceIam: true });
  server.addPrincipal({ accessKeyId: 'READER', policies: [] });
  const create = clientOf(server, credentials('READER')).send(new CreateBucketCommand({ Bucket: 'bucket' }));
  await expect(create).rejects.toMatchObject({ name: 'AccessDenied' });
  expect((await raw(server, { method: 'PUT', path: '/bucket' })).status).toBe(403);
  const head = clientOf(server, credentials('READER')).send(new HeadBucketCommand({ Bucket: 'bucket' }));
  await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  const get = clientOf(server, credentials('123456789012')).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  await expect(get).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
