import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  CopyCannedAcl,
  type CopyDefaults,
  CopyDestination,
  CopyEncryption,
  CopyIntegrity,
  type CopyLimits,
  CopyOverwrite,
  CopyRestoreTier,
  CopyStorageClass,
  type MultipartCopyWorkflowProps,
} from '../../lib';
import { flatten } from '../asl';
import { allow, copy, newStack, resource, statementsOf } from './support';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234';

function defaultsOf(props: Partial<MultipartCopyWorkflowProps>, stack = newStack()): any {
  const template = copy(props, stack).template();
  const { Environment } = flatten(resource(template, 'AWS::Lambda::Function', 'CopyPlanFunction').Properties) as any;
  return JSON.parse(Environment.Variables.MPCOPY_SETTINGS);
}

const optionsOf = (defaults: CopyDefaults, props: Partial<MultipartCopyWorkflowProps> = {}) =>
  defaultsOf({ ...props, defaults }).options as unknown;

describe('features', () => {
  test.each<[Partial<MultipartCopyWorkflowProps>, string[]]>([
    [{}, ['tags']],
    [{ copyTags: false }, []],
    [{ copyAcl: true }, ['tags', 'acl']],
    [{ copyObjectLock: true, copyTags: true }, ['tags', 'objectLock']],
    [{ copyAnnotations: true }, ['tags', 'annotations']],
    [{ allowRestore: true }, ['tags', 'restore']],
    [
      { allowRestore: true, copyAnnotations: true, copyObjectLock: true, copyAcl: true },
      ['tags', 'acl', 'objectLock', 'annotations', 'restore'],
    ],
  ])('%j turns on %j', (props, expected) => {
    expect(defaultsOf(props)).toEqual({ account: '<AWS::AccountId>', maxConcurrency: 250, features: expected });
  });
});

describe('defaults', () => {
  test('become options of the execution input', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const { options } = defaultsOf(
      {
        copyAcl: true,
        allowRestore: true,
        defaults: {
          overwrite: CopyOverwrite.IF_DIFFERENT,
          integrity: CopyIntegrity.REQUIRED,
          preserveEtag: false,
          requesterPays: true,
          storageClass: CopyStorageClass.GLACIER_IR,
          serverSideEncryption: CopyEncryption.KMS_DSSE,
          encryptionKey,
          bucketKeyEnabled: false,
          acl: CopyCannedAcl.BUCKET_OWNER_READ,
          restoreTier: CopyRestoreTier.BULK,
          restoreFor: Duration.days(5),
        },
      },
      stack,
    );
    expect(options).toEqual({
      overwrite: 'if-different',
      integrity: 'required',
      preserveEtag: false,
      requestPayer: 'requester',
      storageClass: 'GLACIER_IR',
      serverSideEncryption: 'aws:kms:dsse',
      ssekmsKeyId: KEY_ARN,
      bucketKeyEnabled: false,
      acl: 'bucket-owner-read',
      restore: { tier: 'Bulk', days: 5 },
    });
  });

  test('are absent if none is set', () => {
    expect(optionsOf({})).toBeUndefined();
    expect(optionsOf({ requesterPays: false })).toBeUndefined();
  });

  test('add SSE-KMS to a key, and leave what is not set of a restore to Plan', () => {
    const encryptionKey = kms.Key.fromKeyArn(newStack(), 'Key', KEY_ARN);
    expect(optionsOf({ encryptionKey })).toEqual({ serverSideEncryption: 'aws:kms', ssekmsKeyId: KEY_ARN });
    const restoring = { allowRestore: true };
    expect(optionsOf({ restoreTier: CopyRestoreTier.EXPEDITED }, restoring)).toEqual({
      restore: { tier: 'Expedited' },
    });
    expect(optionsOf({ restoreFor: Duration.hours(24) }, restoring)).toEqual({
      restore: { days: 1 },
    });
  });

  test.each<[string, CopyDefaults, Partial<MultipartCopyWorkflowProps>, string]>([
    ['an ACL', { acl: CopyCannedAcl.PRIVATE }, {}, 'defaults.acl requires copyAcl: true'],
    ['a restore', { restoreTier: CopyRestoreTier.BULK }, {}, 'requires allowRestore: true'],
    ['a restore for days', { restoreFor: Duration.days(1) }, {}, 'requires allowRestore: true'],
    [
      'half a day',
      { restoreFor: Duration.hours(12) },
      { allowRestore: true },
      'defaults.restoreFor must be a whole number of days from 1 to 36500, got 0.5',
    ],
    [
      'more days than S3 keeps a restored object',
      { restoreFor: Duration.days(40_000) },
      { allowRestore: true },
      'defaults.restoreFor must be a whole number of days from 1 to 36500, got 40000',
    ],
    [
      'a value that TypeScript does not allow',
      { overwrite: 'sometimes' as CopyOverwrite },
      {},
      "defaults.overwrite must be 'always', 'never' or 'if-different', got \"sometimes\"",
    ],
    [
      'bucket keys without KMS',
      { serverSideEncryption: CopyEncryption.S3_MANAGED, bucketKeyEnabled: true },
      {},
      "defaults.bucketKeyEnabled true cannot be combined with defaults.serverSideEncryption 'AES256'",
    ],
    [
      'bucket keys with DSSE',
      { serverSideEncryption: CopyEncryption.KMS_DSSE, bucketKeyEnabled: true },
      {},
      "cannot be combined with defaults.serverSideEncryption 'aws:kms:dsse', because S3 has Bucket Keys for aws:kms only",
    ],
    ['ETags under KMS', { serverSideEncryption: CopyEncryption.KMS, preserveEtag: true }, {}, 'defaults.preserveEtag'],
  ])('fail synthesis with %s', (_name, defaults, props, message) => {
    expect(() => copy({ ...props, defaults })).toThrow(message);
  });

  test('fail synthesis with a key that S3 would not use', () => {
    const encryptionKey = kms.Key.fromKeyArn(newStack(), 'Key', KEY_ARN);
    expect(() => copy({ defaults: { encryptionKey, serverSideEncryption: CopyEncryption.S3_MANAGED } })).toThrow(
      "defaults.encryptionKey requires defaults.serverSideEncryption 'aws:kms' or 'aws:kms:dsse'",
    );
    expect(() => copy({ defaults: { encryptionKey, preserveEtag: true } })).toThrow('defaults.preserveEtag');
  });

  test('grant their key on every destination except directory buckets', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const destinations = [
      CopyDestination.bucketName('lake', { encryptionKeys: [encryptionKey] }),
      CopyDestination.directoryBucket('fast--use1-az4--x-s3'),
    ];
    const statements = statementsOf(
      copy({ destinations, defaults: { encryptionKey } }, stack).template(),
      'CopyCopyRole',
    );
    const lake = 'arn:<AWS::Partition>:s3:::lake';
    expect(statements.filter(({ Action }) => Action[0]!.startsWith('kms:'))).toEqual([
      allow(['kms:Decrypt', 'kms:GenerateDataKey'], KEY_ARN, {
        StringEquals: { 'kms:ViaService': 's3.<AWS::Region>.<AWS::URLSuffix>' },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': [lake, `${lake}/*`] },
      }),
    ]);
  });
});

describe('fixed options', () => {
  test('are passed to Plan, and their key is granted', () => {
    const stack = newStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const fixedOptions = { integrity: CopyIntegrity.REQUIRED, encryptionKey };
    const { template } = copy({ fixedOptions }, stack);
    const statements = statementsOf(template(), 'CopyCopyRole');
    expect(statements.filter(({ Resource }) => Resource.includes(KEY_ARN))).toHaveLength(1);
    expect(defaultsOf({ fixedOptions }).fixed).toEqual({
      integrity: 'required',
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: KEY_ARN,
    });
  });

  test.each<[CopyDefaults, string]>([
    [{ acl: CopyCannedAcl.PRIVATE }, 'fixedOptions.acl requires copyAcl: true'],
    [{ overwrite: 'sometimes' as CopyOverwrite }, 'fixedOptions.overwrite must be'],
    [
      { serverSideEncryption: CopyEncryption.S3_MANAGED, bucketKeyEnabled: true },
      "fixedOptions.bucketKeyEnabled true cannot be combined with fixedOptions.serverSideEncryption 'AES256'",
    ],
  ])('fail synthesis with %j', (fixedOptions, message) => {
    expect(() => copy({ fixedOptions })).toThrow(message);
  });
});

describe('limits', () => {
  const all = { copyAcl: true, copyObjectLock: true, allowRestore: true };

  test('are passed to Plan where they are not the default', () => {
    expect(defaultsOf({}).limits).toBeUndefined();
    expect(defaultsOf({ limits: { sourceVersions: true, complianceRetention: false } }).limits).toBeUndefined();
    const limits = {
      cannedAcls: [CopyCannedAcl.PUBLIC_READ],
      complianceRetention: true,
      maxRetention: Duration.days(365),
      maxRestoreFor: Duration.hours(48),
      sourceVersions: false,
    };
    expect(defaultsOf({ ...all, limits }).limits).toEqual({
      acls: ['public-read'],
      compliance: true,
      retentionDays: 365,
      restoreDays: 2,
      versions: false,
    });
  });

  test.each<[CopyLimits, Partial<MultipartCopyWorkflowProps>, string]>([
    [{ cannedAcls: [] }, {}, 'limits.cannedAcls requires copyAcl: true'],
    [{ complianceRetention: true }, {}, 'limits.complianceRetention requires copyObjectLock: true'],
    [{ maxRetention: Duration.days(1) }, {}, 'limits.maxRetention requires copyObjectLock: true'],
    [{ maxRestoreFor: Duration.days(1) }, {}, 'limits.maxRestoreFor requires allowRestore: true'],
    [
      { maxRestoreFor: Duration.hours(12) },
      all,
      'limits.maxRestoreFor must be a whole number of days, 1 or more, got 0.5',
    ],
    [{ maxRetention: Duration.days(0) }, all, 'limits.maxRetention must be a whole number of days, 1 or more, got 0'],
    [
      { cannedAcls: ['public' as CopyCannedAcl] },
      all,
      'limits.cannedAcls must contain canned ACLs such as CopyCannedAcl.PRIVATE, got "public"',
    ],
  ])('fail synthesis with %j', (limits, props, message) => {
    expect(() => copy({ ...props, limits })).toThrow(message);
  });
});

describe('customer-provided keys', () => {
  const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:sse-c';

  test('are readable for the role, and known to Plan', () => {
    const stack = newStack({}, { env: { account: '111122223333', region: 'eu-west-1' } });
    const customerKeys = [
      new secretsmanager.Secret(stack, 'Plain'),
      new secretsmanager.Secret(stack, 'Encrypted', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) }),
      secretsmanager.Secret.fromSecretCompleteArn(stack, 'Complete', `${SECRET}-AbCdEf`),
      secretsmanager.Secret.fromSecretPartialArn(stack, 'Partial', SECRET),
    ];
    const { template } = copy({ customerKeys }, stack);
    const read = ['secretsmanager:GetSecretValue'];
    const found = statementsOf(template(), 'CopyCopyRole').filter(({ Action }) => /^(secrets|kms)/.test(Action[0]!));
    expect(found).toEqual([
      allow(['kms:Decrypt'], KEY_ARN, {
        StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.<AWS::URLSuffix>' },
        StringLike: { 'kms:EncryptionContext:SecretARN': '<Encrypted>' },
      }),
      allow(read, '<Encrypted>'),
      allow(read, '<Plain>'),
      allow(read, `${SECRET}-??????`),
      allow(read, `${SECRET}-AbCdEf`),
    ]);
  });

  test('are known to Plan by the ARNs that executions use', () => {
    const stack = newStack();
    const customerKeys = [
      new secretsmanager.Secret(stack, 'Plain'),
      secretsmanager.Secret.fromSecretPartialArn(stack, 'Partial', SECRET),
    ];
    expect(defaultsOf({ customerKeys }, stack).customerKeys).toEqual(['<Plain>', SECRET]);
  });

  test('do not change the policy of their KMS key', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const customerKeys = [new secretsmanager.Secret(stack, 'Secret', { encryptionKey })];
    const policy = () => JSON.stringify(stack.resolve((encryptionKey.node.defaultChild as kms.CfnKey).keyPolicy));
    const before = policy();
    copy({ customerKeys }, stack);
    expect(policy()).toBe(before);
  });
});
