import { ArnFormat, Duration, Names, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { CopyOutcome, type NotificationOptions, type NotifyOptions } from '../notification-options';
import { allowEnvironment, decryptExecutions } from './encryption';
import { attachToExisting, createRole, type FunctionRole } from './function-role';
import {
  DETAIL_TYPES,
  ENDED_STATUSES,
  ENV_NOTIFIER,
  EVENT_SOURCE,
  type NotifierSettings,
} from './protocol/notifications';
import { actionsFor, NOTIFIER_PERMISSIONS, type ResourceKind, VPC_ACTIONS } from './protocol/permissions';
import { createFunction, type FunctionOptions } from './workers';

const TIMEOUT = Duration.minutes(1);
const MEMORY_MIB = 256;

interface NotifierContext extends Omit<FunctionOptions, 'environment' | 'deadLetterQueue'> {
  readonly stateMachine: sfn.StateMachine;
}

/**
 * Sends events about executions that have ended. A rule on their status invokes a function, which puts the event.
 *
 * It is no state of the state machine: an execution that is stopped or times out runs no more states, and a copy must not wait for a
 * notification, fail because of it, or report an outcome before it has ended.
 */
export class Notifier {
  private sender?: lambda.Function;

  /** @param options undefined: the function is created when the first rule needs it */
  constructor(
    private readonly scope: Construct,
    private readonly context: NotifierContext,
    private readonly options: NotificationOptions | undefined,
  ) {
    if (options) this.start();
  }

  /** Undefined if no events are sent. */
  public get lambdaFunction(): lambda.Function | undefined {
    return this.sender;
  }

  /** A rule on the events about copies of this workflow. */
  public rule(id: string, outcomes: readonly CopyOutcome[], options: events.OnEventOptions): events.Rule {
    this.start();
    const { target, crossStackScope, eventPattern, ...props } = options;
    const rule = new events.Rule(crossStackScope ?? this.scope, id, { ...props, eventBus: this.options?.eventBus });
    rule.addEventPattern({
      // Other accounts may be allowed to put events to the bus, and can choose all fields but this one.
      account: [Stack.of(this.scope).account],
      source: [EVENT_SOURCE],
      detailType: outcomes.map((outcome) => DETAIL_TYPES[outcome]),
      detail: { execution: { stateMachineArn: [this.context.stateMachine.stateMachineArn] } },
    });
    rule.addEventPattern(eventPattern);
    rule.addTarget(target);
    return rule;
  }

  /** EventBridge publishes to the topic, by the policy of the topic. */
  public notify(topic: sns.ITopic, options: NotifyOptions): events.Rule {
    const { outcomes = Object.values(CopyOutcome), deadLetterQueue } = options;
    if (outcomes.length === 0) throw new Error('notify: outcomes is empty; leave it out for all');
    const message = events.RuleTargetInput.fromText(events.EventField.fromPath('$.detail.message'));
    return this.rule(`Notify${Names.nodeUniqueId(topic.node)}`, outcomes, {
      description: 'Sends messages about copies that have ended',
      target: new targets.SnsTopic(topic, { message, deadLetterQueue }),
    });
  }

  private start(): void {
    this.sender ??= this.create();
  }

  private create(): lambda.Function {
    const { scope, context, options = {} } = this;
    const { stateMachine, tracing, network, encryptionKey } = context;
    const role = notifierRole(scope, options, tracing);
    const { grantPrincipal } = role.grantee;
    const allow = (allowed: iam.PolicyStatement) => void grantPrincipal.addToPrincipalPolicy(allowed);
    const eventBusArn = options.eventBus?.eventBusArn ?? defaultBusArn(scope);
    allow(statement('execution', executionsOf(stateMachine)));
    allow(statement('event bus', eventBusArn));
    if (encryptionKey) {
      allowEnvironment(role.grantee, encryptionKey);
      allow(decryptExecutions(encryptionKey));
    }
    if (network) allow(new iam.PolicyStatement({ actions: [...VPC_ACTIONS], resources: ['*'] }));
    const settings: NotifierSettings = { stateMachineArn: stateMachine.stateMachineArn, eventBusArn };
    const { deadLetterQueue } = options;
    const sender = createFunction(
      scope,
      {
        id: 'NotifyFunction',
        bundle: 'notify',
        description: 'S3 multipart copy: sends events about copies that have ended',
        timeout: TIMEOUT,
        memorySize: MEMORY_MIB,
      },
      role,
      {
        ...context,
        environment: { [ENV_NOTIFIER]: Stack.of(scope).toJsonString(settings) },
        deadLetterQueue,
      },
    );
    new events.Rule(scope, 'NotifyExecution', {
      description: 'Sends events about copies that have ended',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: [...ENDED_STATUSES], stateMachineArn: [stateMachine.stateMachineArn] },
      },
      targets: [new targets.LambdaFunction(sender, { deadLetterQueue })],
    });
    return sender;
  }
}

function notifierRole(scope: Construct, { role }: NotificationOptions, tracing: boolean): FunctionRole {
  if (!role) {
    return createRole(scope, 'NotifierRole', { description: 'Notifier of an S3 multipart copy workflow' });
  }
  return attachToExisting(scope, {
    role,
    prop: 'notifications.role',
    warning: 'notifierRoleNotGranted',
    policyId: 'NotifierPolicy',
    importId: 'NotifierFunctionRole',
    tracing,
  });
}

function statement(on: ResourceKind, resource: string): iam.PolicyStatement {
  const actions = actionsFor(NOTIFIER_PERMISSIONS, on, { conditions: [], versions: 'none' });
  return new iam.PolicyStatement({ actions, resources: [resource] });
}

function executionsOf(stateMachine: sfn.StateMachine): string {
  return Stack.of(stateMachine).formatArn({
    service: 'states',
    resource: 'execution',
    resourceName: `${stateMachine.stateMachineName}:*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function defaultBusArn(scope: Construct): string {
  return Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' });
}
