import { get } from 'node:http';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CountingProxy } from '../../../local/run/remote/counting-proxy';
import { withOwner } from '../../../local/run/remote/storage';
import { ownerClient } from '../../../local/run/setup/prepare';
import { S3Server } from '../../../local/s3';

const OWNER = { owner: '123456789012', region: 'us-east-1' };

test('the proxy passes on signed requests and streams, and counts by operation', async () => {
  const server = await S3Server.start();
  server.addPrincipal({ accessKeyId: OWNER.owner, secretAccessKey: 'mpcopy' });
  const proxy = await CountingProxy.start(new URL(server.endpoint));
  const client = ownerClient(proxy, OWNER);
  try {
    const object = { Bucket: 'bucket', Key: 'a b/ü' };
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }));
    await client.send(new PutObjectCommand({ ...object, Body: Buffer.alloc(3_000_000, 'x') }));
    const { Body, ContentLength } = await client.send(new GetObjectCommand(object));
    expect(ContentLength).toBe(3_000_000);
    expect((await Body!.transformToString()).length).toBe(3_000_000);
    await expect(client.send(new HeadObjectCommand({ ...object, Key: 'none' }))).rejects.toThrow();
    expect(proxy.counts()).toEqual({ CreateBucket: 1, GetObject: 1, HeadObject: 1, PutObject: 1 });
    expect(server.requestLog.counts()).toEqual(proxy.counts());
  } finally {
    client.destroy();
    await proxy.close();
    await server.close();
  }
});

test('a connection that the server cuts is cut for the client', async () => {
  const server = await S3Server.start();
  server.faults.add({ operation: 'ListBuckets', times: 1, fault: { kind: 'reset-before' } });
  const proxy = await CountingProxy.start(new URL(server.endpoint));
  try {
    const answer = new Promise((resolve, reject) => get(proxy.endpoint, resolve).on('error', reject));
    await expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(proxy.counts()).toEqual({ ListBuckets: 1 });
  } finally {
    await proxy.close();
    await server.close();
  }
});

test('says how the server gets the KMS key that it does not have', async () => {
  const server = await S3Server.start();
  server.createBucket('bucket');
  const put = new PutObjectCommand({
    Bucket: 'bucket',
    Key: 'key',
    Body: 'x',
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
  });
  const bucketOf = (name: string) => ({ name, ...OWNER });
  try {
    await expect(withOwner(server.endpoint, bucketOf, 'bucket', (client) => client.send(put))).rejects.toThrow(
      /does not exist; start the server with mpcopy s3 --create-kms-keys/,
    );
  } finally {
    await server.close();
  }
});
