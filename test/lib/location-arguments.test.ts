import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { CopyDestination, CopySource, type MultipartCopyWorkflowProps } from '../../lib';
import { copy, type Locations, newStack } from './support';

const ACCESS_POINT = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/raw';
const FAST = 'fast--use1-az4--x-s3';

describe.each([
  ['CopySource', CopySource],
  ['CopyDestination', CopyDestination],
])('invalid arguments of %s', (name, kind) => {
  const bucket = s3.Bucket.fromBucketName(newStack(), 'Raw', 'raw');
  test.each<[string, () => unknown, string]>([
    [
      'a URI',
      () => kind.bucketName('s3://raw'),
      'bucketName takes the name of a general purpose bucket, got "s3://raw"',
    ],
    [
      'an ARN',
      () => kind.bucketName('arn:aws:s3:::raw'),
      'bucketName takes the name of a general purpose bucket, got "arn:aws:s3:::raw"',
    ],
    [
      'nothing',
      () => kind.bucketName(undefined as never),
      'bucketName takes the name of a general purpose bucket, got undefined',
    ],
    [
      'no bucket',
      () => kind.bucket(undefined as never),
      'bucket takes a bucket of the CDK, such as new s3.Bucket(…), got',
    ],
    ['another construct', () => kind.bucket(newStack() as never), 'got an object of class Stack'],
    ['a name', () => kind.bucket('raw' as never), 'new s3.Bucket(…), got "raw"; use bucketName'],
    ['a directory bucket', () => kind.bucketName(FAST), `got the directory bucket "${FAST}"; use directoryBucket`],
    [
      'the alias of an access point',
      () => kind.bucketName('raw-1a2b3c-s3alias'),
      'got the alias of an access point "raw-1a2b3c-s3alias"; use accessPoint, with its ARN and this alias',
    ],
    ['an access point of a directory bucket', () => kind.bucketName('x--use1-az4--xa-s3'), 'use directoryBucket'],
    ['the alias of an Object Lambda access point', () => kind.bucketName('x-1a2b3c--ol-s3'), 'Object Lambda'],
    ['the alias of a multi-Region access point', () => kind.bucketName('x1a2b3c.mrap'), 'multi-Region'],
    ['a table bucket', () => kind.bucketName('x--table-s3'), 'got the table bucket "x--table-s3"'],
    [
      'an imported directory bucket',
      () => kind.bucket(s3.Bucket.fromBucketName(newStack(), 'Fast', FAST)),
      `bucket takes the name of a general purpose bucket, got the directory bucket "${FAST}"; use directoryBucket`,
    ],
    ...['raw', '', ACCESS_POINT].map((alias): [string, () => unknown, string] => [
      `the alias ${JSON.stringify(alias)}`,
      () => kind.accessPoint(ACCESS_POINT, { bucket, alias }),
      `accessPoint: alias must be the alias that S3 gave the access point, such as 'name-1a2b3c-s3alias', got ${JSON.stringify(alias)}`,
    ]),
    [
      'an account',
      () => kind.bucketName('raw', { account: '1234' }),
      'bucketName: account must be an account ID of 12 digits, got "1234"',
    ],
    [
      'a Region',
      () => kind.bucketName('raw', { region: 'Ireland' }),
      'bucketName: region must be the name of a Region',
    ],
    ['a prefix', () => kind.bucketName('raw', { prefix: 's3://raw/x' }), 'bucketName takes a key prefix'],
    [
      'half of a surrogate pair',
      () => kind.bucketName('raw', { prefix: '\ud800/' }),
      'got half of a surrogate pair: "\\ud800/"',
    ],
    ['a key id', () => kind.bucketName('raw', { encryptionKeyArn: '1234-5678' }), 'must be an ARN'],
    [
      'a general purpose bucket',
      () => kind.directoryBucket('raw'),
      'directoryBucket takes the full name of a directory bucket',
    ],
    ['a base name', () => kind.directoryBucket('--x-s3'), 'directoryBucket takes the full name of a directory bucket'],
    [
      'a prefix there',
      () => kind.directoryBucket(FAST, { prefix: 'x'.repeat(1025) }),
      'takes a key prefix of at most 1024 bytes',
    ],
    [
      'an access point by name',
      () => kind.accessPoint('raw', { bucket }),
      'accessPoint takes the ARN of an access point',
    ],
    [
      'a multi-Region access point',
      () => kind.accessPoint('arn:aws:s3::111122223333:accesspoint/x.mrap', { bucket }),
      'multi-Region',
    ],
    [
      'a directory bucket’s access point',
      () => kind.accessPoint('arn:aws:s3express:us-east-1:111122223333:accesspoint/x--use1-az4--xa-s3', { bucket }),
      'directory bucket access points',
    ],
    [
      'an object of an access point',
      () => kind.accessPoint(`${ACCESS_POINT}/object/x`, { bucket }),
      'accessPoint takes the ARN',
    ],
    [
      'a prefix behind it',
      () => kind.accessPoint(ACCESS_POINT, { bucket, prefix: 's3://raw' }),
      'accessPoint takes a key prefix',
    ],
  ])('fails with %s', (_name, create, message) => {
    expect(create).toThrow(message);
    expect(create).toThrow(new RegExp(`^${name}\\.`));
  });
});

test('a name that the CDK CLI has not looked up yet does not fail', () => {
  const name = ssm.StringParameter.valueFromLookup(
    newStack({}, { env: { account: '111122223333', region: 'eu-west-1' } }),
    '/buckets/raw',
  );
  expect(() => CopySource.bucketName(name)).not.toThrow();
});

test.each([{}, { env: { account: '111122223333', region: 'eu-west-1' } }])(
  "the name of an alias that does not begin with 'alias/' fails, in the environment %j",
  (env) => {
    const stack = newStack({}, env);
    const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'data');
    const sources = [CopySource.bucket(new s3.Bucket(stack, 'Raw'), { encryptionKey })];
    expect(() => copy({ sources }, stack)).toThrow("whose name begins with 'alias/'");
  },
);

describe('a key in another Region than its bucket', () => {
  const arn = 'arn:aws:kms:us-west-2:444455556666:key/5678';
  const home = () => newStack({}, { env: { account: '111122223333', region: 'eu-west-1' } });
  const warnings = (locations: Partial<MultipartCopyWorkflowProps>, stack: Stack) => {
    copy(locations, stack);
    return Annotations.fromStack(stack)
      .findWarning('*', Match.stringLikeRegexp('encryptionKeyElsewhere'))
      .map(({ entry }) => entry.data as string);
  };
  const message = `the encryption key "${arn}" is in us-west-2 and the bucket is in eu-west-1.`;

  test.each<[string, (stack: Stack) => Locations]>([
    ['by name', () => ({ sources: [CopySource.bucketName('raw', { encryptionKeyArn: arn })] })],
    [
      'that is imported',
      (stack) => {
        const bucket = s3.Bucket.fromBucketName(stack, 'Raw', 'raw');
        const encryptionKeys = [kms.Key.fromKeyArn(stack, 'Key', arn)];
        return { destinations: [CopyDestination.bucket(bucket, { encryptionKeys })] };
      },
    ],
  ])('gives a warning for a bucket %s', (_name, locations) => {
    const stack = home();
    expect(warnings(locations(stack), stack)).toEqual([expect.stringContaining(message)]);
  });

  test('gives no warning if the Regions are the same, or if one is known only at deployment', () => {
    const key = { encryptionKeyArn: arn };
    expect(warnings({ sources: [CopySource.bucketName('raw', key)] }, newStack())).toEqual([]);
    expect(warnings({ sources: [CopySource.bucketName('raw', { ...key, region: 'us-west-2' })] }, home())).toEqual([]);
  });

  test('gives no warning if it is a default of the workflow', () => {
    const stack = home();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', arn);
    expect(warnings({ defaults: { encryptionKey } }, stack)).toEqual([]);
  });
});
