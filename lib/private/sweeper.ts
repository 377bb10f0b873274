import { ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { SweeperOptions } from '../sweeper-options';
import type { CopyRoleOptions } from './copy-role';
import { allowEnvironment, decryptExecutions } from './encryption';
import { attachToExisting, createRole, type FunctionRole } from './function-role';
import { validateEnvironment } from './plan-environment';
import { ENV_LOCATIONS } from './protocol';
import { actionsFor, type ResourceKind, SWEEPER_PERMISSIONS, VPC_ACTIONS } from './protocol/permissions';
import { ENV_SWEEPER, SWEPT_STATUSES, type SweeperSettings } from './protocol/sweeper';
import { createFunction, type FunctionOptions } from './workers';

const KEEP_FOR = Duration.days(7);
const INTERVAL = Duration.days(1);
/** It checks again when parts in flight have ended, which may take almost as long. */
const TIMEOUT = Duration.minutes(15);
const MEMORY_MIB = 256;
const ROLE_NAME_END = '-sweeper';
const MAX_ROLE_NAME = 64;

/** How long the uploads of executions with `onFailure: KEEP` are kept; undefined if nobody removes them. */
export function keepForOf(options: SweeperOptions | undefined): Duration | undefined {
  return options?.enabled === false ? undefined : (options?.keepFor ?? KEEP_FOR);
}

/** @returns undefined without a sweeper */
export function createSweeperRole(
  scope: Construct,
  options: SweeperOptions = {},
  { copyRoleName, tracing = true }: CopyRoleOptions,
): FunctionRole | undefined {
  const { enabled, role, roleName } = options;
  if (enabled === false) return undefined;
  if (!role) {
    return createRole(scope, 'SweeperRole', {
      roleName: roleName ?? (copyRoleName === undefined ? undefined : sweeperRoleName(copyRoleName)),
      description: 'Sweeper of an S3 multipart copy workflow',
    });
  }
  if (roleName !== undefined) {
    throw new Error(
      `sweeper.roleName ${JSON.stringify(roleName)} is the name of a role that the workflow creates, and sweeper.role is an existing role; specify only one of them`,
    );
  }
  return attachToExisting(scope, {
    role,
    prop: 'sweeper.role',
    warning: 'sweeperRoleNotGranted',
    policyId: 'SweeperPolicy',
    importId: 'SweeperFunctionRole',
    tracing,
  });
}

/** Owners of other accounts can allow the role before it exists, as they can the copy role. */
function sweeperRoleName(copyRoleName: string): string {
  if (Token.isUnresolved(copyRoleName)) return `${copyRoleName}${ROLE_NAME_END}`;
  return `${copyRoleName.slice(0, MAX_ROLE_NAME - ROLE_NAME_END.length)}${ROLE_NAME_END}`;
}

interface SweeperContext extends Omit<FunctionOptions, 'environment' | 'deadLetterQueue'> {
  readonly role: FunctionRole;
  readonly copyRole: iam.IRole;
  readonly beginFunction: lambda.IFunction;
  readonly stateMachine: sfn.StateMachine;
  /** Destinations, as in `ENV_LOCATIONS`. */
  readonly destinations: string;
  readonly options?: SweeperOptions;
}

/** The function that removes uploads which were left behind, and the rules that invoke it. */
export function createSweeper(scope: Construct, context: SweeperContext): lambda.Function {
  const { role, stateMachine, options = {}, network, encryptionKey } = context;
  const { grantPrincipal } = role.grantee;
  const allow = (statement: iam.PolicyStatement) => void grantPrincipal.addToPrincipalPolicy(statement);
  for (const statement of readExecutions(stateMachine)) allow(statement);
  if (encryptionKey) {
    allowEnvironment(role.grantee, encryptionKey);
    allow(decryptExecutions(encryptionKey));
  }
  if (network) allow(new iam.PolicyStatement({ actions: [...VPC_ACTIONS], resources: ['*'] }));
  const environment = {
    [ENV_LOCATIONS]: context.destinations,
    [ENV_SWEEPER]: Stack.of(scope).toJsonString(settingsOf(scope, context)),
  };
  validateEnvironment(scope, 'sweeper', environment);
  const sweeper = createFunction(
    scope,
    {
      id: 'SweepFunction',
      bundle: 'sweep',
      description: 'S3 multipart copy: removes uploads that were left behind',
      timeout: TIMEOUT,
      memorySize: MEMORY_MIB,
    },
    role,
    { ...context, environment, deadLetterQueue: options.deadLetterQueue },
  );
  createRules(scope, sweeper, context);
  return sweeper;
}

function settingsOf(
  scope: Construct,
  { copyRole, beginFunction, stateMachine, options }: SweeperContext,
): SweeperSettings {
  const { account, partition } = Stack.of(scope);
  return {
    stateMachineArn: stateMachine.stateMachineArn,
    account,
    // The ARN of a session does not contain the path of the role.
    initiator: `arn:${partition}:sts::${account}:assumed-role/${copyRole.roleName}/${beginFunction.functionName}`,
    keepForSeconds: (options?.keepFor ?? KEEP_FOR).toSeconds(),
  };
}

function createRules(scope: Construct, sweeper: lambda.Function, { stateMachine, options = {} }: SweeperContext): void {
  const { interval = INTERVAL, deadLetterQueue } = options;
  const target = new targets.LambdaFunction(sweeper, { deadLetterQueue });
  new events.Rule(scope, 'SweepExecution', {
    description: 'Removes the uploads of copies that were stopped, timed out or failed',
    eventPattern: {
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: [...SWEPT_STATUSES], stateMachineArn: [stateMachine.stateMachineArn] },
    },
    targets: [target],
  });
  new events.Rule(scope, 'SweepDestinations', {
    description: 'Removes uploads of copies that were left behind',
    schedule: events.Schedule.rate(interval),
    targets: [target],
  });
}

/** Only of this state machine. */
function readExecutions(stateMachine: sfn.StateMachine): iam.PolicyStatement[] {
  const statement = (on: ResourceKind, resource: string) =>
    new iam.PolicyStatement({
      actions: actionsFor(SWEEPER_PERMISSIONS, on, { conditions: [], versions: 'none' }),
      resources: [resource],
    });
  const executions = Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [statement('state machine', stateMachine.stateMachineArn), statement('execution', executions)];
}
