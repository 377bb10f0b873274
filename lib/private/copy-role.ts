import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { TRACING_ACTIONS } from './protocol/permissions';

export interface CopyRoleOptions {
  readonly copyRole?: iam.IRole;
  readonly copyRoleName?: string;
}

/** The role of the workers, and where its permissions go. */
export interface CopyRole {
  readonly role: iam.IRole;
  /** What permissions are given to: the role, or a policy for a role that is somebody else's. */
  readonly grantee: iam.IGrantable;
  /** What the functions are made with. */
  readonly functionRole: iam.IRole;
  /** Where the permissions are, for functions to wait for; absent where they do by themselves, or there are none. */
  readonly policy?: iam.Policy;
}

export function createCopyRole(scope: Construct, options: CopyRoleOptions): CopyRole {
  const { copyRole, copyRoleName } = options;
  if (copyRole) {
    if (copyRoleName !== undefined) {
      throw new Error(
        `copyRoleName ${JSON.stringify(copyRoleName)} names the role that the workflow makes, and copyRole is another; leave one of them out`,
      );
    }
    return adopt(scope, copyRole);
  }
  validateRoleName(copyRoleName);
  const role = new iam.Role(scope, 'CopyRole', {
    roleName: copyRoleName,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: 'Workers of an S3 multipart copy workflow',
  });
  return { role, grantee: role, functionRole: role };
}

/** `role.addToPrincipalPolicy` would write into the stack of the role, which knows nothing of this one. */
function adopt(scope: Construct, role: iam.IRole): CopyRole {
  const { account } = Stack.of(scope);
  const isOther = !Token.isUnresolved(role.env.account) && !Token.isUnresolved(account) && role.env.account !== account;
  if (isOther) {
    throw new Error(
      `copyRole is of account ${role.env.account}, the workflow of ${account}: functions can only have roles of their own account; let the owners of the buckets allow a role of ${account} instead (ownerStatements)`,
    );
  }
  const policy = new AttachedPolicy(scope, 'CopyPolicy');
  role.attachInlinePolicy(policy);
  if (!policy.isTaken) {
    Annotations.of(scope).addWarningV2(
      'cdk-s3-multipart-copy:copyRoleNotGranted',
      `copyRole ${role.node.path} takes no policies from this app, so the workflow has only the permissions that you give it: docs/permissions.md lists them.`,
    );
  }
  // Lambda's construct gives tracing permissions to the role that it knows: let it know one that takes none.
  const functionRole = iam.Role.fromRoleArn(scope, 'FunctionRole', role.roleArn, { mutable: false });
  policy.addStatements(new iam.PolicyStatement({ actions: [...TRACING_ACTIONS], resources: ['*'] }));
  return { role, grantee: policy, functionRole, policy: policy.isTaken ? policy : undefined };
}

/** Whether a role takes policies, the CDK tells nobody. */
class AttachedPolicy extends iam.Policy {
  public isTaken = false;

  public override attachToRole(role: iam.IRole): void {
    this.isTaken = true;
    super.attachToRole(role);
  }
}

function validateRoleName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w+=,.@-]{1,64}$/.test(name)) return;
  throw new Error(
    `copyRoleName must be 1 to 64 letters, digits or any of +=,.@_-, got ${JSON.stringify(name)}; IAM takes no paths here`,
  );
}
