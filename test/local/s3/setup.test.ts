import { HeadObjectCommand } from '@aws-sdk/client-s3';
import {
  BucketExistsError,
  InvalidBucketNameError,
  InvalidObjectError,
  InvalidOptionError,
  MAX_OBJECT_BYTES,
  NotFoundError,
  S3Server,
} from '../../../local/s3';
import { clientOf } from './clients';

describe('the programmatic API', () => {
  let server: S3Server;

  beforeAll(async () => {
    server = await S3Server.start();
    server.createBucket('bucket', { versioning: 'Enabled' });
  });

  afterAll(async () => {
    await server.close();
  });

  it.each([
    { port: -1 },
    { port: 1.5 },
    { accountId: 'me' },
    { region: 'Mars' },
    { dir: '' },
    { latency: 'aws' as const, timeScale: -1 },
  ])('refuses %j', async (options) => {
    await expect(S3Server.start(options)).rejects.toThrow(InvalidOptionError);
  });

  it('reports the invalid value', () => {
    expect(() => server.createBucket('No')).toThrow(InvalidBucketNameError);
    expect(() => server.createBucket('No')).toThrow("'No' is not a valid bucket name: use 3 to 63 lower-case letters");
    expect(() => server.createBucket('bucket')).toThrow(BucketExistsError);
    expect(() => server.putGenerated({ bucket: 'nope', key: 'k', size: 1 })).toThrow(NotFoundError);
    expect(() => server.contentIdentity('bucket', 'nope')).toThrow("object 'nope' does not exist in bucket 'bucket'");
    for (const size of [-1, 0.5, MAX_OBJECT_BYTES + 1]) {
      expect(() => server.putGenerated({ bucket: 'bucket', key: 'k', size })).toThrow(InvalidObjectError);
    }
    const sha = { bucket: 'bucket', key: 'k', size: 1, checksumAlgorithm: 'SHA256' } as const;
    expect(() => server.putGenerated(sha)).toThrow('use CRC32, CRC32C, CRC64NVME or none');
  });

  it('generates the same content for the same seed, and objects with properties', async () => {
    const object = {
      bucket: 'bucket',
      size: 1000,
      seed: 's',
      metadata: { a: 'b' },
      tags: { t: 'v' },
      storageClass: 'STANDARD_IA',
    };
    const first = server.putGenerated({
      ...object,
      key: 'one',
      contentType: 'text/plain',
      checksumAlgorithm: 'CRC32C',
    });
    const second = server.putGenerated({ ...object, key: 'two', seed: 't' });
    expect(first.versionId).toMatch(/^[\w.]{32}$/);
    expect(first.etag).not.toBe(second.etag);
    expect(server.putGenerated({ ...object, key: 'three' }).etag).toBe(first.etag);
    expect(server.contentIdentity('bucket', 'three')).toBe(server.contentIdentity('bucket', 'one', first.versionId));
    const head = await clientOf(server).send(
      new HeadObjectCommand({ Bucket: 'bucket', Key: 'one', ChecksumMode: 'ENABLED' }),
    );
    expect(head).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: 'b' },
      TagCount: 1,
      StorageClass: 'STANDARD_IA',
    });
    expect(head.ChecksumCRC32C).toBeDefined();
  });

  it('creates objects without checksums', async () => {
    server.putGenerated({ bucket: 'bucket', key: 'old', size: 10, checksumAlgorithm: 'none' });
    const head = await clientOf(server).send(
      new HeadObjectCommand({ Bucket: 'bucket', Key: 'old', ChecksumMode: 'ENABLED' }),
    );
    expect(head.ChecksumType).toBeUndefined();
  });
});
