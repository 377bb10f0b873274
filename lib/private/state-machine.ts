import { type Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { buildDefinition } from './definition';
import { encryptStateMachine, stateMachineStatements } from './encryption';
import { requireOwnAccount } from './function-role';
import { instanceName } from './instance-name';
import type { Workers } from './workers';

export interface StateMachineOptions {
  readonly functions: Workers;
  readonly logGroup: logs.ILogGroup;
  readonly role?: iam.IRole;
  readonly encryptionKey?: kms.IKey;
  readonly tracing: boolean;
  /** An input, for the comment of the state machine. */
  readonly exampleInput: string;
  /** How long uploads of executions with `onFailure: KEEP` are kept; absent: until somebody removes them. */
  readonly keepFor?: Duration;
  /** Whether Express children copy parts, where Plan chooses them. */
  readonly hasExpressMap: boolean;
}

export interface LogGroupOptions {
  readonly retention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
}

/**
 * The log group of the state machine. All groups whose names begin with `/aws/vendedlogs/` share one resource policy; those of
 * other names count against a limit of the account. The name contains a part of the ID of the stack, so that the same template
 * can be deployed twice, and again after a retained group.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function createLogGroup(scope: Construct, options: LogGroupOptions): logs.LogGroup {
  return new logs.LogGroup(scope, 'Logs', {
    ...options,
    logGroupName: `/aws/vendedlogs/states/${instanceName(scope)}`,
  });
}

/** `addToPrincipalPolicy` would change the stack of the role, which must not depend on this stack. */
function withOwnPolicy(scope: Construct, role: iam.IRole): iam.IRole {
  requireOwnAccount(scope, 'stateMachineRole', role);
  const isOfOtherStack = role instanceof iam.Role && Stack.of(role) !== Stack.of(scope);
  return isOfOtherStack ? iam.Role.fromRoleArn(scope, 'StateMachineRole', role.roleArn) : role;
}

export function createStateMachine(scope: Construct, options: StateMachineOptions): sfn.StateMachine {
  const { functions, logGroup, role, encryptionKey, tracing, keepFor, exampleInput, hasExpressMap } = options;
  const stateMachine = new sfn.StateMachine(scope, 'StateMachine', {
    comment: `Copies one S3 object of any size, server-side. Example of an input: ${exampleInput}. docs/input.md has all options, docs/runbook.md what to do about errors`,
    definitionBody: sfn.DefinitionBody.fromChainable(buildDefinition(scope, functions, { keepFor, hasExpressMap })),
    stateMachineType: sfn.StateMachineType.STANDARD,
    tracingEnabled: tracing,
    role: role && withOwnPolicy(scope, role),
    // Without data: the state contains the users' metadata and tags.
    logs: { destination: logGroup, level: sfn.LogLevel.ALL, includeExecutionData: false },
  });
  if (encryptionKey) {
    encryptStateMachine(stateMachine, encryptionKey);
    for (const statement of stateMachineStatements(scope, encryptionKey)) stateMachine.addToRolePolicy(statement);
  }
  return stateMachine;
}
