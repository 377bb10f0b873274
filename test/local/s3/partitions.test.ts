import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
} from '@aws-sdk/client-s3';
import { bucketArn, endpointOf, iamArn } from '../../../local/s3/base/arns';
import { clientOf, startServer } from './clients';

it.each([
  ['us-east-1', 'aws', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['us-iso-east-1', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-east-1', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['us-isof-south-1', 'aws-iso-f', 'csp.hci.ic.gov'],
  ['eu-isoe-west-1', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['eusc-de-east-1', 'aws-eusc', 'amazonaws.eu'],
])('%s is in the partition %s', (region, partition, suffix) => {
  expect(bucketArn('b', region)).toBe(`arn:${partition}:s3:::b`);
  expect(endpointOf('s3', region)).toBe(`s3.${region}.${suffix}`);
});

describe.each(['cn-north-1', 'us-gov-west-1', 'eusc-de-east-1'])('a server in %s', (region) => {
  it('uses the ARNs of its partition', async () => {
    const server = await startServer({ region, enforceIam: true });
    const partition = bucketArn('', region).split(':')[1] ?? '';
    const owner = clientOf(server, { credentials: { accessKeyId: 'OWNER', secretAccessKey: 'any' } });
    const LocationConstraint = region as 'cn-north-1';
    await owner.send(new CreateBucketCommand({ Bucket: 'bucket', CreateBucketConfiguration: { LocationConstraint } }));
    const { BucketArn } = await owner.send(new HeadBucketCommand({ Bucket: 'bucket' }));
    expect(BucketArn).toBe(`arn:${partition}:s3:::bucket`);
    expect(server.createKmsKey().arn).toMatch(`arn:${partition}:kms:${region}:123456789012:key/`);

    server.putGenerated({ bucket: 'bucket', key: 'k', size: 1 });
    const allow = (Resource: string) => ({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource },
    });
    server.addPrincipal({ accessKeyId: 'READER', policies: [allow(`arn:${partition}:s3:::bucket/*`)] });
    server.addPrincipal({ accessKeyId: 'OTHER', policies: [allow('arn:aws:s3:::bucket/*')] });
    const read = (accessKeyId: string) =>
      clientOf(server, { credentials: { accessKeyId, secretAccessKey: 'any' } }).send(
        new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }),
      );
    await expect(read('READER')).resolves.toBeDefined();
    await expect(read('OTHER')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`User: ${iamArn('user/OTHER', region, '123456789012')} is not authorized`),
    });

    const Principal = { AWS: iamArn('root', region, '210987654321') };
    const statement = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Principal,
      Resource: `arn:${partition}:s3:::bucket/*`,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: statement });
    await owner.send(new PutBucketPolicyCommand({ Bucket: 'bucket', Policy }));
    const foreign = clientOf(server, { credentials: { accessKeyId: '210987654321', secretAccessKey: 'any' } });
    await expect(foreign.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }))).resolves.toBeDefined();
  });
});
