import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopySource } from '../../lib';
import { flatten } from '../asl';
import { allow, copy, newStack, resource, sorted, type Statement, statementsOf, toStatement } from './support';

const HOME = { env: { account: '111122223333', region: 'eu-west-1' } };
const ROLE_ARN = 'arn:aws:iam::111122223333:role/partner-reader';
const STEPS = ['Plan', 'Begin', 'CopyPart', 'Complete', 'Abort', 'CopyObject'];
const WARNING = 'cdk-s3-multipart-copy:copyRoleNotGranted';

const lambda = () => ({ assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

/** The statements of the policies that the workflow attaches to a role that is not its own. */
function attached(template: Template, roleName: string): Statement[] {
  return sorted(
    Object.values(template.findResources('AWS::IAM::Policy'))
      .filter(({ Properties }) => (flatten(Properties.Roles) as string[] | undefined)?.includes(roleName))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.map(toStatement)),
  );
}

/** The functions of the states; the sweeper has a role of its own. */
const workersOf = (template: Template) =>
  Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => !id.startsWith('CopySweepFunction'))
    .map(([, worker]) => worker);

const rolesOf = (template: Template): unknown[] => [
  ...new Set(workersOf(template).map(({ Properties }) => flatten(Properties.Role))),
];

describe('copyRoleName', () => {
  test('is the name of the role', () => {
    const template = copy({ copyRoleName: 'copies-of-ours' }).template();
    expect(resource(template, 'AWS::IAM::Role', 'CopyCopyRole').Properties.RoleName).toBe('copies-of-ours');
  });

  test('is not set by default', () => {
    expect(resource(copy().template(), 'AWS::IAM::Role', 'CopyCopyRole').Properties.RoleName).toBeUndefined();
  });

  test.each(['', 'a/b', 'x'.repeat(65), 'ü'])('cannot be %j', (copyRoleName) => {
    expect(() => copy({ copyRoleName })).toThrow(`got ${JSON.stringify(copyRoleName)}`);
  });

  test('cannot be combined with copyRole', () => {
    const stack = newStack();
    const copyRole = new iam.Role(stack, 'Mine', lambda());
    expect(() => copy({ copyRole, copyRoleName: 'x' }, stack)).toThrow('specify only one of them');
  });
});

describe('copyRole', () => {
  test('of the same stack gets the policy, and all functions use it', () => {
    const stack = newStack();
    const copyRole = new iam.Role(stack, 'Mine', lambda());
    const { workflow, template } = copy({ copyRole }, stack);
    expect(workflow.copyRole).toBe(copyRole);
    const own = statementsOf(copy().template(), 'CopyCopyRole');
    const made = template();
    expect(attached(made, '<Mine>')).toEqual(own);
    expect(rolesOf(made)).toEqual(['<Mine.Arn>']);
    made.resourceCountIs('AWS::IAM::Role', 3); // the state machine's and the sweeper's, too
  });

  test('has its policy before the functions are created', () => {
    const stack = newStack();
    const template = copy({ copyRole: new iam.Role(stack, 'Mine', lambda()) }, stack).template();
    for (const { DependsOn } of workersOf(template)) {
      expect((DependsOn as string[]).some((id) => id.startsWith('CopyCopyPolicy'))).toBe(true);
    }
  });

  test('of another stack leaves that stack unchanged, without a circular dependency', () => {
    const app = new App({ analyticsReporting: false });
    const security = new Stack(app, 'Security', HOME);
    const copyRole = new iam.Role(security, 'Role', lambda());
    const { stack, template } = copy({ copyRole }, new Stack(app, 'Copies', HOME));
    const made = template();
    expect(stack.dependencies).toEqual([security]);
    expect(security.dependencies).toEqual([]);
    Template.fromStack(security).resourceCountIs('AWS::IAM::Policy', 0);
    const [roleName] = Object.values(made.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => flatten(Properties.Roles) as string[])
      .filter((name) => name.startsWith('<import Security:'));
    const own = statementsOf(copy({}, newStack({}, HOME)).template(), 'CopyCopyRole');
    expect(attached(made, roleName!)).toEqual(own);
  });

  test('gets the policy if it is imported', () => {
    const stack = newStack({}, HOME);
    const copyRole = iam.Role.fromRoleArn(stack, 'Imported', ROLE_ARN);
    const made = copy({ copyRole }, stack).template();
    const own = statementsOf(copy({}, newStack({}, HOME)).template(), 'CopyCopyRole');
    expect(attached(made, 'partner-reader')).toEqual(own);
    expect(rolesOf(made)).toEqual([ROLE_ARN]);
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  test.each([false, true])(
    'gets no policy but a warning if it does not accept policies (withoutPolicyUpdates: %j)',
    (own) => {
      const stack = newStack({}, HOME);
      const copyRole = own
        ? new iam.Role(stack, 'Mine', lambda()).withoutPolicyUpdates()
        : iam.Role.fromRoleArn(stack, 'Imported', ROLE_ARN, { mutable: false });
      const { template } = copy({ copyRole }, stack);
      const [warning, ...others] = Annotations.fromStack(stack).findWarning('/Test/Copy', Match.anyValue());
      expect(others).toEqual([]);
      expect(warning!.entry.data).toContain('does not accept policies from this app');
      expect(warning!.entry.data).toContain(WARNING);
      const made = template();
      expect(attached(made, own ? '<Mine>' : 'partner-reader')).toEqual([]);
      expect(rolesOf(made)).toEqual([own ? '<Mine.Arn>' : ROLE_ARN]);
    },
  );

  test('fails if it belongs to another account', () => {
    const stack = newStack({}, HOME);
    const copyRole = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::444455556666:role/theirs');
    expect(() => copy({ copyRole }, stack)).toThrow(
      'copyRole belongs to account 444455556666 and the workflow to 111122223333: functions, state machines and rules can use only roles of their own account',
    );
  });
});

describe('policies that exceed the limit of a role', () => {
  const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const many = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) =>
      CopySource.bucketName(`bucket-with-a-long-name-${index}`, { prefix, encryptionKeyArn: KEY }),
    );

  test('become managed policies of a role that the workflow creates', () => {
    const template = copy({ sources: many(16, 'raw/') }).template();
    const [policy] = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
    expect(flatten(policy!.Properties.Roles)).toEqual(['<CopyCopyRole>']);
  });

  test('fail synthesis for an existing role', () => {
    const stack = newStack();
    const copyRole = new iam.Role(stack, 'Mine', lambda());
    expect(copy({ copyRole, sources: many(16, 'raw/') }, stack).template).toThrow(
      /the policies of Test\/Mine have about 1\d{4} characters, and IAM allows 10240 for all inline policies of a role; declare fewer .* or let the workflow create the role/,
    );
  });

  test('fail synthesis if managed policies do not suffice', () => {
    expect(copy({ sources: many(6, 'x'.repeat(500)) }).template).toThrow(
      /the policies of Test\/Copy\/CopyRole have about 1\d{4} characters/,
    );
  });

  test('are ignored for a role that does not accept policies', () => {
    const stack = newStack();
    const copyRole = iam.Role.fromRoleArn(stack, 'Mine', ROLE_ARN, { mutable: false });
    expect(copy({ copyRole, sources: many(16, 'raw/') }, stack).template).not.toThrow();
  });
});

describe('a permissions boundary', () => {
  const ROLES = ['CopyCopyRole', 'CopyStateMachineRole', 'CopyStateMachineEventsRole'];
  const boundaries = (template: Template) =>
    ROLES.map((id) => flatten(resource(template, 'AWS::IAM::Role', id).Properties.PermissionsBoundary));

  test('of the workflow applies to every role', () => {
    const stack = newStack();
    const permissionsBoundary = new iam.ManagedPolicy(stack, 'Boundary', {
      statements: [new iam.PolicyStatement({ actions: ['s3:*'], resources: ['*'] })],
    });
    const { workflow, template } = copy({ permissionsBoundary }, stack);
    workflow.copyOnObjectCreated('OnUpload');
    expect(boundaries(template())).toEqual(['<Boundary>', '<Boundary>', '<Boundary>']);
  });

  test('of an enclosing scope applies to every role', () => {
    const { stack, workflow, template } = copy();
    workflow.copyOnObjectCreated('OnUpload');
    iam.PermissionsBoundary.of(stack).apply(iam.ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'));
    const arn = 'arn:<AWS::Partition>:iam::aws:policy/PowerUserAccess';
    expect(boundaries(template())).toEqual([arn, arn, arn]);
  });

  test('is not set by default', () => {
    const { workflow, template } = copy();
    workflow.copyOnObjectCreated('OnUpload');
    expect(boundaries(template())).toEqual([undefined, undefined, undefined]);
  });
});

describe('a VPC', () => {
  const NETWORK = allow(
    [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ],
    '*',
  );
  const vpcOf = (stack: Stack) => new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, restrictDefaultSecurityGroup: false });

  test('has one security group for all workers, in private subnets', () => {
    const stack = newStack();
    const template = copy({ vpc: vpcOf(stack) }, stack).template();
    for (const step of STEPS) {
      const { VpcConfig } = resource(template, 'AWS::Lambda::Function', `Copy${step}Function`).Properties;
      expect(flatten(VpcConfig)).toEqual({
        SecurityGroupIds: ['<CopySecurityGroup.GroupId>'],
        SubnetIds: ['<VpcPrivateSubnet1Subnet>', '<VpcPrivateSubnet2Subnet>'],
      });
    }
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    expect(statementsOf(template, 'CopyCopyRole').filter(({ Action }) => /^ec2/.test(Action[0]!))).toEqual([NETWORK]);
  });

  test('can have other subnets and security groups', () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
        { name: 'Copies', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
    const template = copy(
      {
        vpc,
        vpcSubnets: { subnetGroupName: 'Copies' },
        securityGroups: [new ec2.SecurityGroup(stack, 'Mine', { vpc })],
      },
      stack,
    ).template();
    const { VpcConfig } = resource(template, 'AWS::Lambda::Function', 'CopyCopyPartFunction').Properties;
    expect(flatten(VpcConfig)).toEqual({
      SecurityGroupIds: ['<Mine.GroupId>'],
      SubnetIds: ['<VpcCopiesSubnet1Subnet>', '<VpcCopiesSubnet2Subnet>'],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  });

  test('gives its permissions to an existing role, too', () => {
    const stack = newStack();
    const template = copy({ vpc: vpcOf(stack), copyRole: new iam.Role(stack, 'Mine', lambda()) }, stack).template();
    expect(attached(template, '<Mine>')).toContainEqual(NETWORK);
  });

  test.each([
    ['vpcSubnets', { vpcSubnets: {} }, 'vpcSubnets requires vpc; pass the VPC, too'],
    ['securityGroups', { securityGroups: [] }, 'securityGroups requires vpc; pass the VPC, too'],
  ])('fails with %s and no VPC', (_name, props, message) => {
    expect(() => copy(props)).toThrow(message);
  });

  test('fails with an empty list of security groups', () => {
    const stack = newStack();
    expect(() => copy({ vpc: vpcOf(stack), securityGroups: [] }, stack)).toThrow('securityGroups is empty');
  });

  test('is not used by default', () => {
    const stack = newStack();
    new s3.Bucket(stack, 'Other');
    const template = copy({}, stack).template();
    expect(resource(template, 'AWS::Lambda::Function', 'CopyPlanFunction').Properties.VpcConfig).toBeUndefined();
    template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
  });
});
