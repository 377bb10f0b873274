import type { Duration } from 'aws-cdk-lib';
import type * as sns from 'aws-cdk-lib/aws-sns';

/**
 * Options of `MultipartCopyWorkflow.createDashboard`.
 *
 * @example
 * declare const workflow: MultipartCopyWorkflow;
 * workflow.createDashboard({ dashboardName: 'copies' });
 */
export interface CopyDashboardOptions {
  /**
   * Name of the dashboard: letters, digits, `-` and `_`.
   *
   * @default - CloudFormation generates a name
   */
  readonly dashboardName?: string;

  /**
   * The time that the dashboard shows when it is opened.
   *
   * @default Duration.days(1)
   */
  readonly defaultInterval?: Duration;
}

/**
 * Options of `MultipartCopyWorkflow.createAlarms`.
 *
 * @example
 * declare const workflow: MultipartCopyWorkflow;
 * declare const topic: sns.ITopic;
 * workflow.createAlarms({ topic, longestCopy: Duration.hours(6) });
 */
export interface CopyAlarmOptions {
  /**
   * Gets a message when an alarm goes off. CloudWatch must be allowed to publish to it, and to use its key if it is encrypted with a
   * customer managed key.
   *
   * @default - the alarms have no action
   */
  readonly topic?: sns.ITopic;

  /**
   * An alarm goes off when a copy has taken longer. Copies that run are not measured.
   *
   * @default - no alarm
   */
  readonly longestCopy?: Duration;
}
