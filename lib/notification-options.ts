import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sqs from 'aws-cdk-lib/aws-sqs';

/**
 * Options of the events about copies that have ended. A function of the workflow, the notifier, puts
 * `MultipartCopy Succeeded`, `MultipartCopy Failed` or `MultipartCopy Skipped` to an event bus. docs/events.md describes them.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(bucket, { prefix: 'in/' })],
 *   destinations: [CopyDestination.bucket(bucket, { prefix: 'out/' })],
 *   notifications: { eventBus: new events.EventBus(stack, 'Copies') },
 * });
 */
export interface NotificationOptions {
  /**
   * The event bus. If it is encrypted with a customer managed key or belongs to another account, the policies of the key and of the
   * bus have to allow the role of the notifier (`notifyFunction`).
   *
   * @default - the default event bus of the account and Region
   */
  readonly eventBus?: events.IEventBus;

  /**
   * An existing role for the notifier, in the account of the stack, that `lambda.amazonaws.com` can assume. The workflow attaches a policy
   * to it. docs/permissions.md lists its statements.
   *
   * @default - the workflow creates a role
   */
  readonly role?: iam.IRole;

  /**
   * Queue for executions about which the notifier could not send an event. It must be in the same stack, or imported with a policy that allows
   * EventBridge to send to it.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
   * @default - such events are dropped after EventBridge and Lambda have retried for some hours
   */
  readonly deadLetterQueue?: sqs.IQueue;
}

/**
 * Options of `MultipartCopyWorkflow.notify`.
 */
export interface NotifyOptions {
  /**
   * Outcomes about which the topic gets a message.
   *
   * @default - all outcomes
   */
  readonly outcomes?: CopyOutcome[];

  /**
   * Queue for messages that EventBridge could not publish. It must be in the same stack, or imported with a policy that allows EventBridge
   * to send to it.
   *
   * @default - such messages are dropped after 24 hours and 185 attempts, EventBridge's defaults
   */
  readonly deadLetterQueue?: sqs.IQueue;
}

/**
 * Outcome of a copy, in the events about copies that have ended.
 */
export enum CopyOutcome {
  /** The copy was made and proven. */
  SUCCEEDED = 'SUCCEEDED',
  /** The execution failed, timed out or was stopped. */
  FAILED = 'FAILED',
  /** Nothing was copied, because the destination has an equal object. */
  SKIPPED = 'SKIPPED',
}
