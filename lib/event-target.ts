import { Names, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { attachToExisting } from './private/function-role';

/**
 * Options of `MultipartCopyWorkflow.eventTarget`.
 */
export interface CopyEventTargetOptions extends targets.TargetBaseProps {
  /**
   * The input of the executions: docs/input.md describes it.
   *
   * @default - the event, which has to be an `Object Created` event of S3
   */
  readonly input?: events.RuleTargetInput;

  /**
   * An existing role for the rule, in the account of the stack, which `events.amazonaws.com` can assume. The workflow attaches a policy
   * to it, unless it does not accept policies.
   *
   * @default - a role that is shared by all rules of the workflow
   */
  readonly role?: iam.IRole;
}

export function createEventTarget(
  stateMachine: sfn.IStateMachine,
  options: CopyEventTargetOptions,
): events.IRuleTarget {
  const { role } = options;
  return new targets.SfnStateMachine(stateMachine, {
    ...options,
    role: role ? withStartPolicy(stateMachine, role) : eventsRole(stateMachine),
  });
}

/**
 * The target would add its statement to the policy of the role itself: a role of another stack, or one that the state machine has,
 * too, would then depend on the state machine that depends on the role.
 */
function withStartPolicy(stateMachine: sfn.IStateMachine, role: iam.IRole): iam.IRole {
  const id = Names.nodeUniqueId(role.node);
  const importId = `RuleRole${id}`;
  const existing = stateMachine.node.tryFindChild(importId);
  if (existing) return existing as unknown as iam.IRole;
  const { grantee, functionRole } = attachToExisting(stateMachine, {
    role,
    prop: 'role',
    warning: 'ruleRoleNotGranted',
    policyId: `StartPolicy${id}`,
    importId,
    tracing: false,
  });
  grantee.grantPrincipal.addToPrincipalPolicy(
    new iam.PolicyStatement({ actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn] }),
  );
  return functionRole;
}

/** One role for all rules. EventBridge assumes it only for rules of this account and Region. */
function eventsRole(stateMachine: sfn.IStateMachine): iam.IRole {
  const id = 'EventsRole';
  const existing = stateMachine.node.tryFindChild(id);
  if (existing) return existing as iam.Role;
  const { account, partition, region } = Stack.of(stateMachine);
  return new iam.Role(stateMachine, id, {
    description: 'Rules that start S3 multipart copies',
    assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
      conditions: {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:events:${region}:${account}:rule/*` },
      },
    }),
  });
}
