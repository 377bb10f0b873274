import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource } from '../../lib';
import { type Copy, copied, failed, WAYS, LET_IN } from './support';

// Buckets of other kinds, Regions and accounts.

const OTHER = '999999999999';
const RAW_X = 'raw--use1-az4--x-s3';
const LAKE_X = 'lake--use1-az4--x-s3';
const AP = (name: string) => `arn:aws:s3:us-east-1:123456789012:accesspoint/${name}`;

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const lake = { destination: 's3://lake/out/object.bin' };

const fromDirectory: Copy = {
  setup: { sourceBucket: { directoryBucket: true } },
  props: () => ({ sources: [CopySource.directoryBucket(RAW_X, { prefix: 'in/' })] }),
  input: { source: `s3://${RAW_X}/in/object.bin` },
};
const toDirectory: Copy = {
  setup: { destinationBucket: { directoryBucket: true } },
  props: () => ({ destinations: [CopyDestination.directoryBucket(LAKE_X, { prefix: 'out/' })] }),
  input: {},
};

describe.each(WAYS)('by %s', (way) => {
  test('from a directory bucket', async () => {
    const { copy } = await copied(fromDirectory, way);
    expect(copy!.storageClass).toBe('STANDARD');
  });

  test('into a directory bucket', async () => {
    const { copy } = await copied(toDirectory, way);
    expect(copy!.storageClass).toBe('EXPRESS_ONEZONE');
  });

  test('into a directory bucket that has no such key, and overwrite never', async () => {
    await copied({ ...toDirectory, options: { overwrite: 'never' } }, way);
  });

  test('between directory buckets', async () => {
    await copied(
      {
        setup: { ...fromDirectory.setup, ...toDirectory.setup },
        props: (stack) => ({ ...fromDirectory.props!(stack), ...toDirectory.props!(stack) }),
        input: fromDirectory.input,
      },
      way,
    );
  });

  test('into a directory bucket that encrypts by SSE-KMS', async () => {
    const encryption = { sseAlgorithm: 'aws:kms', kmsKeyId: KEY };
    const { copy } = await copied(
      {
        ...toDirectory,
        setup: { destinationBucket: { directoryBucket: true, encryption } },
        props: (stack) => ({
          destinations: [
            CopyDestination.directoryBucket(LAKE_X, {
              prefix: 'out/',
              encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY),
            }),
          ],
        }),
      },
      way,
    );
    expect(copy).toMatchObject({ serverSideEncryption: 'aws:kms', ssekmsKeyId: KEY });
  });

  test('into a directory bucket, what it cannot hold is refused in Plan', async () => {
    const given: Copy = { ...toDirectory, setup: { ...toDirectory.setup, object: { tags: { a: 'b' } } } };
    const { execution } = await failed(given, way, 'UnsupportedDestination');
    expect(execution.states).toEqual(['Plan']);
    await copied({ ...given, options: { taggingDirective: 'NONE' } }, way);
  });

  test('who pays is not said to a directory bucket', async () => {
    const options = { requestPayer: 'requester' };
    await copied({ ...fromDirectory, options }, way);
    const { execution } = await failed({ ...toDirectory, options }, way, 'UnsupportedDestination');
    expect(execution.cause).toContain("options.requestPayer 'requester'");
  });

  test('by way of an access point of the source', async () => {
    const { result } = await copied(
      {
        setup: { sourceBucket: { name: 'raw', accessPoint: 'reader' } },
        props: (stack) => {
          const bucket = new s3.Bucket(stack, 'Raw', { bucketName: 'raw', versioned: true });
          return { sources: [CopySource.accessPoint(AP('reader'), { bucket, prefix: 'in/' })] };
        },
        input: { source: `${AP('reader')}/object/in/object.bin`, ...lake },
      },
      way,
    );
    expect(result!.source.bucket).toBe(AP('reader'));
  });

  test('by way of an access point of the destination', async () => {
    await copied(
      {
        setup: { destinationBucket: { name: 'lake', accessPoint: 'writer' } },
        props: (stack) => {
          const bucket = new s3.Bucket(stack, 'Lake', { bucketName: 'lake' });
          return { destinations: [CopyDestination.accessPoint(AP('writer'), { bucket, prefix: 'out/' })] };
        },
        input: { destination: { bucket: AP('writer'), key: 'out/object.bin' } },
      },
      way,
    );
  });

  test.each([
    ['source', 'eu-west-1', 'us-east-1'],
    ['destination', 'us-east-1', 'eu-central-1'],
    ['both', 'eu-west-1', 'eu-central-1'],
  ])('from Region to Region: %s elsewhere', async (_, from, to) => {
    await copied(
      {
        setup: { sourceBucket: { region: from }, destinationBucket: { region: to } },
        props: () => ({
          sources: [CopySource.bucketName('raw', { prefix: 'in/', region: from })],
          destinations: [CopyDestination.bucketName('lake', { prefix: 'out/', region: to })],
        }),
      },
      way,
    );
  });

  test('between buckets of other accounts, whose policies let the role in', async () => {
    await copied(
      {
        setup: {
          sourceBucket: { owner: OTHER, policy: LET_IN },
          destinationBucket: { owner: OTHER, policy: LET_IN, objectOwnership: 'BucketOwnerPreferred' },
        },
        props: () => ({
          sources: [CopySource.bucketName('raw', { prefix: 'in/', account: OTHER })],
          destinations: [
            CopyDestination.bucketName('lake', { prefix: 'out/', account: OTHER, bucketOwnerFullControl: true }),
          ],
        }),
      },
      way,
    );
  });

  // HeadObject leaves out what the role may not see, as if the object did not have it.
  test.each([
    ['tags', { tags: { a: 'b' } }, 's3:GetObjectTagging'],
    ['a retention', { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: '2099-01-01' }, 's3:GetObjectRetention'],
    ['a legal hold', { objectLockLegalHoldStatus: 'ON' }, 's3:GetObjectLegalHold'],
  ])('%s that a bucket policy hides: not lost', async (_, object, action) => {
    const Action = [action, ...(action === 's3:GetObjectTagging' ? ['s3:GetObjectVersionTagging'] : [])];
    const hides = { Effect: 'Deny', Principal: '*', Action, Resource: 'arn:aws:s3:::{bucket}/*' };
    const locked: Partial<s3.BucketProps> = { objectLockEnabled: true };
    const { execution } = await failed(
      {
        setup: { object, sourceBucket: { policy: { Version: '2012-10-17', Statement: [hides] } } },
        source: locked,
        destination: locked,
        props: () => ({ copyObjectLock: true }),
      },
      way,
      'AccessDenied',
    );
    expect(execution.cause).toMatch(
      /the copy role is not allowed to perform s3:GetObject(Version)?(Tagging|Retention|LegalHold) on/,
    );
  });

  test('a bucket of another account whose policy says nothing is AccessDenied, and says where to look', async () => {
    const { execution } = await failed(
      {
        setup: { destinationBucket: { owner: OTHER } },
        props: () => ({ destinations: [CopyDestination.bucketName('lake', { prefix: 'out/', account: OTHER })] }),
      },
      way,
      'AccessDenied',
    );
    expect(execution.cause).toMatch(/s3:PutObject on .*lake.*bucket policy/);
  });

  test('a bucket of another owner than the declared one is refused', async () => {
    await failed(
      { props: () => ({ destinations: [CopyDestination.bucketName('lake', { prefix: 'out/', account: OTHER })] }) },
      way,
      'AccessDenied',
    );
  });
});

test('prefixes of characters that mean something to IAM', async () => {
  const prefixes = { from: 'i*n?/${x}/', to: 'out${aws:username}*/' };
  await copied(
    {
      props: (stack) => ({
        sources: [CopySource.bucket(new s3.Bucket(stack, 'Raw', { bucketName: 'raw' }), { prefix: prefixes.from })],
        destinations: [
          CopyDestination.bucket(new s3.Bucket(stack, 'Lake', { bucketName: 'lake' }), { prefix: prefixes.to }),
        ],
      }),
      input: { source: `s3://raw/${prefixes.from}object.bin` },
      options: { overwrite: 'never' },
    },
    'CopyObject',
  );
});
