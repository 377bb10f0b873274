import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { deployedJson } from './deployed-text';
import type { FunctionRole } from './function-role';

/**
 * Of all inline policies of a role together, without white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE_CHARACTERS = 10_240;

/**
 * Fails synthesis instead of the deployment if a role cannot hold its inline policies. The CDK moves statements that
 * are too much for a role of the workflow's own to managed policies. It does not do so for an existing role.
 */
export function validatePolicySizes(scope: Construct, roles: readonly FunctionRole[]): void {
  const validate = () => [...new Set(roles.map(({ role }) => role))].flatMap((role) => problemOf(role, scope, roles));
  scope.node.addValidation({ validate });
}

function problemOf(role: iam.IRole, scope: Construct, roles: readonly FunctionRole[]): string[] {
  const attached = roles.filter((other) => other.role === role).flatMap(({ policy }) => policy ?? []);
  const policies = [...attached, role.node.tryFindChild('DefaultPolicy')].filter(
    (policy) => policy instanceof iam.Policy,
  );
  const sizes = policies.map(({ document }) => deployedJson(Stack.of(scope), document).length);
  const size = sizes.reduce((sum, each) => sum + each, 0);
  if (size <= MAX_INLINE_CHARACTERS) return [];
  const advice = attached.length > 0 ? ', or let the workflow create the role: it gets managed policies, too' : '';
  return [
    `the policies of ${role.node.path} have about ${size} characters, and IAM allows ${MAX_INLINE_CHARACTERS} for all inline policies of a role; declare fewer sources, destinations and keys, use shorter prefixes, or create several workflows${advice}`,
  ];
}
