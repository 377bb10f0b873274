import { METRIC_DIMENSION, METRIC_NAMESPACE, SWEEPER_METRICS } from '../../lib/private/protocol/sweeper';

/** What became of the uploads that were looked at, by their ids. */
export interface SweepReport {
  /** They no longer exist. */
  readonly aborted: readonly string[];
  /** Of executions with `onFailure: KEEP`. */
  readonly kept: readonly string[];
  /** Of executions that run. */
  readonly inUse: readonly string[];
  /** Why uploads or lists of them are left. */
  readonly problems: readonly string[];
}

export const NOTHING: SweepReport = { aborted: [], kept: [], inUse: [], problems: [] };

export function join(...reports: readonly SweepReport[]): SweepReport {
  const all = (field: keyof SweepReport) => [...new Set(reports.flatMap((report) => report[field]))];
  return { aborted: all('aborted'), kept: all('kept'), inUse: all('inUse'), problems: all('problems') };
}

/**
 * A line of the log from which CloudWatch makes metrics.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function toMetrics({ aborted, kept, inUse, problems }: SweepReport, workflow: string, now: number): object {
  const { swept, kept: keptName, failed } = SWEEPER_METRICS;
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [[METRIC_DIMENSION]],
          Metrics: [swept, keptName, failed].map((Name) => ({ Name, Unit: 'Count' })),
        },
      ],
    },
    [METRIC_DIMENSION]: workflow,
    [swept]: aborted.length,
    [keptName]: kept.length,
    [failed]: problems.length,
    uploads: { aborted, kept, inUse },
    problems,
  };
}
