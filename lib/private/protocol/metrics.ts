/*
 * The metrics of the workers. They write them into their logs in the embedded metric format, and the construct names them for
 * dashboards and alarms.
 *
 * Every combination of dimension values is a metric of its own that CloudWatch charges for, so dimensions have few values: no buckets,
 * keys or executions. Those are fields of the log lines.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */

export const METRIC_NAMESPACE = 'cdk-s3-multipart-copy';

/**
 * The dimension that all metrics have: the name of the state machine, which no other workflow of the account and Region has. Workers read it
 * from the ARN of the execution.
 */
export const STATE_MACHINE_DIMENSION = 'StateMachineName';

/** A dimension that some metrics have, too. */
export type MetricDimension = 'Status' | 'Proof' | 'ErrorName';

export interface MetricDefinition {
  readonly name: string;
  /** A unit of CloudWatch. */
  readonly unit: 'Bytes' | 'Count' | 'Seconds';
  /** Sets of dimensions besides `STATE_MACHINE_DIMENSION`, each of which makes metrics of its own. */
  readonly by: readonly (readonly MetricDimension[])[];
}

const metric = (name: string, unit: MetricDefinition['unit'], ...by: MetricDefinition['by']): MetricDefinition => ({
  name,
  unit,
  by: by.length === 0 ? [[]] : by,
});

export const METRICS = {
  bytesCopied: metric('BytesCopied', 'Bytes'),
  partsCopied: metric('PartsCopied', 'Count'),
  partSeconds: metric('PartSeconds', 'Seconds'),
  copies: metric('Copies', 'Count', ['Status']),
  copiesProven: metric('CopiesProven', 'Count', ['Proof']),
  retries: metric('Retries', 'Count', [], ['ErrorName']),
  abortsFailed: metric('AbortsFailed', 'Count'),
  uploadsSwept: metric('UploadsSwept', 'Count'),
  uploadsKept: metric('UploadsKept', 'Count'),
  uploadsNotSwept: metric('UploadsNotSwept', 'Count'),
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricId = keyof typeof METRICS;
