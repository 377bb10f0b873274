import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource } from '../../lib';
import {
  expectLocations,
  fromPlainSource,
  imported,
  KEY_ARN,
  LIST,
  LIST_DESTINATION,
  LIST_UPLOADS,
  LIST_VERSIONS,
  LIST_VERSIONS_BELOW,
  listBelow,
  READ,
  READ_VERSIONS,
  toPlainDestination,
  useKey,
  WRITE,
  WRITE_VERSIONS,
} from './expectations';
import { allow, copy, type Locations, newStack, resource, type Statement, statementsOf } from './support';

const CASES: [string, (stack: Stack) => Locations, Statement[]][] = [
  ['plain buckets', () => ({}), [...fromPlainSource, ...toPlainDestination]],
  [
    'prefixes',
    (stack) => ({
      sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix: 'raw/' })],
      destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'), { prefix: 'lake/x-' })],
    }),
    [
      allow(READ, '<Source.Arn>/raw/*'),
      listBelow('<Source.Arn>', 'raw/*'),
      allow(WRITE, '<Destination.Arn>/lake/x-*'),
      listBelow('<Destination.Arn>', 'lake/x-*'),
      allow(LIST_UPLOADS, '<Destination.Arn>'),
    ],
  ],
  [
    'prefixes with what IAM would take for wildcards and variables',
    (stack) => ({
      sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix: 'a*b?c$d/${aws:username}' })],
      destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'), { prefix: '**' })],
    }),
    [
      allow(READ, '<Source.Arn>/a${*}b${?}c${$}d/${$}{aws:username}*'),
      listBelow('<Source.Arn>', 'a${*}b${?}c${$}d/${$}{aws:username}*'),
      allow(WRITE, '<Destination.Arn>/${*}${*}*'),
      listBelow('<Destination.Arn>', '${*}${*}*'),
      allow(LIST_UPLOADS, '<Destination.Arn>'),
    ],
  ],
  [
    'a prefix that is only in part known before it is deployed',
    (stack) => ({
      sources: [CopySource.bucket(new s3.Bucket(stack, 'Source'), { prefix: `${stack.account}/a*b?c$d/` })],
    }),
    [
      allow(READ, '<Source.Arn>/<AWS::AccountId>/a${*}b${?}c${$}d/*'),
      listBelow('<Source.Arn>', '<AWS::AccountId>/a${*}b${?}c${$}d/*'),
      ...toPlainDestination,
    ],
  ],
  [
    'buckets with keys of their own',
    (stack) => {
      const bucket = (id: string) => new s3.Bucket(stack, id, { encryption: s3.BucketEncryption.KMS });
      return {
        sources: [CopySource.bucket(bucket('Source'), { prefix: 'raw/' })],
        destinations: [CopyDestination.bucket(bucket('Destination'))],
      };
    },
    [
      allow(READ, '<Source.Arn>/raw/*'),
      listBelow('<Source.Arn>', 'raw/*'),
      useKey(['kms:Decrypt'], '<SourceKey.Arn>', '<Source.Arn>', 'raw/*'),
      ...toPlainDestination,
      useKey(['kms:Decrypt', 'kms:GenerateDataKey'], '<DestinationKey.Arn>', '<Destination.Arn>'),
    ],
  ],
  [
    'imported buckets, keys passed',
    (stack) => {
      const bucket = (name: string) => s3.Bucket.fromBucketName(stack, name, name);
      const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
      return {
        sources: [CopySource.bucket(bucket('raw'), { encryptionKey })],
        destinations: [CopyDestination.bucket(bucket('lake'), { encryptionKey, prefix: 'a?/' })],
      };
    },
    [
      allow(READ_VERSIONS, `${imported('raw')}/*`),
      allow(LIST, imported('raw')),
      useKey(['kms:Decrypt'], KEY_ARN, imported('raw')),
      allow(WRITE_VERSIONS, `${imported('lake')}/a\${?}/*`),
      listBelow(imported('lake'), 'a${?}/*', LIST_VERSIONS_BELOW),
      allow(LIST_UPLOADS, imported('lake')),
      useKey(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, imported('lake'), 'a${?}/*'),
    ],
  ],
  [
    'imported buckets, keys and Region among the attributes',
    (stack) => {
      const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
      const bucket = (bucketName: string) =>
        s3.Bucket.fromBucketAttributes(stack, bucketName, { bucketName, encryptionKey, region: 'eu-west-1' });
      return {
        sources: [CopySource.bucket(bucket('raw'))],
        destinations: [CopyDestination.bucket(bucket('lake'))],
      };
    },
    [
      allow(READ_VERSIONS, `${imported('raw')}/*`),
      allow(LIST, imported('raw')),
      useKey(['kms:Decrypt'], KEY_ARN, imported('raw'), '*', 'eu-west-1'),
      allow(WRITE_VERSIONS, `${imported('lake')}/*`),
      allow(LIST_VERSIONS, imported('lake')),
      useKey(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, imported('lake'), '*', 'eu-west-1'),
    ],
  ],
  [
    'a key passed goes before the bucket’s own',
    (stack) => {
      const bucket = new s3.Bucket(stack, 'Source', { encryption: s3.BucketEncryption.KMS });
      return { sources: [CopySource.bucket(bucket, { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) })] };
    },
    [...fromPlainSource, useKey(['kms:Decrypt'], KEY_ARN, '<Source.Arn>'), ...toPlainDestination],
  ],
  [
    'several sources and destinations, one bucket being both',
    (stack) => {
      const both = new s3.Bucket(stack, 'Both');
      return {
        sources: [CopySource.bucket(new s3.Bucket(stack, 'Source')), CopySource.bucket(both, { prefix: 'in/' })],
        destinations: [
          CopyDestination.bucket(new s3.Bucket(stack, 'Destination')),
          CopyDestination.bucket(both, { prefix: 'out/' }),
        ],
      };
    },
    [
      ...fromPlainSource,
      allow(READ, '<Both.Arn>/in/*'),
      listBelow('<Both.Arn>', 'in/*'),
      ...toPlainDestination,
      allow(WRITE, '<Both.Arn>/out/*'),
      listBelow('<Both.Arn>', 'out/*'),
      allow(LIST_UPLOADS, '<Both.Arn>'),
    ],
  ],
  [
    'names and prefixes known at deploy time only',
    (stack) => {
      const raw = new CfnParameter(stack, 'Raw').valueAsString;
      const prefix = new CfnParameter(stack, 'Prefix').valueAsString;
      return {
        sources: [CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Source', raw))],
        destinations: [
          CopyDestination.bucket(s3.Bucket.fromBucketName(stack, 'Destination', Fn.importValue('Lake')), { prefix }),
        ],
      };
    },
    [
      allow(READ_VERSIONS, `${imported('<Raw>')}/*`),
      allow(LIST, imported('<Raw>')),
      allow(WRITE_VERSIONS, `${imported('<import Lake>')}/<Prefix>*`),
      listBelow(imported('<import Lake>'), '<Prefix>*', LIST_VERSIONS_BELOW),
      allow(LIST_UPLOADS, imported('<import Lake>')),
    ],
  ],
];

test.each(CASES)('the copy role has exactly the permissions for %s', (_name, locations, expected) => {
  const stack = newStack();
  const { template } = copy(locations(stack), stack);
  expectLocations(template(), ...expected);
});

test('grants the key of an alias', () => {
  const stack = newStack();
  const key = new kms.Key(stack, 'Key');
  const encryptionKey = new kms.Alias(stack, 'Alias', { aliasName: 'alias/data', targetKey: key });
  const source = CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Imported', 'partner'), { encryptionKey });
  const statements = statementsOf(copy({ sources: [source] }, stack).template(), 'CopyCopyRole');
  expect(statements.filter(({ Action }) => Action.includes('kms:Decrypt'))).toMatchObject([
    { Resource: ['<Key.Arn>'] },
  ]);
});

test('grants the keys that have an imported alias', () => {
  const stack = newStack();
  const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/data');
  const source = CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Imported', 'partner'), { encryptionKey });
  const statements = statementsOf(copy({ sources: [source] }, stack).template(), 'CopyCopyRole');
  expect(statements.filter(({ Action }) => Action.includes('kms:Decrypt'))).toMatchObject([
    {
      Resource: ['arn:<AWS::Partition>:kms:<AWS::Region>:<AWS::AccountId>:key/*'],
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/data' } },
    },
  ]);
});

test('leaves another stack with bucket and key unchanged, without a circular dependency', () => {
  const app = new App({ analyticsReporting: false });
  const storage = new Stack(app, 'Storage');
  const bucket = new s3.Bucket(storage, 'Bucket', { encryption: s3.BucketEncryption.KMS });
  const { stack, template } = copy(
    {
      sources: [CopySource.bucket(bucket, { prefix: 'in/' })],
      destinations: [CopyDestination.bucket(bucket, { prefix: 'out/' })],
    },
    new Stack(app, 'Workflow'),
  );
  const arn = '<import Storage:ExportsOutputFnGetAttBucket83908E77Arn063C8555>';
  const key = '<import Storage:ExportsOutputFnGetAttBucketKey7E4AEAB8Arn39DF2DAA>';
  expectLocations(
    template(),
    allow(READ, `${arn}/in/*`),
    listBelow(arn, 'in/*'),
    useKey(['kms:Decrypt'], key, arn, 'in/*'),
    allow(WRITE, `${arn}/out/*`),
    listBelow(arn, 'out/*'),
    allow(LIST_UPLOADS, arn),
    useKey(['kms:Decrypt', 'kms:GenerateDataKey'], key, arn, 'out/*'),
  );
  expect(storage.dependencies).toEqual([]);
  expect(stack.dependencies).toEqual([storage]);
  const there = Template.fromStack(storage);
  there.resourceCountIs('AWS::S3::BucketPolicy', 0);
  expect(resource(there, 'AWS::KMS::Key', 'BucketKey').Properties.KeyPolicy.Statement).toHaveLength(1);
});

describe('versions', () => {
  const bucket = (
    versions: string[],
    plain: string[],
  ): [string, string[], (stack: Stack, id: string) => s3.Bucket, boolean?][] => [
    ['never versioned', plain, (stack, id) => new s3.Bucket(stack, id)],
    ['versioned', versions, (stack, id) => new s3.Bucket(stack, id, { versioned: true })],
    ['locked, and so versioned', versions, (stack, id) => new s3.Bucket(stack, id, { objectLockEnabled: true })],
    [
      'suspended',
      versions,
      (stack, id) => {
        const made = new s3.Bucket(stack, id);
        (made.node.defaultChild as s3.CfnBucket).versioningConfiguration = { status: 'Suspended' };
        return made;
      },
    ],
    [
      'known when deployed',
      versions,
      (stack, id) => {
        const made = new s3.Bucket(stack, id);
        const { valueAsString: status } = new CfnParameter(stack, `${id}Versioning`);
        (made.node.defaultChild as s3.CfnBucket).versioningConfiguration = { status };
        return made;
      },
    ],
    ['said to have been versioned', versions, (stack, id) => new s3.Bucket(stack, id), true],
    ['said to have no versions', plain, (stack, id) => new s3.Bucket(stack, id, { versioned: true }), false],
  ];

  test.each(bucket(READ_VERSIONS, READ))('a source that is %s', (...row) => {
    const [, actions, make, versioned] = row;
    const stack = newStack();
    const sources = [CopySource.bucket(make(stack, 'Source'), { versioned })];
    expectLocations(
      copy({ sources }, stack).template(),
      allow(actions, '<Source.Arn>/*'),
      allow(LIST, '<Source.Arn>'),
      ...toPlainDestination,
    );
  });

  test.each(bucket(WRITE_VERSIONS, WRITE))('a destination that is %s', (...row) => {
    const [, actions, make, versioned] = row;
    const stack = newStack();
    const destinations = [CopyDestination.bucket(make(stack, 'Destination'), { versioned })];
    expectLocations(
      copy({ destinations }, stack).template(),
      ...fromPlainSource,
      allow(actions, '<Destination.Arn>/*'),
      allow(actions === WRITE ? LIST_DESTINATION : LIST_VERSIONS, '<Destination.Arn>'),
    );
  });
});

describe('features', () => {
  const READ_ALL: Record<string, [string[], string[]]> = {
    copyTags: [['s3:GetObjectTagging'], ['s3:GetObjectVersionTagging']],
    copyAcl: [['s3:GetObjectAcl'], ['s3:GetObjectVersionAcl']],
    copyObjectLock: [['s3:GetObjectLegalHold', 's3:GetObjectRetention'], []],
    copyAnnotations: [
      ['s3:GetObjectAnnotation', 's3:ListObjectAnnotations'],
      ['s3:GetObjectVersionAnnotation', 's3:ListObjectVersionAnnotations'],
    ],
    allowRestore: [['s3:RestoreObject'], []],
  };
  const WRITE_ALL: Record<string, [string[], string[]]> = {
    copyTags: [['s3:PutObjectTagging'], ['s3:PutObjectVersionTagging']],
    copyAcl: [['s3:PutObjectAcl'], []],
    copyObjectLock: [['s3:PutObjectLegalHold', 's3:PutObjectRetention'], []],
    copyAnnotations: [['s3:PutObjectAnnotation'], ['s3:PutObjectVersionAnnotation']],
    allowRestore: [[], []],
  };
  const WRITE_BYTES = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'];
  const names = Object.keys(READ_ALL);
  /** Of a bucket in which every object has a version: the ACL and the annotations of a source are read when it is known. */
  const versionActions = (table: typeof READ_ALL, name: string) => {
    const [plain, ofVersion] = table[name]!;
    return table === READ_ALL && ['copyAcl', 'copyAnnotations'].includes(name) ? ofVersion : [...plain, ...ofVersion];
  };

  test.each<[string, string[]]>([
    ['none', []],
    ...names.map((name): [string, string[]] => [name, [name]]),
    ['all', names],
  ])('%s', (_name, on) => {
    const props = Object.fromEntries(names.map((name) => [name, on.includes(name)]));
    for (const versioned of [false, true]) {
      const stack = newStack();
      const { template } = copy(
        {
          ...props,
          sources: [CopySource.bucket(new s3.Bucket(stack, 'Source', { versioned }))],
          destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination', { versioned }))],
        },
        stack,
      );
      const actions = (always: string[], table: Record<string, [string[], string[]]>) =>
        [
          ...always,
          ...(versioned ? ['s3:GetObjectVersion'] : []),
          ...on.flatMap((name) => (versioned ? versionActions(table, name) : table[name]![0])),
        ].sort();
      const restoreLogs = '<CopyRestoreFunctionLogs.Arn>';
      expectLocations(
        template(),
        allow(actions(['s3:GetObject'], READ_ALL), '<Source.Arn>/*'),
        allow(LIST, '<Source.Arn>'),
        allow(actions(WRITE_BYTES, WRITE_ALL), '<Destination.Arn>/*'),
        allow(versioned ? LIST_VERSIONS : LIST_DESTINATION, '<Destination.Arn>'),
        ...(on.includes('allowRestore') ? [allow(['logs:CreateLogStream', 'logs:PutLogEvents'], restoreLogs)] : []),
      );
    }
  });
});
