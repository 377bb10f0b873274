import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { attachToExisting, createRole, type FunctionRole } from './function-role';

export interface CopyRoleOptions {
  readonly copyRole?: iam.IRole;
  readonly copyRoleName?: string;
  readonly tracing?: boolean;
}

/** The role of the workers. */
export function createCopyRole(scope: Construct, options: CopyRoleOptions): FunctionRole {
  const { copyRole, copyRoleName, tracing = true } = options;
  if (copyRole) {
    if (copyRoleName !== undefined) {
      throw new Error(
        `copyRoleName ${JSON.stringify(copyRoleName)} is the name of a role that the workflow creates, and copyRole is an existing role; specify only one of them`,
      );
    }
    return attachToExisting(scope, {
      role: copyRole,
      prop: 'copyRole',
      warning: 'copyRoleNotGranted',
      policyId: 'CopyPolicy',
      importId: 'FunctionRole',
      tracing,
    });
  }
  validateRoleName(copyRoleName);
  return createRole(scope, 'CopyRole', {
    roleName: copyRoleName,
    description: 'Workers of an S3 multipart copy workflow',
  });
}

function validateRoleName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w+=,.@-]{1,64}$/.test(name)) return;
  throw new Error(
    `copyRoleName must be 1 to 64 letters, digits or any of +=,.@_-, got ${JSON.stringify(name)}; paths are not supported`,
  );
}
