import { Names } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { UPLOAD_LEFT_STATE } from './failure-path';
import { METRIC_NAMESPACE } from './protocol/metrics';

/**
 * Counts executions that may have left an upload, by the log of the state machine. The errors of the Abort function would not
 * count those in which it could not be invoked.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
export function countUploadsLeft(scope: Construct, logGroup: logs.ILogGroup): logs.MetricFilter {
  return new logs.MetricFilter(scope, 'UploadsLeft', {
    logGroup,
    filterPattern: logs.FilterPattern.all(
      logs.FilterPattern.stringValue('$.type', '=', 'PassStateEntered'),
      logs.FilterPattern.stringValue('$.details.name', '=', UPLOAD_LEFT_STATE),
    ),
    metricNamespace: METRIC_NAMESPACE,
    metricName: `${Names.uniqueResourceName(scope, { maxLength: 200, separator: '-' })}-UploadsLeft`,
    metricValue: '1',
    defaultValue: 0,
  });
}
