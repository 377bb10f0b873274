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
   * Time range that the dashboard shows when it is opened.
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
   * Topic to which the alarms send a message when they go off. CloudWatch must be allowed to publish to it, and to use its key if it is
   * encrypted with a customer managed key.
   *
   * @default - the alarms have no action
   */
  readonly topic?: sns.ITopic;

  /**
   * Duration above which a copy sets off an alarm. A copy is measured when it ends, not while it runs.
   *
   * @default - no alarm
   */
  readonly longestCopy?: Duration;
}
