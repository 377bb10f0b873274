import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { TRACING_ACTIONS } from './protocol/permissions';

/** The role of functions, and where its permissions are. */
export interface FunctionRole {
  readonly role: iam.IRole;
  /** Receives the permissions: the role, or a policy that is attached to an existing role. */
  readonly grantee: iam.IGrantable;
  /** Whether the role gets the permissions. One that accepts no policies has only those that somebody else gives it. */
  readonly isGranted: boolean;
  /** The role that the functions are created with. */
  readonly functionRole: iam.IRole;
  /** The policy that functions must wait for. Absent if they depend on the permissions anyway, or if there are none. */
  readonly policy?: iam.Policy;
}

export interface ExistingRole {
  readonly role: iam.IRole;
  /** The prop that passed it, for messages. */
  readonly prop: string;
  /** ID of the warning if the role accepts no policies. */
  readonly warning: string;
  /** IDs of the constructs. */
  readonly policyId: string;
  readonly importId: string;
  readonly tracing: boolean;
}

export function createRole(scope: Construct, id: string, props: Omit<iam.RoleProps, 'assumedBy'>): FunctionRole {
  const role = new iam.Role(scope, id, { ...props, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  return { role, grantee: role, isGranted: true, functionRole: role };
}

/** `role.addToPrincipalPolicy` would change the stack of the role, which must not depend on this stack. */
export function attachToExisting(scope: Construct, existing: ExistingRole): FunctionRole {
  const { role, prop, policyId, importId, tracing } = existing;
  requireOwnAccount(scope, prop, role);
  const policy = new AttachedPolicy(scope, policyId);
  policy.attachOrWarn(scope, existing);
  // The Function construct adds tracing permissions to its role, in the stack of the role. This import ignores them.
  const functionRole = iam.Role.fromRoleArn(scope, importId, role.roleArn, { mutable: false });
  if (tracing) policy.addStatements(new iam.PolicyStatement({ actions: [...TRACING_ACTIONS], resources: ['*'] }));
  return {
    ...{ role, grantee: policy, functionRole },
    isGranted: policy.hasRole,
    policy: policy.hasRole ? policy : undefined,
  };
}

/** @throws if the role belongs to another account, in which no service of this account can assume it */
export function requireOwnAccount(scope: Construct, prop: string, role: iam.IRole): void {
  const { account } = Stack.of(scope);
  if (Token.isUnresolved(role.env.account) || Token.isUnresolved(account) || role.env.account === account) return;
  throw new Error(
    `${prop} belongs to account ${role.env.account} and the workflow to ${account}: functions, state machines and rules can use only roles of their own account; use a role of ${account} and let the owners of the buckets allow it (ownerStatements)`,
  );
}

/** The CDK has no property that tells whether a role accepts policies. */
export class AttachedPolicy extends iam.Policy {
  public hasRole = false;

  /** Warns if the role accepts no policies. */
  public attachOrWarn(
    scope: Construct,
    { role, prop, warning }: Pick<ExistingRole, 'role' | 'prop' | 'warning'>,
  ): void {
    role.attachInlinePolicy(this);
    if (this.hasRole) return;
    Annotations.of(scope).addWarningV2(
      `cdk-s3-multipart-copy:${warning}`,
      `${prop} ${role.node.path} does not accept policies from this app, so the workflow has only the permissions that you give it: docs/permissions.md lists them.`,
    );
  }

  public override attachToRole(role: iam.IRole): void {
    this.hasRole = true;
    super.attachToRole(role);
  }
}
