import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { MAP_LABEL } from './definition';
import { decryptExecutions } from './encryption';
import { actionsFor, MAP_RUN_PERMISSIONS, type ResourceKind } from './protocol/permissions';

/**
 * Allows Abort to find the error of the child execution that failed the Distributed Map.
 *
 * It is a separate policy: the functions depend on the role's default policy and the state machine on the functions, so a
 * reference to the state machine in the default policy would be circular.
 */
export function grantReadMapRuns(
  scope: Construct,
  role: iam.IRole,
  stateMachine: sfn.StateMachine,
  encryptionKey?: kms.IKey,
): iam.Policy {
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const name = stateMachine.stateMachineName;

  const statement = (on: ResourceKind, resource: string) =>
    new iam.PolicyStatement({
      actions: actionsFor(MAP_RUN_PERMISSIONS, on, { conditions: [], versions: 'none' }),
      resources: [resource],
    });

  const policy = new iam.Policy(scope, 'MapRunPolicy', {
    statements: [
      statement('execution', arn('execution', `${name}:*`)),
      statement('map run', arn('mapRun', `${name}/${MAP_LABEL}:*`)),
      statement('child execution', arn('execution', `${name}/${MAP_LABEL}:*`)),
      ...(encryptionKey ? [decryptExecutions(encryptionKey)] : []),
    ],
  });
  // `attachToRole` would attach the policy to a role that does not accept policies.
  role.attachInlinePolicy(policy);
  return policy;
}
