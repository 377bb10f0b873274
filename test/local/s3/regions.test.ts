import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Server } from '../../../local/s3';
import { clientOf, raw, startServer } from './clients';

describe('Regions', () => {
  let server: S3Server;
  const Bucket = 'abroad';
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;

  beforeEach(async () => {
    server = await startServer();
  });

  const home = (config = {}) => clientOf(server, config);
  const abroad = (): S3Client => clientOf(server, { region: 'eu-west-1' });

  it('of requests are those of their signatures', async () => {
    await abroad().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const head = await abroad().send(new HeadBucketCommand({ Bucket }));
    expect(head.BucketRegion).toBe('eu-west-1');
    const { LocationConstraint } = await abroad().send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-west-1');
    server.createBucket('here');
    const { Buckets } = await home().send(new ListBucketsCommand());
    expect(Buckets?.map(({ Name, BucketRegion }) => [Name, BucketRegion])).toEqual([
      ['abroad', 'eu-west-1'],
      ['here', 'us-east-1'],
    ]);
  });

  it.each([
    ['eu-west-1', 'us-east-1', 'IllegalLocationConstraintException'],
    ['eu-west-1', 'eu-central-1', 'IllegalLocationConstraintException'],
    ['us-east-1', 'us-east-1', 'InvalidLocationConstraint'],
    ['us-east-1', 'cn-north-1', 'InvalidLocationConstraint'],
    ['us-east-1', 'nowhere', 'InvalidLocationConstraint'],
  ])('%s does not create a bucket in %s', async (region, LocationConstraint, name) => {
    const create = new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: LocationConstraint as 'eu-west-1' },
    });
    await expect(clientOf(server, { region }).send(create)).rejects.toMatchObject({ name });
  });

  it.each([
    ['eu-central-1', 'eu-central-1'],
    ['EU', 'eu-west-1'],
  ])('are accepted by us-east-1, which creates a bucket in %s', async (LocationConstraint, region) => {
    const configuration = { LocationConstraint: LocationConstraint as 'EU' };
    await home().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: configuration }));
    const { BucketRegion } = await clientOf(server, { region }).send(new HeadBucketCommand({ Bucket }));
    expect(BucketRegion).toBe(region);
  });

  it.each([
    ['us-east-1', 200],
    ['eu-west-1', 400],
  ])('are not specified by an empty configuration: %s returns %i', async (region, status) => {
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=AK/20260101/${region}/s3/aws4_request` };
    const body = '<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';
    const answer = await raw(server, { method: 'PUT', path: '/abroad', headers, body });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toContain('The unspecified location constraint is incompatible');
  });

  it('must be specified to create a bucket in them', async () => {
    const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=AK/20260101/eu-west-1/s3/aws4_request' };
    const answer = await raw(server, { method: 'PUT', path: '/abroad', headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('The unspecified location constraint is incompatible');
  });

  it('report an existing bucket of the same owner', async () => {
    const create = new CreateBucketCommand({ Bucket, CreateBucketConfiguration });
    await abroad().send(create);
    await expect(abroad().send(create)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
    const again = new CreateBucketCommand({ Bucket });
    await expect(home().send(again)).rejects.toMatchObject({ name: 'BucketAlreadyOwnedByYou' });
  });

  it('redirect requests to the Region of the bucket', async () => {
    await abroad().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await expect(home().send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'PermanentRedirect',
      Endpoint: 'abroad.s3.eu-west-1.amazonaws.com',
      $metadata: { httpStatusCode: 301 },
    });
    const Credential = 'AK/20260101/us-east-1/s3/aws4_request';
    const headers = { authorization: `AWS4-HMAC-SHA256 Credential=${Credential}, SignedHeaders=host, Signature=0` };
    const head = await raw(server, { method: 'HEAD', path: '/abroad', headers });
    expect(head).toMatchObject({ status: 301, headers: { 'x-amz-bucket-region': 'eu-west-1' } });
    const presigned = await raw(server, { path: `/abroad/k?X-Amz-Credential=${encodeURIComponent(Credential)}` });
    expect(presigned.status).toBe(301);
    const { LocationConstraint } = await home().send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-west-1');
    expect((await raw(server, { path: '/abroad' })).status).toBe(200);
  });

  it('are found by SDKs with followRegionRedirects', async () => {
    await abroad().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const follower = home({ followRegionRedirects: true });
    await follower.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
    expect((await follower.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1);
  });

  it('support copies from each other, but not through access points', async () => {
    await abroad().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    server.createBucket('here', { accessPoints: ['point'] });
    server.putGenerated({ bucket: 'here', key: 'k', size: 10 });
    await abroad().send(new CopyObjectCommand({ Bucket, Key: 'k', CopySource: 'here/k' }));
    const { UploadId } = await abroad().send(new CreateMultipartUploadCommand({ Bucket, Key: 'm' }));
    const part = { Bucket, Key: 'm', UploadId, PartNumber: 1, CopySource: 'here/k' };
    await abroad().send(new UploadPartCopyCommand(part));
    const CopySource = encodeURIComponent('arn:aws:s3:us-east-1:123456789012:accesspoint/point/object/k');
    const byAccessPoint = new CopyObjectCommand({ Bucket, Key: 'k', CopySource });
    await expect(abroad().send(byAccessPoint)).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('have KMS keys of their own', async () => {
    await abroad().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    const Credential = 'AK/20260101/eu-west-1/kms/aws4_request';
    const headers = {
      authorization: `AWS4-HMAC-SHA256 Credential=${Credential}`,
      'x-amz-target': 'TrentService.CreateKey',
    };
    const created = await raw(server, { method: 'POST', path: '/', headers, body: '{}' });
    const arn = /arn:aws:kms:eu-west-1:123456789012:key\/[0-9a-f-]+/.exec(created.body)?.[0];
    expect(arn).toBeDefined();
    const put = (SSEKMSKeyId?: string) =>
      abroad().send(
        new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', ServerSideEncryption: 'aws:kms', SSEKMSKeyId }),
      );
    expect((await put(arn)).SSEKMSKeyId).toBe(arn);
    expect((await put(arn?.replace(/.*\//, ''))).SSEKMSKeyId).toBe(arn);
    expect((await put()).SSEKMSKeyId).toMatch(/^arn:aws:kms:eu-west-1:/);
    await expect(put(server.createKmsKey().arn)).rejects.toThrow('Invalid arn us-east-1');
  });
});
