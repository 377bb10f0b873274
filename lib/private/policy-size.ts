import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { deployedJson } from './deployed-text';
import type { FunctionRole } from './function-role';

/**
 * Of all inline policies of a role together, without white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE_CHARACTERS = 10_240;

/** Of one managed policy, without white space. */
const MAX_MANAGED_CHARACTERS = 6_144;

const ADVICE =
  'declare fewer sources, destinations and keys, use shorter prefixes, or create several workflows with a role each';

/**
 * Fails synthesis instead of the deployment if a role cannot hold its policies. The CDK moves statements that are too much for
 * a role of the workflow's own to managed policies, by an estimate of its own. It does not do so for an existing role, which may have
 * policies of other workflows, too.
 */
export function validatePolicySizes(scope: Construct, roles: readonly FunctionRole[]): void {
  for (const { role, policy } of roles) if (policy) attachedTo(role).add(policy);
  const validate = () =>
    [...new Set(roles.map(({ role }) => role))].flatMap((role) => [...inlineProblems(role), ...managedProblems(role)]);
  scope.node.addValidation({ validate });
}

const ATTACHED = new WeakMap<iam.IRole, Set<iam.Policy>>();

/** The policies that workflows have attached to an existing role. */
function attachedTo(role: iam.IRole): Set<iam.Policy> {
  const known = ATTACHED.get(role) ?? new Set();
  ATTACHED.set(role, known);
  return known;
}

function inlineProblems(role: iam.IRole): string[] {
  const attached = attachedTo(role);
  const documents = [
    ...[...attached, role.node.tryFindChild('DefaultPolicy')].flatMap((policy) =>
      policy instanceof iam.Policy ? [sizeOf(policy, policy.document)] : [],
    ),
    ...ownDocuments(role).map((document) => sizeOf(role, document)),
  ];
  const size = documents.reduce((sum, each) => sum + each, 0);
  if (size <= MAX_INLINE_CHARACTERS) return [];
  const advice = attached.size > 0 ? ', or let the workflow create the role: it gets managed policies, too' : '';
  return [
    `the policies of ${role.node.path} have about ${size} characters, and IAM allows ${MAX_INLINE_CHARACTERS} for all inline policies of a role; ${ADVICE}${advice}`,
  ];
}

/** The `inlinePolicies` of a role. */
function ownDocuments(role: iam.IRole): unknown[] {
  const resource = role.node.defaultChild;
  const policies: unknown = resource instanceof iam.CfnRole ? Stack.of(role).resolve(resource.policies) : undefined;
  return Array.isArray(policies)
    ? policies.map(({ policyDocument }: { policyDocument?: unknown }) => policyDocument ?? {})
    : [];
}

function managedProblems(role: iam.IRole): string[] {
  return role.node.children.flatMap((policy) => {
    const size = policy instanceof iam.ManagedPolicy ? sizeOf(policy, policy.document) : 0;
    if (size <= MAX_MANAGED_CHARACTERS) return [];
    return [
      `the policy ${policy.node.path} has about ${size} characters, and IAM allows ${MAX_MANAGED_CHARACTERS} for a managed policy; ${ADVICE}`,
    ];
  });
}

function sizeOf(scope: IConstruct, document: unknown): number {
  return deployedJson(Stack.of(scope), document).length;
}
