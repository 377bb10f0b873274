import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination } from '../../lib';
import { flatten } from '../asl';
import { allow, copy, newStack, resource, sorted, statementsOf, toStatement } from './support';

const OURS = { Condition: { StringEquals: { 'aws:ResourceAccount': '<AWS::AccountId>' } } };
const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';

test('looks after executions that end without success, and once a day', () => {
  const template = copy().template();
  expect(resource(template, 'AWS::Events::Rule', 'CopySweepExecution').Properties).toMatchObject({
    EventPattern: {
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      detail: { status: ['ABORTED', 'TIMED_OUT', 'FAILED'] },
    },
  });
  expect(resource(template, 'AWS::Events::Rule', 'CopySweepDestinations').Properties).toMatchObject({
    ScheduleExpression: 'rate(1 day)',
  });
});

test('may list and abort uploads of the destinations, read executions, trace and log', () => {
  const stack = newStack();
  const destinations = [
    CopyDestination.bucket(new s3.Bucket(stack, 'Destination'), { prefix: 'out/' }),
    CopyDestination.directoryBucket('lake--use1-az4--x-s3'),
  ];
  expect(statementsOf(copy({ destinations }, stack).template(), 'CopySweeperRole')).toEqual(
    sorted([
      { ...allow(['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts'], '<Destination.Arn>/out/*'), ...OURS },
      { ...allow(['s3:ListBucketMultipartUploads'], '<Destination.Arn>'), ...OURS },
      allow(
        ['s3express:CreateSession'],
        'arn:<AWS::Partition>:s3express:<AWS::Region>:<AWS::AccountId>:bucket/lake--use1-az4--x-s3',
      ),
      allow(['states:ListExecutions'], '<CopyStateMachine>'),
      allow(
        ['states:DescribeExecution', 'states:GetExecutionHistory'],
        `${STATES}:execution:<CopyStateMachine.Name>:*`,
      ),
      allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], '<CopySweepFunctionLogs.Arn>'),
    ]),
  );
});

test('may be used on a destination that is added later', () => {
  const stack = newStack();
  const { workflow, template } = copy({}, stack);
  workflow.addDestination(CopyDestination.bucket(new s3.Bucket(stack, 'Later')));
  const made = template();
  expect(statementsOf(made, 'CopySweeperRole')).toContainEqual({
    ...allow(['s3:ListBucketMultipartUploads'], '<Later.Arn>'),
    ...OURS,
  });
  const { Variables } = resource(made, 'AWS::Lambda::Function', 'CopySweepFunction').Properties.Environment;
  expect(JSON.stringify(Variables.MPCOPY_LOCATIONS)).toContain('Later');
});

test('knows the uploads of the workflow by the session of the Begin function', () => {
  const template = copy({ sweeper: { keepFor: Duration.days(2) } }).template();
  const { Variables } = resource(template, 'AWS::Lambda::Function', 'CopySweepFunction').Properties.Environment;
  const MPCOPY_SWEEPER = flatten(Variables.MPCOPY_SWEEPER);
  expect(MPCOPY_SWEEPER).toContain(
    '"initiator":"arn:<AWS::Partition>:sts::<AWS::AccountId>:assumed-role/<CopyCopyRole>/<CopyBeginFunction>"',
  );
  expect(MPCOPY_SWEEPER).toContain('"keepForSeconds":172800');
});

test('has a role whose name follows that of the copy role', () => {
  const nameOf = (props: Parameters<typeof copy>[0]) =>
    resource(copy(props).template(), 'AWS::IAM::Role', 'CopySweeperRole').Properties.RoleName;
  expect(nameOf({})).toBeUndefined();
  expect(nameOf({ copyRoleName: 'copies' })).toBe('copies-sweeper');
  expect(nameOf({ copyRoleName: 'x'.repeat(64) })).toBe(`${'x'.repeat(56)}-sweeper`);
  expect(nameOf({ copyRoleName: 'copies', sweeper: { roleName: 'broom' } })).toBe('broom');
});

describe('an existing role', () => {
  const attached = (template: Template, policy: string) =>
    sorted(resource(template, 'AWS::IAM::Policy', policy).Properties.PolicyDocument.Statement.map(toStatement));
  const roleOf = (id: string) => ({ 'Fn::GetAtt': [Match.stringLikeRegexp(id), 'Arn'] });
  const lambda = { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') };

  test('gets the statements of the sweeper, and the function uses it after it has them', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Broom', lambda);
    const { workflow, template } = copy({ sweeper: { role } }, stack);
    const made = template();
    expect(workflow.sweeperRole).toBe(role);
    expect(attached(made, 'CopySweeperPolicy')).toEqual(statementsOf(copy().template(), 'CopySweeperRole'));
    const [sweeper] = Object.values(
      made.findResources('AWS::Lambda::Function', { Properties: { Role: roleOf('Broom') } }),
    );
    expect(sweeper!.DependsOn).toEqual([expect.stringMatching(/^CopySweeperPolicy/)]);
  });

  test('can be that of the workers, without a circular dependency', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'One', lambda);
    const made = copy({ copyRole: role, sweeper: { role } }, stack).template();
    made.resourceCountIs('AWS::IAM::Role', 2); // the state machine's, too
    expect(attached(made, 'CopyCopyPolicy')).toEqual(statementsOf(copy().template(), 'CopyCopyRole'));
    expect(attached(made, 'CopySweeperPolicy')).toEqual(statementsOf(copy().template(), 'CopySweeperRole'));
  });

  test('that is also that of the workers has to hold both policies', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'One', lambda);
    const destinations = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) =>
      CopyDestination.bucket(new s3.Bucket(stack, name, { versioned: true }), { prefix: `${name.repeat(30)}/` }),
    );
    expect(copy({ destinations, copyRole: role, sweeper: { enabled: false } }, stack).template).not.toThrow();
    const other = newStack();
    const one = new iam.Role(other, 'One', lambda);
    const same = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) =>
      CopyDestination.bucket(new s3.Bucket(other, name, { versioned: true }), { prefix: `${name.repeat(30)}/` }),
    );
    expect(copy({ destinations: same, copyRole: one, sweeper: { role: one } }, other).template).toThrow(
      /the policies of Test\/One have about 1\d{4} characters/,
    );
  });

  test('without policies brings a warning', () => {
    const stack = newStack();
    const role = iam.Role.fromRoleArn(stack, 'Broom', 'arn:aws:iam::111122223333:role/broom', { mutable: false });
    copy({ sweeper: { role } }, stack);
    const [warning] = Annotations.fromStack(stack).findWarning('/Test/Copy', Match.anyValue());
    expect(warning!.entry.data).toContain('sweeper.role Test/Broom does not accept policies from this app');
    expect(warning!.entry.data).toContain('cdk-s3-multipart-copy:sweeperRoleNotGranted');
  });

  test('cannot be combined with a name', () => {
    const stack = newStack();
    const role = new iam.Role(stack, 'Broom', lambda);
    expect(() => copy({ sweeper: { role, roleName: 'x' } }, stack)).toThrow('specify only one of them');
  });
});

test('can be left out', () => {
  const { workflow, template } = copy({ sweeper: { enabled: false } });
  const made = template();
  expect(workflow.sweepFunction).toBeUndefined();
  expect(workflow.sweeperRole).toBeUndefined();
  made.resourceCountIs('AWS::Events::Rule', 0);
  made.resourceCountIs('AWS::Lambda::Function', 8);
});
