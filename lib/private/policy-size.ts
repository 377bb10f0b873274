import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { CopyRole } from './copy-role';
import { literalJson } from './literal-text';

/** All inline policies of a role together, without white space. */
const MAX_INLINE_CHARACTERS = 10_240;

/**
 * Fails when the app is synthesized, and not when it is deployed, if the copy role cannot hold its inline policies. A role of the
 * workflow's own hands most of what is too much to managed policies, which the CDK does by itself; others do not.
 */
export function validatePolicySize(scope: Construct, { role, policy }: CopyRole, mapRuns: iam.Policy): void {
  scope.node.addValidation({
    validate: () => {
      const locations = policy ?? role.node.tryFindChild('DefaultPolicy');
      if (!(locations instanceof iam.Policy)) return [];
      const stack = Stack.of(scope);
      const size = [locations, mapRuns].reduce((sum, { document }) => sum + literalJson(stack, document).length, 0);
      if (size <= MAX_INLINE_CHARACTERS) return [];
      const advice = policy ? ", or leave copyRole out: a role of the workflow's own gets managed policies, too" : '';
      return [
        `the policies of ${role.node.path} take at least ${size} characters, and IAM allows ${MAX_INLINE_CHARACTERS} for all inline policies of a role; declare fewer sources, destinations and keys, with shorter prefixes, or make several workflows${advice}`,
      ];
    },
  });
}
