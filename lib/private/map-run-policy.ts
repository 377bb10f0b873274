import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { MAP_LABEL } from './definition';
import { actionsFor, MAP_RUN_PERMISSIONS, type ResourceKind } from './protocol/permissions';

/**
 * Lets Abort find the error of the child execution that failed the Distributed Map.
 *
 * A policy of its own: the functions depend on the role's default policy and the state machine on the functions, so
 * naming the state machine there would be a cycle.
 */
export function grantReadMapRuns(scope: Construct, role: iam.IRole, stateMachine: sfn.StateMachine): iam.Policy {
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
    ],
  });
  // Not `attachToRole`: that writes into roles that take no policies.
  role.attachInlinePolicy(policy);
  return policy;
}
