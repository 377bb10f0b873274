import {
  METRIC_NAMESPACE,
  type MetricDimension,
  type MetricId,
  METRICS,
  STATE_MACHINE_DIMENSION,
} from '../../../lib/private/protocol/metrics';

/** Values of metrics, and of the dimensions that these metrics have. */
export interface Measured {
  readonly values: Partial<Readonly<Record<MetricId, number>>>;
  readonly dimensions?: Partial<Readonly<Record<MetricDimension, string>>>;
}

/**
 * The fields that make a line of a log metrics of CloudWatch.
 *
 * @param now milliseconds since 1970
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricFields(stateMachineName: string, { values, dimensions }: Measured, now: number): object {
  const ids = Object.keys(values) as MetricId[];
  // Metrics that share their sets of dimensions share a directive.
  const groups = new Map<string, MetricId[]>();
  for (const id of ids) {
    const sets = JSON.stringify(METRICS[id].by);
    groups.set(sets, [...(groups.get(sets) ?? []), id]);
  }
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [...groups.values()].map((group) => ({
        Namespace: METRIC_NAMESPACE,
        Dimensions: METRICS[group[0]!].by.map((names) => [STATE_MACHINE_DIMENSION, ...names]),
        Metrics: group.map((id) => ({ Name: METRICS[id].name, Unit: METRICS[id].unit })),
      })),
    },
    [STATE_MACHINE_DIMENSION]: stateMachineName,
    ...dimensions,
    ...Object.fromEntries(ids.map((id) => [METRICS[id].name, values[id]])),
  };
}
