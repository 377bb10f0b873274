import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type CopyRunOptions, type CopyRunReport, runCopy } from '../../local/run';
import { flatten } from '../asl';
import '../spare-threads';
import { type AppName, APPS } from './apps';

process.env.CDK_VALIDATION = 'false';

const folders: string[] = [];
afterAll(() => folders.forEach((path) => rmSync(path, { recursive: true, force: true })));

function build(name: AppName): App {
  const outdir = mkdtempSync(join(tmpdir(), 'app-'));
  folders.push(outdir);
  const app = new App({ outdir, analyticsReporting: false });
  APPS[name](app);
  return app;
}

const stackOf = (app: App, id = 'Test') => app.node.findChild(id) as Stack;
const templateOf = (app: App, id = 'Test') => Template.fromStack(stackOf(app, id));

function warningsOf(name: AppName): string[] {
  const stack = stackOf(build(name));
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ entry }) => /\[ack: cdk-s3-multipart-copy:(\w+)\]/.exec(entry.data as string)?.[1] ?? 'of the CDK');
}

async function run(name: AppName, options: Partial<CopyRunOptions> = {}): Promise<CopyRunReport> {
  const { directory } = build(name).synth();
  const { report } = await runCopy({
    assembly: directory,
    size: 6 * 1024 ** 2,
    enforceIam: true,
    ...options,
  });
  return report;
}

/** What fails during synthesis, and how it says so. */
const REFUSED: [AppName, RegExp][] = [
  [
    'a role of its own and 40 buckets with keys',
    /have about \d{5} characters, and IAM allows 10240 .* let the workflow create the role/,
  ],
  ['300 locations', /need about \d+ bytes in the environment of the Plan function, and Lambda allows 4096/],
  ['two workflows with one role', /the policies of Test\/Role have about \d{5} characters/],
  [
    'a state machine with the role of another account',
    /stateMachineRole belongs to account 444455556666 and the workflow to 123456789012/,
  ],
  ['a key for logs that is known by its alias', /encryptionKey Test\/Key is known only by an alias/],
  [
    'a rule that contradicts the fixed options',
    /copyOnObjectCreated\("OnUpload"\): overwrite "always" conflicts with fixedOptions.overwrite "never"/,
  ],
  ['a rule before there is a source', /the workflow has no source yet; call addSource first/],
  ['connections without a VPC', /connections of Test\/Copy requires vpc/],
  ['Node.js 20', /runtime must be Node.js 22 or later, such as lambda.Runtime.NODEJS_22_X, got nodejs20.x/],
  ['Python', /runtime must be Node.js 22 or later, .* got python3.13/],
  ['an access point in another Region', /accesspoint\/readers"\) is in eu-west-1, and no destination is/],
  [
    'no source at all',
    /sources is empty: pass at least one, such as \[CopySource.bucket\(bucket\)\], or call addSource/,
  ],
];

const names = Object.keys(APPS) as AppName[];
const accepted = names.filter((name) => !REFUSED.some(([refused]) => refused === name));

test.each(REFUSED)('fails synthesis: %s', (name, message) => {
  expect(() => build(name).synth()).toThrow(message);
});

test.each(accepted)('synthesizes, without circular references: %s', (name) => {
  const { stacks } = build(name).synth();
  for (const { template } of stacks) expect(() => Template.fromJSON(template as object)).not.toThrow();
});

test('the validation of the CDK accepts escapes in policies and in the example of an input', () => {
  process.env.CDK_VALIDATION = 'true';
  try {
    expect(() => build('prefixes that policies escape, with the validation of the CDK').synth()).not.toThrow();
  } finally {
    process.env.CDK_VALIDATION = 'false';
  }
});

test.each<[AppName, string[]]>([
  ['prefixes that match nothing', ['prefixWithWildcard', 'prefixWithSlash']],
  ['a rule on a bucket that sends no events', ['eventsDisabled']],
  ['a rule on a bucket whose events are turned off', ['eventsDisabled']],
  ['a rule on a bucket that sends events', []],
  ['wildcards in a rule', ['keyPrefixWithWildcard', 'keySuffixWithWildcard']],
  [
    'roles that accept no policies',
    ['copyRoleNotGranted', 'sweeperRoleNotGranted', 'stateMachineRoleNotGranted', 'ruleRoleNotGranted'],
  ],
  ['a directory bucket from isolated subnets, with an endpoint in another VPC', ['directoryBucketEndpoint']],
  ['a directory bucket from isolated subnets with its endpoint', []],
])('warns: %s', (name, expected) => {
  expect(warningsOf(name)).toEqual(expected);
});

describe('runs', () => {
  test.each<AppName>([
    'owner statements for a key and a bucket of the same stack',
    'a role of its own and 3 buckets with keys',
    'roles that are brought',
    'a key for logs, environment and executions',
    'events about copies, to a queue and to people',
    'events about copies with an encrypted state machine',
    'a source that is added later',
    'Node.js 22',
  ])('%s', async (name) => {
    const report = await run(name);
    expect(report.execution).toMatchObject({ status: 'SUCCEEDED', error: '', cause: '' });
    expect(report).toMatchObject({ verified: true, iam: { denied: [] } });
  });

  const source = 's3://both/object.bin';

  test.each([
    ['CopyObject', { storageClass: 'STANDARD_IA' }],
    ['parts', { storageClass: 'STANDARD_IA', partSize: 5 * 1024 ** 2 }],
    ['CopyObject', { serverSideEncryption: 'AES256' }],
    ['parts', { metadataDirective: 'REPLACE', metadata: { a: 'b' }, partSize: 5 * 1024 ** 2 }],
  ])('a copy of an object onto itself by %s that changes %j', async (_, options) => {
    const report = await run('one bucket without versions at both ends', {
      input: { source, destination: source, options },
    });
    expect(report.execution).toMatchObject({ status: 'SUCCEEDED', error: '', cause: '' });
    const { storageClass } = options as { storageClass?: string };
    if (storageClass !== undefined) expect(report.copy).toMatchObject({ storageClass });
  });

  test.each<[string, object]>([
    ['that changes nothing', { source, destination: source }],
    ['whose destination is not named', { source, options: { storageClass: 'STANDARD_IA' } }],
  ])('no copy of an object onto itself %s', async (_, input) => {
    const report = await run('one bucket without versions at both ends', { input });
    expect(report.execution).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
    expect(report.execution.cause).toContain(
      'to change the object, specify the destination and one of options.storageClass',
    );
  });
});

describe('owner statements', () => {
  const ARN = 'arn:<AWS::Partition>:iam::123456789012:role/copies';

  test.each<[AppName, string]>([
    // Whatever has the permission in the account: a condition without a value might be invalid.
    ['owner statements for a key and a bucket of another stack', 'arn:<AWS::Partition>:iam::123456789012:*'],
    ['owner statements for another stack, with the name of the role', ARN],
  ])('refer to nothing that depends on their stack: %s', (name, principal) => {
    const app = build(name);
    const storage = templateOf(app, 'Storage');
    expect(stackOf(app, 'Storage').dependencies).toEqual([]);
    const [policy] = Object.values(storage.findResources('AWS::S3::BucketPolicy'));
    const conditions = policy!.Properties.PolicyDocument.Statement.map(({ Condition }: { Condition?: object }) =>
      flatten(Condition),
    );
    expect(conditions[0]?.ArnEquals?.['aws:PrincipalArn']).toEqual(principal);
  });

  test('name an access point of the same stack by its name', () => {
    const template = templateOf(build('an access point whose policy has the owner statements'));
    const [point] = Object.values(template.findResources('AWS::S3::AccessPoint'));
    const statements = flatten(point!.Properties.Policy.Statement) as { Resource: string }[];
    const resources = statements.map(({ Resource }) => Resource);
    const arn = 'arn:<AWS::Partition>:s3:us-east-1:123456789012:accesspoint/readers';
    expect(resources).toEqual([`${arn}/object/*`, arn]);
  });
});

test('the log group of the state machine has a part of the ID of the stack in its name', () => {
  const groups = templateOf(build('Node.js 22')).findResources('AWS::Logs::LogGroup');
  const named = Object.values(groups).flatMap(
    ({ Properties }) => (Properties.LogGroupName as object | undefined) ?? [],
  );
  expect(JSON.stringify(named)).toMatch(/\/aws\/vendedlogs\/states\/Test-?Copy.*"AWS::StackId"/);
});

test('a key whose alias is known at deployment is granted by its alias', () => {
  const policies = templateOf(build('an alias that is known at deployment')).findResources('AWS::IAM::Policy');
  const statements = Object.values(policies).flatMap(({ Properties }) => flatten(Properties.PolicyDocument.Statement));
  expect(statements).toContainEqual(
    expect.objectContaining({
      Action: 'kms:Decrypt',
      Resource: 'arn:<AWS::Partition>:kms:us-east-1:123456789012:key/*',
      Condition: expect.objectContaining({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': '<Alias>' } }),
    }),
  );
});

describe('a key for logs, environment and executions', () => {
  const template = templateOf(build('a key for logs, environment and executions'));
  const all = (type: string) =>
    Object.values(template.findResources(type)).map(({ Properties }) => flatten(Properties) as any);

  test('encrypts all of them', () => {
    expect(all('AWS::Logs::LogGroup').map(({ KmsKeyId }) => KmsKeyId)).toEqual(Array(10).fill('<Key.Arn>'));
    expect(all('AWS::Lambda::Function').map(({ KmsKeyArn }) => KmsKeyArn)).toEqual(Array(9).fill('<Key.Arn>'));
    expect(all('AWS::StepFunctions::StateMachine')).toMatchObject([
      { EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: '<Key.Arn>' } },
    ]);
  });

  test('lets CloudWatch Logs use it', () => {
    const [key] = all('AWS::KMS::Key');
    expect(key.KeyPolicy.Statement.map(({ Principal }: any) => Principal.Service ?? Principal.AWS)).toEqual([
      expect.stringContaining(':root'),
      expect.stringContaining('logs.'),
      'delivery.logs.amazonaws.com',
    ]);
  });

  test('has no traces, and reserves concurrency for the parts', () => {
    expect(all('AWS::Lambda::Function').every(({ TracingConfig }) => TracingConfig === undefined)).toBe(true);
    expect(JSON.stringify(all('AWS::IAM::Policy'))).not.toContain('xray:');
    expect(all('AWS::Lambda::Function').flatMap(({ ReservedConcurrentExecutions: n }) => n ?? [])).toEqual([50]);
  });
});

test('roles that are brought are the only ones', () => {
  expect(Object.keys(templateOf(build('roles that are brought')).findResources('AWS::IAM::Role')).sort()).toEqual([
    expect.stringMatching(/^Machine/),
    expect.stringMatching(/^Rule/),
    expect.stringMatching(/^Workers/),
  ]);
});

test('EventBridge assumes the role of the rules only for rules of the account', () => {
  const roles = templateOf(build('a rule on a bucket that sends events')).findResources('AWS::IAM::Role');
  const [rule] = Object.values(roles).filter((role) => JSON.stringify(role).includes('events.amazonaws.com'));
  expect(flatten(rule!.Properties.AssumeRolePolicyDocument.Statement)).toMatchObject([
    {
      Condition: {
        StringEquals: { 'aws:SourceAccount': '123456789012' },
        ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:events:us-east-1:123456789012:rule/*' },
      },
    },
  ]);
});
