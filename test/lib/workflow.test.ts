import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Size, Stack, Stage } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource, MultipartCopyWorkflow, type MultipartCopyWorkflowProps } from '../../lib';
import { flatten } from '../asl';
import { allow, copy, newStack, statementsOf } from './support';

describe('invalid props', () => {
  test.each([
    ['sources', { sources: [] }, 'sources is empty: pass at least one, such as [CopySource.bucket(bucket)]'],
    [
      'destinations',
      { destinations: [] },
      'destinations is empty: pass at least one, such as [CopyDestination.bucket(bucket)]',
    ],
  ])('fails without %s', (_name, props, message) => {
    expect(copy(props).template).toThrow(message);
  });

  // As JavaScript passes them, and sources as destinations TypeScript, too.
  const source = CopySource.bucketName('raw');
  const destination = CopyDestination.bucketName('lake');
  const bucket = new s3.Bucket(newStack(), 'Raw');
  test.each<[string, object, string]>([
    ['no sources at all', { destinations: [destination] }, 'sources is missing: pass at least one'],
    ['no destinations at all', { sources: [source] }, 'destinations is missing: pass at least one'],
    [
      'a source without a list',
      { sources: source, destinations: [destination] },
      'sources is not a list: pass at least',
    ],
    [
      'a destination among the sources',
      { sources: [source, destination], destinations: [destination] },
      'got a destination instead of a source: create it with CopySource, not with CopyDestination',
    ],
    [
      'a source among the destinations',
      { sources: [source], destinations: [source] },
      'got a source instead of a destination: create it with CopyDestination, not with CopySource; a bucket that is both needs one of each',
    ],
    [
      'a bucket',
      { sources: [bucket], destinations: [destination] },
      'a source must be created with CopySource, such as CopySource.bucket(bucket), got an object of class Bucket',
    ],
    ['a name', { sources: ['raw'], destinations: [destination] }, 'such as CopySource.bucket(bucket), got "raw"'],
    ['nothing', { sources: [source], destinations: [undefined] }, 'CopyDestination.bucket(bucket), got undefined'],
  ])('fails with %s', (_name, props, message) => {
    const unchecked = props as MultipartCopyWorkflowProps;
    expect(() => new MultipartCopyWorkflow(newStack(), 'Copy', unchecked)).toThrow(message);
  });

  test.each([
    Size.mebibytes(4),
    Size.bytes(5 * 1024 * 1024 - 1),
    Size.bytes(6_000_000.5),
    Size.bytes(0),
    Size.gibibytes(6),
    Size.mebibytes(5121),
  ])('fails with parts of %s', (partSize) => {
    expect(() => copy({ partSize })).toThrow(
      `partSize must be a whole number of bytes from 5242880 to 5368709120, got ${partSize.toBytes()}`,
    );
  });

  test.each([[Size.mebibytes(5)], [Size.gibibytes(5)], [Size.kibibytes(5121)]])('takes parts of %s', (partSize) => {
    expect(() => copy({ partSize })).not.toThrow();
  });

  test.each([0, -1, 1.5, 10_001, NaN, Infinity])('fails with %d parts at once', (maxConcurrency) => {
    expect(() => copy({ maxConcurrency })).toThrow(
      `maxConcurrency must be a whole number from 1 to 10000, got ${maxConcurrency}`,
    );
  });

  test.each([1, 10_000])('takes %d parts at once', (maxConcurrency) => {
    expect(() => copy({ maxConcurrency })).not.toThrow();
  });
});

describe.each([
  ['CopySource.bucket', (prefix: string, bucket: s3.IBucket) => CopySource.bucket(bucket, { prefix })],
  ['CopyDestination.bucket', (prefix: string, bucket: s3.IBucket) => CopyDestination.bucket(bucket, { prefix })],
])('a prefix of %s', (what, create) => {
  const withPrefix = (prefix: string) => create(prefix, s3.Bucket.fromBucketName(newStack(), 'Bucket', 'bucket'));

  test.each<[string, string]>([
    ['s3://bucket/raw/', 'takes a key prefix such as \'raw/\', got a URI: "s3://bucket/raw/"'],
    ['arn:aws:s3:::bucket/', 'takes a key prefix such as \'raw/\', got an ARN: "arn:aws:s3:::bucket/"'],
    ['x'.repeat(1025), 'takes a key prefix of at most 1024 bytes of UTF-8, got 1025 bytes'],
    ['ü'.repeat(513), 'takes a key prefix of at most 1024 bytes of UTF-8, got 1026 bytes'],
  ])('cannot be %.20s', (prefix, message) => {
    expect(() => withPrefix(prefix)).toThrow(`${what} ${message}`);
  });

  test.each(['', '/', 'raw/', 'a*?$ ü', 'x'.repeat(1024), 'ü'.repeat(512)])('can be %.20j', (prefix) => {
    expect(() => withPrefix(prefix)).not.toThrow();
  });
});

test('two workflows in one stack share no resources', () => {
  const { stack, template } = copy();
  new MultipartCopyWorkflow(stack, 'Other', {
    sources: [CopySource.bucket(new s3.Bucket(stack, 'OtherSource'))],
    destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'OtherDestination'))],
  });
  const both = template();
  both.resourceCountIs('AWS::StepFunctions::StateMachine', 2);
  both.resourceCountIs('AWS::Lambda::Function', 18);
  const names = Object.values(both.findResources('AWS::Logs::LogGroup')).flatMap(
    ({ Properties }) => Properties.LogGroupName ?? [],
  );
  expect(new Set(names).size).toBe(2);
  const mentions = (from: string, to: string) =>
    Object.entries(both.toJSON().Resources as Record<string, unknown>)
      .filter(([id]) => id.startsWith(from))
      .filter(([, resource]) =>
        new RegExp(`"(Ref|Fn::GetAtt)":\\[?"${to}(?!Source|Destination)`).test(JSON.stringify(resource)),
      )
      .map(([id]) => id);
  expect(mentions('Copy', 'Other')).toEqual([]);
  expect(mentions('Other', 'Copy')).toEqual([]);
});

test('workflows with the same id in several stacks and stages have different log groups', () => {
  const app = new App({ analyticsReporting: false });
  const names = [app, new Stage(app, 'Beta')].flatMap((scope) =>
    ['One', 'Two'].map((id) => {
      const { workflow } = copy({}, new Stack(scope, id));
      const [name] = (workflow.logGroup.node.defaultChild as CfnLogGroup).logGroupName!.split(/-?\$\{Token/);
      return name;
    }),
  );
  expect(new Set(names).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^[\w./#-]{1,512}$/);
});

test('the template passes the validation of aws-cdk-lib', () => {
  const synth = (spoil: (workflow: MultipartCopyWorkflow) => void) => {
    const { stack, workflow } = copy({}, newStack({ '@aws-cdk/core:validateAgainstDefaultRules': true }));
    workflow.copyOnObjectCreated('OnUpload');
    spoil(workflow);
    const { directory } = (stack.node.root as App).synth();
    return JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')) as { pluginReports: unknown[] };
  };
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  process.env.CDK_VALIDATION = 'true';
  try {
    const { pluginReports } = synth(() => undefined);
    expect(pluginReports).toEqual([]);
    const tooLong = ({ planFunction }: MultipartCopyWorkflow) =>
      (planFunction.node.defaultChild as CfnFunction).addPropertyOverride('Timeout', 9000);
    expect(() => synth(tooLong)).toThrow('Timeout: 9000');
  } finally {
    process.env.CDK_VALIDATION = 'false';
    log.mockRestore();
  }
});

test('the logical ids of optional resources are stable', () => {
  const stack = newStack();
  const plain = new Set(idsOf(copy({}, newStack()).template()));
  const source = CopySource.bucketName('raw', { account: '444455556666' });
  const { workflow, template } = copy(
    {
      sources: [source],
      allowRestore: true,
      copyRole: iam.Role.fromRoleName(stack, 'Mine', 'mine'),
      vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-1',
        availabilityZones: ['a'],
        privateSubnetIds: ['subnet-1'],
      }),
    },
    stack,
  );
  workflow.printOwnerStatements('Partner', source);
  const made = template();
  expect(idsOf(made).filter((id) => !plain.has(id))).toMatchInlineSnapshot(`
   [
     "CopyCopyPolicy945CBD63 AWS::IAM::Policy",
     "CopyRestoreFunction6D7DCDE5 AWS::Lambda::Function",
     "CopyRestoreFunctionLogs7776F64F AWS::Logs::LogGroup",
     "CopySecurityGroup809E3A35 AWS::EC2::SecurityGroup",
   ]
  `);
  expect(Object.keys(made.findOutputs('*'))).toMatchInlineSnapshot(`
   [
     "CopyPartnerBucketPolicyBA90278E",
   ]
  `);
});

test('the logical ids do not depend on other workflows', () => {
  const { stack, template } = copy();
  copyAgain('Other', stack);
  const ids = idsOf(template()).filter((id) => id.startsWith('Other'));
  // The CDK names the permission of a rule by the path of the function that it invokes.
  const of = (id: string) => id.replace(/^(Other|Copy)|(AllowEventRule\w+|[0-9A-F]{8}) .*$/g, '');
  const first = idsOf(copy().template()).filter((id) => id.startsWith('Copy'));
  expect(ids.map(of).sort()).toEqual(first.map(of).sort());
});

function copyAgain(id: string, stack: Stack): void {
  new MultipartCopyWorkflow(stack, id, {
    sources: [CopySource.bucketName('raw')],
    destinations: [CopyDestination.bucketName('lake')],
  });
}

function idsOf(template: Template): string[] {
  const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string }>);
  return resources.map(([id, { Type }]) => `${id} ${Type}`).sort();
}

test('the logical ids are stable, because a changed one replaces a deployed resource', () => {
  const { workflow, template } = copy();
  workflow.copyOnObjectCreated('OnUpload');
  expect(idsOf(template())).toMatchInlineSnapshot(`
   [
     "CopyAbortFunction697ED89E AWS::Lambda::Function",
     "CopyAbortFunctionLogs13316361 AWS::Logs::LogGroup",
     "CopyBeginFunctionDF6CE476 AWS::Lambda::Function",
     "CopyBeginFunctionLogs37A2C135 AWS::Logs::LogGroup",
     "CopyCheckPartsFunction31C17DEF AWS::Lambda::Function",
     "CopyCheckPartsFunctionLogsC366990A AWS::Logs::LogGroup",
     "CopyCompleteFunctionE77B9A3B AWS::Lambda::Function",
     "CopyCompleteFunctionLogs4762940D AWS::Logs::LogGroup",
     "CopyCopyObjectFunctionDB7352B6 AWS::Lambda::Function",
     "CopyCopyObjectFunctionLogs9567640B AWS::Logs::LogGroup",
     "CopyCopyPartFunction5BDEBFD4 AWS::Lambda::Function",
     "CopyCopyPartFunctionLogsD6653F7E AWS::Logs::LogGroup",
     "CopyCopyRoleB2D54728 AWS::IAM::Role",
     "CopyCopyRoleDefaultPolicy237A03EE AWS::IAM::Policy",
     "CopyFailuresbyerror6376F477 AWS::Logs::QueryDefinition",
     "CopyLogsA5820B08 AWS::Logs::LogGroup",
     "CopyMapRunPolicyDCFBFDAD AWS::IAM::Policy",
     "CopyOnUpload92497F09 AWS::Events::Rule",
     "CopyPlanFunctionC11FFD64 AWS::Lambda::Function",
     "CopyPlanFunctionLogs93A4D79A AWS::Logs::LogGroup",
     "CopyRetriedpartsA3186435 AWS::Logs::QueryDefinition",
     "CopySlowestparts10218223 AWS::Logs::QueryDefinition",
     "CopyStateMachine14E14646 AWS::StepFunctions::StateMachine",
     "CopyStateMachineDistributedMapPolicyF9254B43 AWS::IAM::Policy",
     "CopyStateMachineEventsRole7C317C73 AWS::IAM::Role",
     "CopyStateMachineEventsRoleDefaultPolicyA10DEA32 AWS::IAM::Policy",
     "CopyStateMachineRoleA63E1866 AWS::IAM::Role",
     "CopyStateMachineRoleDefaultPolicyF10A8471 AWS::IAM::Policy",
     "CopySweepDestinationsAllowEventRuleTestCopySweepFunction598C3B26C004DF47 AWS::Lambda::Permission",
     "CopySweepDestinationsC45650BC AWS::Events::Rule",
     "CopySweepExecution0E75D63C AWS::Events::Rule",
     "CopySweepExecutionAllowEventRuleTestCopySweepFunction598C3B262673973A AWS::Lambda::Permission",
     "CopySweepFunctionE995C72F AWS::Lambda::Function",
     "CopySweepFunctionLogs087115CA AWS::Logs::LogGroup",
     "CopySweeperRoleDefaultPolicy5C02E16A AWS::IAM::Policy",
     "CopySweeperRoleF84089E9 AWS::IAM::Role",
     "CopyUploadsLeft5B66F682 AWS::Logs::MetricFilter",
     "CopyVerifyFunction60E04459 AWS::Lambda::Function",
     "CopyVerifyFunctionLogsB17129C8 AWS::Logs::LogGroup",
     "Destination920A3C57 AWS::S3::Bucket",
     "Source71E471F1 AWS::S3::Bucket",
   ]
  `);
});

test('grantStartExecution grants nothing else', () => {
  const { stack, workflow, template } = copy();
  const grant = workflow.grantStartExecution(
    new iam.Role(stack, 'Operator', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
  );
  expect(grant.success).toBe(true);
  expect(statementsOf(template(), 'Operator')).toEqual([allow(['states:StartExecution'], '<CopyStateMachine>')]);
});

test('grants to the workflow go to the copy role', () => {
  const { stack, workflow, template } = copy();
  const extra = new s3.Bucket(stack, 'Extra');
  extra.grantPut(workflow, 'x');
  expect(workflow.grantPrincipal).toBe(workflow.copyRole.grantPrincipal);
  expect(
    statementsOf(template(), 'CopyCopyRole').filter(({ Resource }) => Resource.includes('<Extra.Arn>/x')),
  ).toHaveLength(1);
});

test('exposes the resources of the template', () => {
  const { stack, workflow } = copy();
  const { stateMachine, copyRole, logGroup, planFunction, abortFunction } = workflow;
  expect(
    flatten(
      stack.resolve([
        stateMachine.stateMachineArn,
        copyRole.roleArn,
        logGroup.logGroupArn,
        planFunction.functionArn,
        abortFunction.functionArn,
      ]),
    ),
  ).toEqual([
    '<CopyStateMachine>',
    '<CopyCopyRole.Arn>',
    '<CopyLogs.Arn>',
    '<CopyPlanFunction.Arn>',
    '<CopyAbortFunction.Arn>',
  ]);
});
