import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CopyProof } from '../copy-metrics';
import type { CopyDashboardOptions } from '../copy-monitoring';
import type { MeasuredWorkflow } from './measured-workflow';
import { ErrorName } from './protocol';
import { functionLogGroups, type QueryName, queryString } from './queries';

/** Of 24 columns. */
const THIRD = 8;
const HALF = 12;

export function buildDashboard(workflow: MeasuredWorkflow, options: CopyDashboardOptions): cloudwatch.Dashboard {
  return new cloudwatch.Dashboard(workflow, 'Dashboard', {
    dashboardName: options.dashboardName,
    defaultInterval: options.defaultInterval ?? Duration.days(1),
    widgets: [
      [
        graph('Executions', {
          left: [
            workflow.metricSucceeded({ label: 'Succeeded', color: cloudwatch.Color.GREEN }),
            workflow.metricFailed({ label: 'Failed', color: cloudwatch.Color.RED }),
            workflow.metricTimedOut({ label: 'Timed out', color: cloudwatch.Color.ORANGE }),
            workflow.metricAborted({ label: 'Stopped', color: cloudwatch.Color.GREY }),
          ],
        }),
        graph('Copies by what proved them', {
          stacked: true,
          left: Object.values(CopyProof).map((proof) => workflow.metricCopiesProven(proof, { label: proof })),
        }),
        graph('Bytes copied', { left: [workflow.metricBytesCopied({ label: 'Bytes' })] }),
      ],
      [
        graph('Seconds of a part', {
          left: ['p50', 'p99', 'Maximum'].map((statistic) =>
            workflow.metricPartSeconds({ statistic, label: statistic }),
          ),
        }),
        graph('Workers that copy parts', {
          left: [
            workflow.copyPartFunction.metric('ConcurrentExecutions', { statistic: 'Maximum', label: 'Concurrent' }),
          ],
          right: [workflow.copyPartFunction.metricThrottles({ label: 'Throttled by Lambda' })],
        }),
        graph('Calls that were retried', {
          left: [ErrorName.THROTTLED, ErrorName.TRANSIENT_S3_ERROR].map((name) =>
            workflow.metricRetriesByError(name, { label: name }),
          ),
          right: [workflow.metricThrottled({ label: 'Throttled by Step Functions' })],
        }),
      ],
      [
        graph('Duration of copies (ms)', {
          left: ['Average', 'Maximum'].map((statistic) => workflow.metricTime({ statistic, label: statistic })),
        }),
        graph('Uploads', {
          left: [
            workflow.metricUploadsLeft({ label: 'Left' }),
            workflow.metricUploadsSwept({ label: 'Swept' }),
            workflow.metricUploadsKept({ label: 'Kept' }),
            workflow.metricUploadsNotSwept({ label: 'Not swept' }),
          ],
        }),
        graph('Parts copied', { left: [workflow.metricPartsCopied({ label: 'Parts' })] }),
      ],
      [table(workflow, 'Slowest parts'), table(workflow, 'Failures by error')],
    ],
  });
}

function graph(title: string, props: Omit<cloudwatch.GraphWidgetProps, 'title' | 'width'>): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ title, width: THIRD, leftYAxis: { min: 0 }, ...props });
}

function table(workflow: MeasuredWorkflow, name: QueryName): cloudwatch.IWidget {
  return new cloudwatch.LogQueryWidget({
    title: name,
    width: HALF,
    logGroupNames: functionLogGroups(workflow).map(({ logGroupName }) => logGroupName),
    queryString: queryString(name).toString(),
  });
}
