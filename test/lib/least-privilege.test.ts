import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ChildExecutions, CopyDestination, CopySource } from '../../lib';
import { allow, copy, newStack, sorted, statementsOf, toStatement } from './support';

const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234';

test('allows the state machine to invoke the workers, run the map and read its errors, log and trace', () => {
  const steps = ['Plan', 'Begin', 'CopyPart', 'CheckParts', 'Complete', 'Verify', 'Abort', 'CopyObject'];
  const nameOfArn = `<Fn::Select ${JSON.stringify([6, `<Fn::Split ${JSON.stringify([':', '<CopyStateMachine>'])}>`])}>`;
  expect(statementsOf(copy().template(), 'CopyStateMachineRole')).toEqual(
    sorted([
      ...steps.map((step) => allow(['lambda:InvokeFunction'], `<Copy${step}Function.Arn>`)),
      allow(['states:StartExecution'], '<CopyStateMachine>'),
      allow(['states:DescribeExecution', 'states:StopExecution'], `${STATES}:execution:${nameOfArn}:*`),
      allow(['states:RedriveExecution'], `${STATES}:execution:${nameOfArn}/CopyParts:*`),
      allow(['states:ListMapRuns'], `${STATES}:execution:<CopyStateMachine.Name>:*`),
      allow(['states:ListExecutions'], `${STATES}:mapRun:<CopyStateMachine.Name>/CopyParts:*`),
      allow(['states:DescribeExecution'], `${STATES}:execution:<CopyStateMachine.Name>/CopyParts:*`),
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

test('allows the state machine to read the errors of Express children, whichever form their ARNs have', () => {
  const textOf = (props: Parameters<typeof copy>[0]) =>
    statementsOf(copy(props).template(), 'CopyStateMachineRole').map((statement) => JSON.stringify(statement));
  const own = textOf({});
  const added = textOf({ childExecutions: ChildExecutions.EXPRESS }).filter((text) => !own.includes(text));
  const [mapRun, execution, express] = ['mapRun', 'execution', 'express'].map(
    (resource) => `${STATES}:${resource}:<CopyStateMachine.Name>`,
  );
  expect(added.map((text) => JSON.parse(text) as unknown)).toEqual(
    expect.arrayContaining([
      allow(['states:ListExecutions'], [`${mapRun}/CopyParts:*`, `${mapRun}/CopyPartsExpress:*`]),
      allow(
        ['states:DescribeExecution'],
        [`${execution}/CopyParts:*`, `${execution}/CopyPartsExpress:*`, `${express}/CopyPartsExpress:*`],
      ),
    ]),
  );
});

describe('has no policy that is wider than necessary', () => {
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

  test('grants the same with the feature flags of old and new apps', () => {
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
  expect(roles).toHaveLength(4);
  const [, role] = roles.find(([key]) => key.replace(/[0-9A-F]{8}$/, '') === id)!;
  const trust = role.Properties.AssumeRolePolicyDocument.Statement;
  expect(trust).toHaveLength(1);
  expect(trust[0]).toMatchObject({ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } });
});
