import { readFileSync } from 'node:fs';
import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CopyDestination, CopySource, type MultipartCopyWorkflowProps } from '../../lib';
import { allow, copy, newStack, resource, sorted, type Statement, statementsOf, toStatement } from './support';

// Written out here, not taken from lib/, so that an action more or less is seen.
const READ = ['s3:GetObject', 's3:GetObjectTagging', 's3:GetObjectVersion', 's3:GetObjectVersionTagging'];
const WRITE = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
];
const LIST = ['s3:ListBucket'];
const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234';

/** What the role has besides, whatever the buckets are. */
const ALWAYS: Statement[] = [
  ...['Plan', 'Begin', 'CopyPart', 'Complete', 'Abort', 'CopyObject'].map((step) =>
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `<Copy${step}FunctionLogs.Arn>`),
  ),
  allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
  allow(['states:ListMapRuns'], `${STATES}:execution:<CopyStateMachine.Name>:*`),
  allow(['states:ListExecutions'], `${STATES}:mapRun:<CopyStateMachine.Name>/CopyParts:*`),
  allow(['states:DescribeExecution'], `${STATES}:execution:<CopyStateMachine.Name>/CopyParts:*`),
];

const fromPlainSource = [allow(READ, '<Source.Arn>/*'), allow(LIST, '<Source.Arn>')];
const toPlainDestination = [allow(WRITE, '<Destination.Arn>/*'), allow(LIST, '<Destination.Arn>')];

function listBelow(arn: string, keys: string): Statement {
  return allow(LIST, arn, { StringLike: { 's3:prefix': keys } });
}

function useKey(actions: string[], key: string, arn: string, keys = '*', region = '<AWS::Region>'): Statement {
  return allow(actions, key, {
    StringEquals: { 'kms:ViaService': `s3.${region}.<AWS::URLSuffix>` },
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arn, `${arn}/${keys}`] },
  });
}

type Locations = Partial<Pick<MultipartCopyWorkflowProps, 'sources' | 'destinations'>>;

const imported = (name: string) => `arn:<AWS::Partition>:s3:::${name}`;

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
      allow(READ, `${imported('raw')}/*`),
      allow(LIST, imported('raw')),
      useKey(['kms:Decrypt'], KEY_ARN, imported('raw')),
      allow(WRITE, `${imported('lake')}/a\${?}/*`),
      listBelow(imported('lake'), 'a${?}/*'),
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
      allow(READ, `${imported('raw')}/*`),
      allow(LIST, imported('raw')),
      useKey(['kms:Decrypt'], KEY_ARN, imported('raw'), '*', 'eu-west-1'),
      allow(WRITE, `${imported('lake')}/*`),
      allow(LIST, imported('lake')),
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
      allow(READ, `${imported('<Raw>')}/*`),
      allow(LIST, imported('<Raw>')),
      allow(WRITE, `${imported('<import Lake>')}/<Prefix>*`),
      listBelow(imported('<import Lake>'), '<Prefix>*'),
    ],
  ],
];

test.each(CASES)('the copy role of %s', (_name, locations, expected) => {
  const stack = newStack();
  const { template } = copy(locations(stack), stack);
  expect(statementsOf(template(), 'CopyCopyRole')).toEqual(sorted([...expected, ...ALWAYS]));
});

test('an alias of a key is not what a policy can name: its key is', () => {
  const stack = newStack();
  const key = new kms.Key(stack, 'Key');
  const encryptionKey = new kms.Alias(stack, 'Alias', { aliasName: 'alias/data', targetKey: key });
  const source = CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Imported', 'partner'), { encryptionKey });
  const statements = statementsOf(copy({ sources: [source] }, stack).template(), 'CopyCopyRole');
  expect(statements.filter(({ Action }) => Action.includes('kms:Decrypt'))).toMatchObject([
    { Resource: ['<Key.Arn>'] },
  ]);
});

test('fails for an imported alias, whose key is not known', () => {
  const stack = newStack();
  const encryptionKey = kms.Alias.fromAliasName(stack, 'Alias', 'alias/data');
  const source = CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Imported', 'partner'), { encryptionKey });
  expect(() => copy({ sources: [source] }, stack)).toThrow(
    /encryptionKey .* is an alias, which IAM policies cannot name/,
  );
});

test('a bucket and key of another stack get no policy there, and the stacks no cycle', () => {
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
  expect(statementsOf(template(), 'CopyCopyRole')).toEqual(
    sorted([
      allow(READ, `${arn}/in/*`),
      listBelow(arn, 'in/*'),
      useKey(['kms:Decrypt'], key, arn, 'in/*'),
      allow(WRITE, `${arn}/out/*`),
      listBelow(arn, 'out/*'),
      useKey(['kms:Decrypt', 'kms:GenerateDataKey'], key, arn, 'out/*'),
      ...ALWAYS,
    ]),
  );
  expect(storage.dependencies).toEqual([]);
  expect(stack.dependencies).toEqual([storage]);
  const there = Template.fromStack(storage);
  there.resourceCountIs('AWS::S3::BucketPolicy', 0);
  expect(resource(there, 'AWS::KMS::Key', 'BucketKey').Properties.KeyPolicy.Statement).toHaveLength(1);
});

test('the role of the state machine may invoke the six workers, run the map, log and trace', () => {
  const steps = ['Plan', 'Begin', 'CopyPart', 'Complete', 'Abort', 'CopyObject'];
  const nameOfArn = `<Fn::Select ${JSON.stringify([6, `<Fn::Split ${JSON.stringify([':', '<CopyStateMachine>'])}>`])}>`;
  expect(statementsOf(copy().template(), 'CopyStateMachineRole')).toEqual(
    sorted([
      ...steps.map((step) =>
        allow(['lambda:InvokeFunction'], [`<Copy${step}Function.Arn>`, `<Copy${step}Function.Arn>:*`]),
      ),
      allow(['states:StartExecution'], '<CopyStateMachine>'),
      allow(['states:DescribeExecution', 'states:StopExecution'], `${STATES}:execution:${nameOfArn}:*`),
      allow(['states:RedriveExecution'], `${STATES}:execution:${nameOfArn}/CopyParts:*`),
      allow(
        [
          'logs:CreateLogDelivery',
          'logs:GetLogDelivery',
          'logs:UpdateLogDelivery',
          'logs:DeleteLogDelivery',
          'logs:ListLogDeliveries',
          'logs:PutResourcePolicy',
          'logs:DescribeResourcePolicies',
          'logs:DescribeLogGroups',
        ],
        '*',
      ),
      allow(
        ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
        '*',
      ),
    ]),
  );
});

describe('no policy of the template is wider than it has to be', () => {
  /** Services whose actions take no resource, by the Service Authorization Reference. */
  const STAR_RESOURCE: [RegExp, string][] = [
    [
      /^xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)$/,
      'X-Ray has no resources here',
    ],
    [
      /^logs:((Create|Get|Update|Delete)LogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
      'log delivery of Step Functions is set up per account',
    ],
  ];
  /** A wildcard stands at the very end only, and after something that narrows it. */
  const WILDCARDS: [RegExp, string][] = [
    [/^(<\w+\.Arn>|arn:<AWS::Partition>:s3:::[\w<>-]+)\/[^*]*\*$/, 'keys below a prefix'],
    [/^<Copy\w+Function\.Arn>:\*$/, 'versions and aliases of one worker'],
    [
      /^arn:<AWS::Partition>:states:[^*]+:(execution|mapRun):[^*]+:\*$/,
      'executions of this state machine have random names',
    ],
  ];

  function findings(template: Template): string[] {
    const policies: Record<string, any>[] = [];
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('Statement' in value) policies.push(...[value.Statement as Record<string, any>[]].flat());
      Object.values(value).forEach(walk);
    };
    walk(template.toJSON().Resources);
    if (policies.length < 20) throw new Error(`found only ${policies.length} statements`);
    return policies.flatMap((raw) => {
      const { Action, Resource, ...rest } = toStatement(raw);
      const isTrust = 'Principal' in rest && Action.join() === 'sts:AssumeRole';
      return [
        ...Object.keys(rest).filter((key) => key.startsWith('Not')),
        ...(JSON.stringify((rest as any).Principal ?? '').includes('*') ? ['everyone is a principal'] : []),
        ...Action.filter((action) => action.includes('*')),
        ...(isTrust ? [] : Resource).flatMap((on) =>
          // Escaped ones are characters.
          on === '*'
            ? Action.filter((action) => !STAR_RESOURCE.some(([pattern]) => pattern.test(action))).map(
                (a) => `${a} on *`,
              )
            : on.replaceAll('${*}', '').includes('*') && !WILDCARDS.some(([p]) => p.test(on.replaceAll('${*}', '')))
              ? [`${Action.join()} on ${on}`]
              : [],
        ),
      ];
    });
  }

  /** All that this library can make, and nothing of the user's that brings policies of its own. */
  function everything(context?: Record<string, unknown>) {
    const stack = newStack(context);
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', KEY_ARN);
    const result = copy(
      {
        sources: [
          CopySource.bucket(new s3.Bucket(stack, 'Source'), { encryptionKey, prefix: 'a*b/' }),
          CopySource.bucket(s3.Bucket.fromBucketName(stack, 'Imported', 'imported-1')),
        ],
        destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Destination'), { encryptionKey })],
      },
      stack,
    );
    result.workflow.copyOnObjectCreated('OnUpload', { deadLetterQueue: new sqs.Queue(stack, 'Dead') });
    result.workflow.grantStartExecution(new iam.User(stack, 'Operator'));
    return result;
  }

  const recommended = () =>
    JSON.parse(readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8')) as Record<
      string,
      unknown
    >;

  test('with the feature flags of an old app', () => {
    expect(findings(everything().template())).toEqual([]);
  });

  test('with the feature flags of a new app', () => {
    expect(findings(everything(recommended()).template())).toEqual([]);
  });

  test('the feature flags change the form of the policies only', () => {
    const rights = (template: Template) =>
      statementsOf(template, 'CopyCopyRole')
        .flatMap(({ Action, Resource, Condition }) =>
          Action.flatMap((action) => Resource.map((on) => `${action} ${on} ${JSON.stringify(Condition)}`)),
        )
        .sort();
    expect(rights(everything(recommended()).template())).toEqual(rights(everything().template()));
  });

  test.each<[string[], string, string[]]>([
    [['s3:*'], 'arn:aws:s3:::b/k', ['s3:*']],
    [['s3:Get*'], 'arn:aws:s3:::b/k', ['s3:Get*']],
    [['s3:GetObject'], '*', ['s3:GetObject on *']],
    [['s3:GetObject'], 'arn:aws:s3:::*/k', ['s3:GetObject on arn:aws:s3:::*/k']],
    [['logs:CreateLogDelivery', 'logs:GetLogEvents'], '*', ['logs:GetLogEvents on *']],
    [
      ['states:DescribeExecution'],
      'arn:aws:states:*:*:execution:x',
      ['states:DescribeExecution on arn:aws:states:*:*:execution:x'],
    ],
  ])('control: %j on %s would be found', (actions, on, expected) => {
    const { workflow, template } = everything();
    workflow.copyRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: [on] }));
    expect(findings(template())).toEqual(expected);
  });
});

test.each([
  ['CopyCopyRole', 'lambda.amazonaws.com'],
  ['CopyStateMachineRole', 'states.amazonaws.com'],
  ['CopyStateMachineEventsRole', 'events.amazonaws.com'],
])('%s is assumed by %s alone', (id, service) => {
  const { workflow, template } = copy();
  workflow.copyOnObjectCreated('OnUpload');
  const roles = Object.entries(template().findResources('AWS::IAM::Role'));
  expect(roles).toHaveLength(3);
  const [, role] = roles.find(([key]) => key.replace(/[0-9A-F]{8}$/, '') === id)!;
  const trust = role.Properties.AssumeRolePolicyDocument.Statement;
  expect(trust).toHaveLength(1);
  expect(trust[0]).toMatchObject({ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } });
});
