import { asArray, asObject, asString, asText, type Json, type JsonObject } from '../json';
import { type Resource, type Stack } from './stack';

/** A target of a rule or a schedule. */
export interface DeployedTarget {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  /**
   * Input, InputPath, InputTransformer, RetryPolicy, DeadLetterConfig and all other properties of the target in the
   * template.
   */
  readonly properties: JsonObject;
}

export interface DeployedRule {
  readonly logicalId: string;
  readonly stack: string;
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  /** The names by which a user can refer to it. */
  readonly names: readonly string[];
  readonly eventBusName: string;
  readonly enabled: boolean;
  readonly eventPattern?: Json;
  readonly scheduleExpression?: string;
  readonly targets: readonly DeployedTarget[];
}

/** An AWS::Scheduler::Schedule. */
export interface DeployedSchedule {
  readonly logicalId: string;
  readonly region: string;
  readonly accountId: string;
  readonly arn: string;
  readonly names: readonly string[];
  readonly enabled: boolean;
  readonly scheduleExpression: string;
  readonly target: DeployedTarget;
}

export interface DeployedQueue {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
}

export function findRules(stack: Stack): DeployedRule[] {
  return stack.resources('AWS::Events::Rule').map((resource) => {
    const { logicalId } = resource;
    const property = (name: string): Json | undefined => stack.propertyOrPlaceholder(logicalId, name);
    const eventPattern = property('EventPattern');
    const scheduleExpression = asString(property('ScheduleExpression'));
    const name = asText(stack.ref(logicalId));
    return {
      ...homeOf(resource),
      stack: stack.name,
      name,
      arn: asText(stack.attribute(logicalId, 'Arn')),
      names: namesOf(resource, name),
      eventBusName: asString(property('EventBusName')) ?? 'default',
      enabled: property('State') !== 'DISABLED',
      ...(eventPattern !== undefined && { eventPattern }),
      ...(scheduleExpression !== undefined && { scheduleExpression }),
      targets: asArray(property('Targets')).map((target) => readTarget(asObject(target))),
    };
  });
}

export function findSchedules(stack: Stack): DeployedSchedule[] {
  return stack.resources('AWS::Scheduler::Schedule').map((resource) => {
    const { logicalId } = resource;
    const property = (name: string): Json | undefined => stack.propertyOrPlaceholder(logicalId, name);
    return {
      ...homeOf(resource),
      arn: asText(stack.attribute(logicalId, 'Arn')),
      names: namesOf(resource, asText(stack.ref(logicalId))),
      enabled: property('State') !== 'DISABLED',
      scheduleExpression: asText(property('ScheduleExpression')),
      target: readTarget(asObject(property('Target'))),
    };
  });
}

export function findQueues(stack: Stack): DeployedQueue[] {
  return stack.resources('AWS::SQS::Queue').map((resource) => {
    const timeout = stack.propertyOrPlaceholder(resource.logicalId, 'VisibilityTimeout');
    const { region, accountId } = homeOf(resource);
    return {
      region,
      accountId,
      name: asText(stack.attribute(resource.logicalId, 'QueueName')),
      arn: asText(stack.attribute(resource.logicalId, 'Arn')),
      visibilityTimeoutSeconds: timeout === undefined ? 30 : Number(asText(timeout)),
    };
  });
}

function homeOf({ logicalId, stack: { region, accountId } }: Resource): {
  logicalId: string;
  region: string;
  accountId: string;
} {
  return { logicalId, region, accountId };
}

/** Logical ID with and without the hash of the CDK, construct path, and name. */
function namesOf({ logicalId, stack }: Resource, name: string): readonly string[] {
  const path = stack.constructPath(logicalId)?.replace(/\/Resource$/, '');
  const names = [logicalId, logicalId.replace(/[0-9A-F]{8}$/, ''), name];
  return path === undefined ? names : [...names, path, path.replace(/^.*\//, '')];
}

function readTarget({ Id: id, Arn: arn, RoleArn: roleArn, ...properties }: JsonObject): DeployedTarget {
  const role = asString(roleArn);
  return { id: asText(id), arn: asText(arn), ...(role !== undefined && { roleArn: role }), properties };
}
