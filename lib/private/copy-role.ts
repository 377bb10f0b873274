import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { TRACING_ACTIONS } from './protocol/permissions';

export interface CopyRoleOptions {
  readonly copyRole?: iam.IRole;
  readonly copyRoleName?: string;
  readonly tracing?: boolean;
}

/** The role of the workers, and where its permissions are. */
export interface CopyRole {
  readonly role: iam.IRole;
  /** Receives the permissions: the role, or a policy that is attached to an existing role. */
  readonly grantee: iam.IGrantable;
  /** The role that the functions are created with. */
  readonly functionRole: iam.IRole;
  /** The policy that functions must wait for. Absent if they depend on the permissions anyway, or if there are none. */
  readonly policy?: iam.Policy;
}

export function createCopyRole(scope: Construct, options: CopyRoleOptions): CopyRole {
  const { copyRole, copyRoleName } = options;
  if (copyRole) {
    if (copyRoleName !== undefined) {
      throw new Error(
        `copyRoleName ${JSON.stringify(copyRoleName)} is the name of a role that the workflow creates, and copyRole is an existing role; specify only one of them`,
      );
    }
    return attachToExisting(scope, copyRole, options.tracing ?? true);
  }
  validateRoleName(copyRoleName);
  const role = new iam.Role(scope, 'CopyRole', {
    roleName: copyRoleName,
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    description: 'Workers of an S3 multipart copy workflow',
  });
  return { role, grantee: role, functionRole: role };
}

/** `role.addToPrincipalPolicy` would change the stack of the role, which must not depend on this stack. */
function attachToExisting(scope: Construct, role: iam.IRole, tracing: boolean): CopyRole {
  const { account } = Stack.of(scope);
  const isOther = !Token.isUnresolved(role.env.account) && !Token.isUnresolved(account) && role.env.account !== account;
  if (isOther) {
    throw new Error(
      `copyRole belongs to account ${role.env.account} and the workflow to ${account}: functions can use only roles of their own account; use a role of ${account} and let the owners of the buckets allow it (ownerStatements)`,
    );
  }
  const policy = new AttachedPolicy(scope, 'CopyPolicy');
  role.attachInlinePolicy(policy);
  if (!policy.hasRole) {
    Annotations.of(scope).addWarningV2(
      'cdk-s3-multipart-copy:copyRoleNotGranted',
      `copyRole ${role.node.path} does not accept policies from this app, so the workflow has only the permissions that you give it: docs/permissions.md lists them.`,
    );
  }
  // The Function construct adds tracing permissions to its role, in the stack of the role. This import ignores them.
  const functionRole = iam.Role.fromRoleArn(scope, 'FunctionRole', role.roleArn, { mutable: false });
  if (tracing) policy.addStatements(new iam.PolicyStatement({ actions: [...TRACING_ACTIONS], resources: ['*'] }));
  return { role, grantee: policy, functionRole, policy: policy.hasRole ? policy : undefined };
}

/** The CDK has no property that tells whether a role accepts policies. */
class AttachedPolicy extends iam.Policy {
  public hasRole = false;

  public override attachToRole(role: iam.IRole): void {
    this.hasRole = true;
    super.attachToRole(role);
  }
}

function validateRoleName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w+=,.@-]{1,64}$/.test(name)) return;
  throw new Error(
    `copyRoleName must be 1 to 64 letters, digits or any of +=,.@_-, got ${JSON.stringify(name)}; paths are not supported`,
  );
}
