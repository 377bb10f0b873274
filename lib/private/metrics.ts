import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  METRIC_NAMESPACE,
  type MetricDimension,
  type MetricId,
  METRICS,
  STATE_MACHINE_DIMENSION,
} from './protocol/metrics';

/** A metric that the workers write into their logs. */
export function workerMetric(
  stateMachine: sfn.IStateMachine & Pick<sfn.StateMachine, 'stateMachineName'>,
  id: MetricId,
  props: cloudwatch.MetricOptions | undefined,
  dimensions: Partial<Readonly<Record<MetricDimension, string>>> = {},
): cloudwatch.Metric {
  const { name, unit } = METRICS[id];
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: { [STATE_MACHINE_DIMENSION]: stateMachine.stateMachineName, ...dimensions },
    statistic: unit === 'Seconds' ? 'Average' : 'Sum',
    ...props,
  });
}
