import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CopyRole } from './copy-role';
import { deployedJson } from './deployed-text';

/**
 * Of all inline policies of a role together, without white space.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE_CHARACTERS = 10_240;

/**
 * Fails synthesis instead of the deployment if the copy role cannot hold its inline policies. The CDK moves statements that
 * are too much for a role of the workflow's own to managed policies. It does not do so for an existing role.
 */
export function validatePolicySize(scope: Construct, { role, policy }: CopyRole): void {
  scope.node.addValidation({
    validate: () => {
      const locations = policy ?? role.node.tryFindChild('DefaultPolicy');
      if (!(locations instanceof iam.Policy)) return [];
      const stack = Stack.of(scope);
      const size = deployedJson(stack, locations.document).length;
      if (size <= MAX_INLINE_CHARACTERS) return [];
      const advice = policy
        ? ', or leave copyRole out: a role that the workflow creates gets managed policies, too'
        : '';
      return [
        `the policies of ${role.node.path} have about ${size} characters, and IAM allows ${MAX_INLINE_CHARACTERS} for all inline policies of a role; declare fewer sources, destinations and keys, use shorter prefixes, or create several workflows${advice}`,
      ];
    },
  });
}
