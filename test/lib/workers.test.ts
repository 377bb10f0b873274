import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type App, CfnParameter, Fn, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource } from '../../lib';
import { decodeLocations } from '../../lib/private/protocol';
import { flatten } from '../asl';
import { copy, newStack, resource } from './support';

const WORKERS: [string, number, number][] = [
  ['Plan', 60, 256],
  ['Begin', 60, 256],
  ['CopyPart', 900, 256],
  ['CheckParts', 300, 512],
  ['Complete', 900, 512],
  ['Verify', 900, 256],
  ['Abort', 300, 256],
  ['CopyObject', 900, 256],
];

function worker(template: Template, step: string): Record<string, any> {
  return flatten(resource(template, 'AWS::Lambda::Function', `Copy${step}Function`).Properties) as Record<string, any>;
}

function planEnvironment(template: Template): { locations: unknown; defaults: unknown } {
  const { MPCOPY_LOCATIONS, MPCOPY_SETTINGS, ...others } = worker(template, 'Plan').Environment.Variables;
  expect(others).toEqual({});
  return { locations: decodeLocations(MPCOPY_LOCATIONS), defaults: JSON.parse(MPCOPY_SETTINGS) };
}

test('creates eight functions and the sweeper', () => {
  copy().template().resourceCountIs('AWS::Lambda::Function', 9);
});

test.each(WORKERS)('%s', (step, timeout, memory) => {
  const { Code, Description, Environment, ...properties } = worker(copy().template(), step);
  expect(Code.S3Key).toMatch(/^[0-9a-f]{64}\.zip$/);
  expect(Description).toMatch(/^S3 multipart copy: /);
  expect(Environment === undefined).toBe(step !== 'Plan');
  expect(properties).toEqual({
    Architectures: ['arm64'],
    Handler: 'index.handler',
    LoggingConfig: { LogFormat: 'JSON', LogGroup: `<Copy${step}FunctionLogs>` },
    MemorySize: memory,
    Role: '<CopyCopyRole.Arn>',
    Runtime: 'nodejs24.x',
    Timeout: timeout,
    TracingConfig: { Mode: 'Active' },
  });
});

test('uses the given runtime and architecture', () => {
  const template = copy({
    runtime: lambda.Runtime.NODEJS_22_X,
    architecture: lambda.Architecture.X86_64,
  }).template();
  template.allResourcesProperties('AWS::Lambda::Function', { Runtime: 'nodejs22.x', Architectures: ['x86_64'] });
});

test('has a bundle with a handler for every function', () => {
  process.env.AWS_REGION ??= 'us-east-1';
  // Of the tests, which leaves assets where they are.
  delete process.env.CDK_CONTEXT_JSON;
  const { stack, workflow } = copy();
  const functions = [
    workflow.planFunction,
    workflow.beginFunction,
    workflow.copyPartFunction,
    workflow.completeFunction,
    workflow.abortFunction,
    workflow.copyObjectFunction,
  ];
  const code = functions.map(
    (fn) => (fn.node.defaultChild as lambda.CfnFunction).code as lambda.CfnFunction.CodeProperty,
  );
  const { directory } = (stack.node.root as App).synth();
  const files = code.map(({ s3Key }) => join(directory, `asset.${s3Key!.replace('.zip', '')}`, 'index.js'));
  expect(new Set(files).size).toBe(6);
  for (const file of files) {
    expect(existsSync(file)).toBe(true);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what Lambda does
    const { handler } = require(file) as { handler: (...args: unknown[]) => unknown };
    // Node.js 24 on Lambda refuses handlers with a callback.
    expect(handler.length).toBeLessThan(3);
  }
});

describe('the environment of Plan', () => {
  test('has the defaults', () => {
    expect(planEnvironment(copy().template())).toEqual({
      locations: {
        sources: [{ bucket: '<Source>', prefix: '', versions: 'n' }],
        destinations: [{ bucket: '<Destination>', prefix: '' }],
      },
      defaults: { account: '<AWS::AccountId>', maxConcurrency: 250, features: ['tags'] },
    });
  });

  test('has all locations in their order, and sizes in bytes', () => {
    const stack = newStack();
    const bucket = (name: string) => s3.Bucket.fromBucketName(stack, name, name);
    const { template } = copy(
      {
        sources: [CopySource.bucket(bucket('zoo'), { prefix: 'a*b"c\\d/' }), CopySource.bucket(bucket('ant'))],
        destinations: [
          CopyDestination.bucket(bucket('yak'), { prefix: 'ü/日本/' }),
          CopyDestination.bucket(bucket('bee')),
        ],
        partSize: Size.mebibytes(64),
        maxConcurrency: 1000,
      },
      stack,
    );
    expect(planEnvironment(template())).toEqual({
      locations: {
        sources: [
          { bucket: 'zoo', prefix: 'a*b"c\\d/' },
          { bucket: 'ant', prefix: '' },
        ],
        destinations: [
          { bucket: 'yak', prefix: 'ü/日本/' },
          { bucket: 'bee', prefix: '' },
        ],
      },
      defaults: { account: '<AWS::AccountId>', maxConcurrency: 1000, partSize: 67_108_864, features: ['tags'] },
    });
  });

  test('has values that are known only at deployment', () => {
    const stack = newStack();
    const parameter = (id: string, type = 'String') => new CfnParameter(stack, id, { type });
    const bucket = s3.Bucket.fromBucketName(stack, 'Bucket', Fn.importValue('Name'));
    const { template } = copy(
      {
        sources: [CopySource.bucket(bucket, { prefix: parameter('Prefix').valueAsString })],
        partSize: Size.bytes(parameter('PartSize', 'Number').valueAsNumber),
        maxConcurrency: parameter('Workers', 'Number').valueAsNumber,
      },
      stack,
    );
    const variables = worker(template(), 'Plan').Environment.Variables;
    expect(decodeLocations(variables.MPCOPY_LOCATIONS).sources).toEqual([
      { bucket: '<import Name>', prefix: '<Prefix>' },
    ]);
    expect(variables.MPCOPY_SETTINGS).toBe(
      '{"account":"<AWS::AccountId>","partSize":<PartSize>,"maxConcurrency":<Workers>,"features":["tags"]}',
    );
  });
});

describe('logs', () => {
  const groups = (template: Template) => Object.values(template.findResources('AWS::Logs::LogGroup'));

  test('are kept for a month in a group for each function and the state machine', () => {
    const found = groups(copy().template());
    expect(found).toHaveLength(10);
    for (const { Properties, DeletionPolicy } of found) {
      expect(Properties.RetentionInDays).toBe(30);
      expect(DeletionPolicy).toBe('Delete');
    }
  });

  test('are kept as long as logRetention says', () => {
    const found = groups(
      copy({ logRetention: logs.RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.RETAIN }).template(),
    );
    expect(found).toHaveLength(10);
    for (const { Properties, DeletionPolicy } of found) {
      expect(Properties.RetentionInDays).toBe(365);
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  test('have a name only for the state machine, which is unique to the stack', () => {
    const { workflow, stack, template } = copy();
    expect(stack.resolve(workflow.logGroup.logGroupName)).toEqual({ Ref: expect.stringMatching(/^CopyLogs/) });
    const named = groups(template()).filter(({ Properties }) => Properties.LogGroupName);
    expect(named.map(({ Properties }) => flatten(Properties.LogGroupName))).toEqual([
      expect.stringMatching(/^\/aws\/vendedlogs\/states\/Test-?Copy.*-<Fn::Select .*<AWS::StackId>/),
    ]);
  });
});

test('logs all states without data, and traces the state machine', () => {
  const { DefinitionString, ...properties } = resource(
    copy().template(),
    'AWS::StepFunctions::StateMachine',
    'CopyStateMachine',
  ).Properties;
  expect(DefinitionString).toBeDefined();
  expect(flatten(properties)).toEqual({
    LoggingConfiguration: {
      Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: '<CopyLogs.Arn>' } }],
      IncludeExecutionData: false,
      Level: 'ALL',
    },
    RoleArn: '<CopyStateMachineRole.Arn>',
    StateMachineType: 'STANDARD',
    TracingConfiguration: { Enabled: true },
  });
});
