import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CopyAlarmOptions, CopyDashboardOptions } from '../copy-monitoring';
import { Alarms } from './alarms';
import { buildDashboard } from './dashboard';
import { MeasuredWorkflow } from './measured-workflow';

/**
 * The dashboard and the alarms of a workflow. docs/operations.md describes them.
 *
 * @internal
 */
export abstract class MonitoredWorkflow extends MeasuredWorkflow {
  /**
   * Creates a CloudWatch dashboard of executions, copies by their proof, bytes, durations of parts, retries, workers and uploads that were
   * left, and, from the logs, of the slowest parts and the errors. Call it once.
   */
  public createDashboard(options: CopyDashboardOptions = {}): cloudwatch.Dashboard {
    return buildDashboard(this, options);
  }

  /**
   * Creates alarms on conditions that need attention: copies that fail or time out, uploads that are left, a sweeper that fails, sustained
   * throttling, events that do not reach their targets, and events about copies that cannot be sent. Rules that are added later are
   * included. Call it once.
   *
   * @returns the alarms, to which further actions can be added; those on rules are created during synthesis
   */
  public createAlarms(options: CopyAlarmOptions = {}): cloudwatch.Alarm[] {
    return new Alarms(this, this, options).alarms;
  }
}
