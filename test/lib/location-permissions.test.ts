import { type Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CfnDirectoryBucket } from 'aws-cdk-lib/aws-s3express';
import { CopyDestination, CopySource } from '../../lib';
import {
  expectLocations,
  fromPlainSource,
  imported,
  KEY_ARN,
  LIST,
  LIST_UPLOADS,
  LIST_VERSIONS,
  LIST_VERSIONS_BELOW,
  listBelow,
  ownedBy,
  READ,
  READ_VERSIONS,
  toPlainDestination,
  useKey,
  WRITE_VERSIONS,
} from './expectations';
import { allow, copy, type Locations, newStack, type Statement } from './support';

const SESSION = ['s3express:CreateSession'];
const READ_ONLY = { StringEquals: { 's3express:SessionMode': 'ReadOnly' } };
const FAST = 'fast--use1-az4--x-s3';
const OTHER_KEY_ARN = 'arn:aws:kms:us-west-2:444455556666:key/5678';
const ACCESS_POINT = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/raw';

function directory(name: string, region = '<AWS::Region>', account = '<AWS::AccountId>'): string {
  return `arn:<AWS::Partition>:s3express:${region}:${account}:bucket/${name}`;
}

function useDirectoryKey(actions: string[], arn: string): Statement {
  return allow(actions, KEY_ARN, {
    StringEquals: {
      'kms:ViaService': ['s3express.<AWS::Region>.<AWS::URLSuffix>', 's3.<AWS::Region>.<AWS::URLSuffix>'],
    },
    StringEqualsIfExists: {
      'kms:EncryptionContext:aws:s3express:arn': arn,
      'kms:EncryptionContext:aws:s3:arn': arn,
    },
  });
}

function by(accessPoint: string, statement: Statement): Statement {
  const { Condition } = statement;
  return {
    ...statement,
    Condition: { ...Condition, StringEquals: { ...Condition?.StringEquals, 's3:DataAccessPointArn': accessPoint } },
  };
}

const CASES: [string, (stack: Stack) => Locations, Statement[]][] = [
  [
    'buckets by name',
    () => ({
      sources: [CopySource.bucketName('raw', { prefix: 'in/' }), CopySource.bucketName('more', { versioned: false })],
      destinations: [CopyDestination.bucketName('lake')],
    }),
    [
      allow(READ_VERSIONS, `${imported('raw')}/in/*`),
      listBelow(imported('raw'), 'in/*'),
      allow(READ, `${imported('more')}/*`),
      allow(LIST, imported('more')),
      allow(WRITE_VERSIONS, `${imported('lake')}/*`),
      allow(LIST_VERSIONS, imported('lake')),
    ],
  ],
  [
    'buckets by name with keys, in other Regions and accounts',
    (stack) => ({
      sources: [
        CopySource.bucketName('raw', { account: '444455556666', region: 'us-west-2', encryptionKeyArn: OTHER_KEY_ARN }),
      ],
      destinations: [
        CopyDestination.bucketName('lake', {
          prefix: 'out/',
          region: 'eu-west-1',
          encryptionKeyArn: KEY_ARN,
          encryptionKeys: [kms.Key.fromKeyArn(stack, 'Key', `${KEY_ARN}-further`)],
        }),
      ],
    }),
    [
      ownedBy('444455556666', allow(READ_VERSIONS, `${imported('raw')}/*`)),
      ownedBy('444455556666', allow(LIST, imported('raw'))),
      useKey(['kms:Decrypt'], OTHER_KEY_ARN, imported('raw'), '*', 'us-west-2'),
      allow(WRITE_VERSIONS, `${imported('lake')}/out/*`),
      listBelow(imported('lake'), 'out/*', LIST_VERSIONS_BELOW),
      allow(LIST_UPLOADS, imported('lake')),
      ...[KEY_ARN, `${KEY_ARN}-further`].map((key) =>
        useKey(['kms:Decrypt', 'kms:GenerateDataKey'], key, imported('lake'), 'out/*', 'eu-west-1'),
      ),
    ],
  ],
  [
    'a bucket by name whose owner gets full control',
    () => ({ destinations: [CopyDestination.bucketName('lake', { prefix: 'x*', bucketOwnerFullControl: true })] }),
    [
      ...fromPlainSource,
      allow(WRITE_VERSIONS, `${imported('lake')}/x\${*}*`),
      listBelow(imported('lake'), 'x${*}*', LIST_VERSIONS_BELOW),
      allow(LIST_UPLOADS, imported('lake')),
      allow(['s3:PutObjectAcl'], `${imported('lake')}/x\${*}*`, {
        StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
      }),
    ],
  ],
  [
    'further keys of owned buckets',
    (stack) => {
      const encryptionKeys = [kms.Key.fromKeyArn(stack, 'Key', KEY_ARN)];
      return {
        sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { encryptionKeys })],
        destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'), { encryptionKeys })],
      };
    },
    [
      ...fromPlainSource,
      useKey(['kms:Decrypt'], KEY_ARN, '<Source.Arn>'),
      ...toPlainDestination,
      useKey(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, '<Destination.Arn>'),
    ],
  ],
  [
    'directory buckets, whose prefixes IAM does not know',
    (stack) => ({
      sources: [CopySource.directoryBucket(FAST, { prefix: 'in/', region: 'us-east-1', account: '444455556666' })],
      destinations: [
        CopyDestination.directoryBucket(
          new CfnDirectoryBucket(stack, 'Fast', { dataRedundancy: 'SingleAvailabilityZone', locationName: 'use1-az4' })
            .ref,
          { prefix: 'out/' },
        ),
      ],
    }),
    [allow(SESSION, directory(FAST, 'us-east-1', '444455556666'), READ_ONLY), allow(SESSION, directory('<Fast>'))],
  ],
  [
    'directory buckets with keys',
    (stack) => {
      const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
      return {
        sources: [CopySource.directoryBucket('a--use1-az4--x-s3', { encryptionKey })],
        destinations: [CopyDestination.directoryBucket('b--use1-az4--x-s3', { encryptionKey })],
      };
    },
    [
      allow(SESSION, directory('a--use1-az4--x-s3'), READ_ONLY),
      useDirectoryKey(['kms:Decrypt', 'kms:GenerateDataKey'], directory('a--use1-az4--x-s3')),
      allow(SESSION, directory('b--use1-az4--x-s3')),
      useDirectoryKey(['kms:Decrypt', 'kms:GenerateDataKey'], directory('b--use1-az4--x-s3')),
    ],
  ],
  [
    'one directory bucket at both ends: the session that reads may, the session that writes may, too',
    () => ({
      sources: [CopySource.directoryBucket(FAST, { prefix: 'in/' })],
      destinations: [CopyDestination.directoryBucket(FAST, { prefix: 'out/' })],
    }),
    [allow(SESSION, directory(FAST), READ_ONLY), allow(SESSION, directory(FAST))],
  ],
  [
    'access points and the buckets behind them',
    (stack) => ({
      sources: [
        CopySource.accessPoint(ACCESS_POINT, {
          bucket: new s3.Bucket(stack, 'Source', { encryption: s3.BucketEncryption.KMS }),
          prefix: 'in/',
        }),
      ],
      destinations: [
        CopyDestination.accessPoint(new s3.CfnAccessPoint(stack, 'Point', { bucket: 'lake' }).attrArn, {
          bucket: s3.Bucket.fromBucketName(stack, 'Lake', 'lake'),
        }),
      ],
    }),
    [
      allow(READ, `${ACCESS_POINT}/object/in/*`),
      listBelow(ACCESS_POINT, 'in/*'),
      by(ACCESS_POINT, allow(READ, '<Source.Arn>/in/*')),
      by(ACCESS_POINT, listBelow('<Source.Arn>', 'in/*')),
      useKey(['kms:Decrypt'], '<SourceKey.Arn>', '<Source.Arn>', 'in/*', 'eu-west-1'),
      allow(WRITE_VERSIONS, '<Point.Arn>/object/*'),
      allow(LIST_VERSIONS, '<Point.Arn>'),
      by('<Point.Arn>', allow(WRITE_VERSIONS, `${imported('lake')}/*`)),
      by('<Point.Arn>', allow(LIST_VERSIONS, imported('lake'))),
    ],
  ],
];

test.each(CASES)('the copy role of %s', (_name, locations, expected) => {
  const stack = newStack();
  expectLocations(copy(locations(stack), stack).template(), ...expected);
});

test('needs no statement for bucketOwnerFullControl with copyAcl', () => {
  const destinations = [CopyDestination.bucketName('lake', { bucketOwnerFullControl: true })];
  const stack = newStack();
  const { template } = copy({ destinations, copyAcl: true }, stack);
  expectLocations(
    template(),
    allow(['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectTagging'], '<Source.Arn>/*'),
    allow(LIST, '<Source.Arn>'),
    allow([...WRITE_VERSIONS, 's3:PutObjectAcl'].sort(), `${imported('lake')}/*`),
    allow(LIST_VERSIONS, imported('lake')),
  );
});

test.each(['us-east-1', 'cn-north-1', 'us-gov-west-1'])('no partition is written out: %s', (region) => {
  const stack = newStack({}, { env: { region, account: '111122223333' } });
  const { template } = copy(
    {
      sources: [CopySource.bucketName('raw'), CopySource.directoryBucket(FAST)],
      destinations: [CopyDestination.bucketName('lake')],
    },
    stack,
  );
  const text = JSON.stringify(template().toJSON().Resources);
  expect(text).not.toMatch(/arn:aws(-cn|-us-gov)?:|amazonaws\.com\.cn/);
  expect(text).toContain('{"Ref":"AWS::Partition"}');
});

test('uses the partition of the Region with the feature flag for it', () => {
  const flags = { '@aws-cdk/core:enablePartitionLiterals': true };
  const stack = newStack(flags, { env: { region: 'cn-north-1', account: '111122223333' } });
  const sources = [CopySource.bucketName('raw'), CopySource.directoryBucket('a--cnn1-az1--x-s3')];
  const text = JSON.stringify(copy({ sources }, stack).template().toJSON().Resources);
  expect(text).toContain('"arn:aws-cn:s3:::raw/*"');
  expect(text).toContain('"arn:aws-cn:s3express:cn-north-1:111122223333:bucket/a--cnn1-az1--x-s3"');
  expect(text).not.toContain('arn:aws:');
});
