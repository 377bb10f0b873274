import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { decryptExecutions } from './encryption';
import { AttachedPolicy } from './function-role';
import { EXPRESS_MAP_LABEL, MAP_LABEL } from './map-labels';

export interface MapRunOptions {
  readonly hasExpressMap: boolean;
  readonly encryptionKey?: kms.IKey;
}

/**
 * Allows the state machine to find the error of the child execution that failed its Distributed Map.
 *
 * It is a separate policy: the state machine depends on the default policy of its role, so a reference to the state machine there
 * would be circular.
 */
export function grantReadMapRuns(scope: Construct, stateMachine: sfn.StateMachine, options: MapRunOptions): void {
  const { hasExpressMap, encryptionKey } = options;
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const name = stateMachine.stateMachineName;

  const statement = (action: string, ...resources: string[]) =>
    new iam.PolicyStatement({ actions: [`states:${action}`], resources });
  const ofExpress = (...resources: string[]) =>
    hasExpressMap ? resources.map((resource) => arn(resource, `${name}/${EXPRESS_MAP_LABEL}:*`)) : [];

  const policy = new AttachedPolicy(scope, 'MapRunPolicy', {
    statements: [
      statement('ListMapRuns', arn('execution', `${name}:*`)),
      statement('ListExecutions', arn('mapRun', `${name}/${MAP_LABEL}:*`), ...ofExpress('mapRun')),
      // Executions of Express state machines have ARNs of their own; no source says which form children of a Map Run have.
      statement('DescribeExecution', arn('execution', `${name}/${MAP_LABEL}:*`), ...ofExpress('execution', 'express')),
      ...(encryptionKey ? [decryptExecutions(encryptionKey)] : []),
    ],
  });
  policy.attachOrWarn(scope, {
    role: stateMachine.role,
    prop: 'stateMachineRole',
    warning: 'stateMachineRoleNotGranted',
  });
}
