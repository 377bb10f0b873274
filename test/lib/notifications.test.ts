import { type Stack } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CopyOutcome } from '../../lib';
import { flatten } from '../asl';
import { allow, copy, newStack, resource, sorted, statementsOf } from './support';

const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';

const ruleOf = (template: Template, id: string) =>
  flatten(resource(template, 'AWS::Events::Rule', id).Properties) as any;

test('nothing is made that nobody has asked for', () => {
  const { workflow, template } = copy();
  expect(workflow.notifyFunction).toBeUndefined();
  expect(JSON.stringify(template())).not.toMatch(/Notif/);
});

describe.each<[string, (stack: Stack) => events.IEventBus | undefined, string]>([
  [
    'the default event bus',
    () => undefined,
    'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default',
  ],
  ['an event bus of the app', (stack) => new events.EventBus(stack, 'Bus'), '<Bus.Arn>'],
])('%s', (_, busOf, arn) => {
  test('gets events, by a role that may do that and read the executions', () => {
    const stack = newStack();
    const template = copy({ notifications: { eventBus: busOf(stack) } }, stack).template();
    expect(statementsOf(template, 'CopyNotifierRole')).toEqual(
      sorted([
        allow(['events:PutEvents'], arn),
        allow(
          ['states:DescribeExecution', 'states:GetExecutionHistory'],
          `${STATES}:execution:<CopyStateMachine.Name>:*`,
        ),
        allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
        allow(['logs:CreateLogStream', 'logs:PutLogEvents'], '<CopyNotifyFunctionLogs.Arn>'),
      ]),
    );
    const { Variables } = resource(template, 'AWS::Lambda::Function', 'CopyNotifyFunction').Properties.Environment;
    expect(JSON.parse(flatten(Variables.MPCOPY_NOTIFIER) as string)).toEqual({
      stateMachineArn: '<CopyStateMachine>',
      eventBusArn: arn,
    });
  });
});

test('every end of an execution of this state machine is told of, and no other', () => {
  expect(ruleOf(copy({ notifications: {} }).template(), 'CopyNotifyExecution').EventPattern).toEqual({
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: ['<CopyStateMachine>'] },
  });
});

test.each([
  ['onCopySucceeded', 'MultipartCopy Succeeded'],
  ['onCopyFailed', 'MultipartCopy Failed'],
  ['onCopySkipped', 'MultipartCopy Skipped'],
] as const)('%s turns the events on, and matches those of this workflow', (method, type) => {
  const stack = newStack();
  const { workflow, template } = copy({}, stack);
  workflow[method]('Next', {
    target: new targets.SqsQueue(new sqs.Queue(stack, 'Queue')),
    eventPattern: { detail: { destination: { bucket: ['lake'] } } },
    description: 'next',
  });
  workflow[method]('Another');
  const made = template();
  const rule = ruleOf(made, 'CopyNext');
  expect(rule).toMatchObject({ Description: 'next', Targets: [{ Arn: '<Queue.Arn>' }] });
  expect(rule.EventBusName).toBeUndefined();
  expect(rule.EventPattern).toEqual({
    account: ['<AWS::AccountId>'],
    source: ['cdk-s3-multipart-copy'],
    'detail-type': [type],
    detail: { execution: { stateMachineArn: ['<CopyStateMachine>'] }, destination: { bucket: ['lake'] } },
  });
  expect(workflow.notifyFunction).toBeDefined();
  expect(Object.keys(made.findResources('AWS::Lambda::Function')).filter((id) => id.includes('Notify'))).toHaveLength(
    1,
  );
});

test('no rule of copyOnObjectCreated matches the events: a notification cannot start a copy', () => {
  const { workflow, template } = copy({ notifications: {} });
  workflow.copyOnObjectCreated('OnUpload');
  expect(ruleOf(template(), 'CopyOnUpload').EventPattern.source).toEqual(['aws.s3']);
});

describe('notify', () => {
  const notified = (options?: Parameters<ReturnType<typeof copy>['workflow']['notify']>[1]) => {
    const stack = newStack();
    const eventBus = new events.EventBus(stack, 'Bus');
    const { workflow, template } = copy({ notifications: { eventBus } }, stack);
    const masterKey = new kms.Key(stack, 'Key');
    workflow.notify(new sns.Topic(stack, 'People', { masterKey }), options);
    return template();
  };
  const ruleFor = (template: Template) =>
    Object.entries(template.findResources('AWS::Events::Rule')).flatMap(([id, { Properties }]) =>
      id.includes('CopyNotifyTest') ? [flatten(Properties) as any] : [],
    )[0];

  test('publishes the message of each event to the topic, by the policy of the topic and of its key', () => {
    const template = notified();
    expect(ruleFor(template)).toMatchObject({
      EventBusName: '<Bus>',
      EventPattern: { 'detail-type': ['MultipartCopy Succeeded', 'MultipartCopy Failed', 'MultipartCopy Skipped'] },
      Targets: [
        {
          Arn: '<People>',
          InputTransformer: {
            InputPathsMap: { 'detail-message': '$.detail.message' },
            InputTemplate: '"<detail-message>"',
          },
        },
      ],
    });
    const [policy] = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    expect(flatten(policy!.Properties.PolicyDocument.Statement)).toMatchObject([
      { Action: 'sns:Publish', Principal: { Service: 'events.amazonaws.com' }, Resource: '<People>' },
    ]);
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    expect(JSON.stringify(key)).toContain('events.amazonaws.com');
  });

  test('of some ends only', () => {
    const template = notified({ outcomes: [CopyOutcome.FAILED] });
    expect(ruleFor(template).EventPattern['detail-type']).toEqual(['MultipartCopy Failed']);
  });

  test('of none is refused', () => {
    expect(() => notified({ outcomes: [] })).toThrow('notify: outcomes is empty; leave it out for all');
  });
});

test('a queue keeps what could not be sent', () => {
  const stack = newStack();
  const deadLetterQueue = new sqs.Queue(stack, 'Dead');
  const template = copy({ notifications: { deadLetterQueue } }, stack).template();
  expect(ruleOf(template, 'CopyNotifyExecution').Targets).toMatchObject([{ DeadLetterConfig: { Arn: '<Dead.Arn>' } }]);
  expect(flatten(resource(template, 'AWS::Lambda::Function', 'CopyNotifyFunction').Properties)).toMatchObject({
    DeadLetterConfig: { TargetArn: '<Dead.Arn>' },
  });
});

test('an existing role gets a policy, and if it accepts none, a warning', () => {
  const stack = newStack();
  const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  const template = copy({ notifications: { role } }, stack).template();
  expect(statementsOf(template, 'Own')).toContainEqual(
    allow(['events:PutEvents'], 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/default'),
  );
  expect(Object.keys(template.findResources('AWS::IAM::Role')).filter((id) => id.includes('Notifier'))).toEqual([]);

  const other = newStack();
  const fixed = iam.Role.fromRoleArn(other, 'Fixed', 'arn:aws:iam::123456789012:role/fixed', { mutable: false });
  copy({ notifications: { role: fixed } }, other).template();
  const warnings = Annotations.fromStack(other).findWarning('*', Match.stringLikeRegexp('notifierRoleNotGranted'));
  expect(warnings).toHaveLength(1);
});
