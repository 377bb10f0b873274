import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { S3Server } from '../../../local/s3';
import { clientOf } from './clients';

describe('S3Server', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await S3Server.start();
  });

  afterEach(async () => {
    await server.close();
  });

  it('stores and returns an object', async () => {
    const s3 = clientOf(server);
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }));
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a', Body: 'hello', Metadata: { camera: 'old' } }));
    const object = await s3.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
    expect(await object.Body?.transformToString()).toBe('hello');
    expect(object.Metadata).toEqual({ camera: 'old' });
    expect(object.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  });

  it('serves generated objects of any size with an exact checksum', async () => {
    server.createBucket('lake');
    const { etag } = server.putGenerated({ bucket: 'lake', key: 'huge', size: 10_000 * 5 * 1024 ** 3 });
    const head = await clientOf(server).send(
      new HeadObjectCommand({ Bucket: 'lake', Key: 'huge', ChecksumMode: 'ENABLED' }),
    );
    expect(head.ContentLength).toBe(53_687_091_200_000);
    expect(head.ETag).toBe(`"${etag}"`);
    expect(head.ChecksumCRC64NVME).toMatch(/^[A-Za-z0-9+/]{11}=$/);
    expect(head.ChecksumType).toBe('FULL_OBJECT');
  });

  it('counts requests by operation', async () => {
    server.createBucket('lake');
    server.putGenerated({ bucket: 'lake', key: 'a', size: 1 });
    const s3 = clientOf(server);
    await s3.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'a' }));
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'b' }))).rejects.toThrow();
    expect(server.requestLog.counts()).toEqual({ HeadObject: 2 });
    expect(server.requestLog.entries()[1]).toMatchObject({
      operation: 'HeadObject',
      bucket: 'lake',
      key: 'b',
      principal: 'AKIDEXAMPLE',
      status: 404,
      errorCode: 'NoSuchKey',
    });
  });
});
