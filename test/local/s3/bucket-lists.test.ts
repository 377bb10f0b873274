import {
  type BucketInfo,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListDirectoryBucketsCommand,
  ListObjectsV2Command,
  type LocationInfo,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('lists of buckets', () => {
  let server: S3Server;

  beforeEach(async () => {
    server = await startServer();
  });

  const s3 = (config = {}) => clientOf(server, config);
  const namesOf = (buckets: readonly { Name?: string | undefined }[] = []) => buckets.map(({ Name }) => Name);

  it('have pages and are sorted by name', async () => {
    for (const name of ['ccc', 'aaa', 'bbb', 'other']) server.createBucket(name);
    const first = await s3().send(new ListBucketsCommand({ MaxBuckets: 2 }));
    expect(namesOf(first.Buckets)).toEqual(['aaa', 'bbb']);
    const { ContinuationToken } = first;
    const second = await s3().send(new ListBucketsCommand({ MaxBuckets: 2, ContinuationToken }));
    expect(namesOf(second.Buckets)).toEqual(['ccc', 'other']);
    expect(second.ContinuationToken).toBeUndefined();
    const prefixed = await s3().send(new ListBucketsCommand({ Prefix: 'o' }));
    expect(prefixed.Prefix).toBe('o');
    expect(namesOf(prefixed.Buckets)).toEqual(['other']);
  });

  it('can be filtered by Region', async () => {
    server.createBucket('here');
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await s3({ region: 'eu-west-1' }).send(new CreateBucketCommand({ Bucket: 'abroad', CreateBucketConfiguration }));
    const { Buckets } = await s3().send(new ListBucketsCommand({ BucketRegion: 'eu-west-1' }));
    expect(namesOf(Buckets)).toEqual(['abroad']);
  });

  it.each(['max-buckets=0', 'max-buckets=10001', 'max-buckets=x', 'bucket-region=nowhere', 'continuation-token=%21'])(
    'refuse %s',
    async (query) => {
      const answer = await raw(server, { path: `/?${query}` });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('<Code>InvalidArgument</Code>');
    },
  );

  it('of directory buckets contain no other buckets', async () => {
    server.createBucket('general');
    for (const name of ['b--use1-az4--x-s3', 'a--use1-az4--x-s3']) server.createBucket(name);
    expect(namesOf((await s3().send(new ListBucketsCommand())).Buckets)).toEqual(['general']);
    const first = await s3().send(new ListDirectoryBucketsCommand({ MaxDirectoryBuckets: 1 }));
    expect(first.Buckets).toMatchObject([
      { Name: 'a--use1-az4--x-s3', BucketArn: 'arn:aws:s3express:us-east-1:123456789012:bucket/a--use1-az4--x-s3' },
    ]);
    const { ContinuationToken } = first;
    const rest = await s3().send(new ListDirectoryBucketsCommand({ ContinuationToken }));
    expect(namesOf(rest.Buckets)).toEqual(['b--use1-az4--x-s3']);
    const abroad = await s3({ region: 'eu-west-1' }).send(new ListDirectoryBucketsCommand({}));
    expect(abroad.Buckets ?? []).toEqual([]);
  });

  it('contain directory buckets created by an SDK with default settings', async () => {
    const Bucket = 'fast--use1-az4--x-s3';
    const Location: LocationInfo = { Type: 'AvailabilityZone', Name: 'use1-az4' };
    const info: BucketInfo = { Type: 'Directory', DataRedundancy: 'SingleAvailabilityZone' };
    const listing = new ListObjectsV2Command({ Bucket });
    await expect(s3().send(listing)).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await s3().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { Location, Bucket: info } }));
    expect(await s3().send(new HeadBucketCommand({ Bucket }))).toMatchObject({
      BucketLocationType: 'AvailabilityZone',
      BucketLocationName: 'use1-az4',
    });
    await s3().send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect((await s3().send(listing)).KeyCount).toBe(1);
    await expect(s3().send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({ name: 'BucketNotEmpty' });
  });
});
