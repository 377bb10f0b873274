import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { CopyProof, CopyStatus, MultipartCopyWorkflow } from '../../lib';
import type { CopyStatus as Status, VerifiedBy } from '../../lib/private/protocol';
import { flatten } from '../asl';
import { copy } from './support';

test.each<[string, (workflow: MultipartCopyWorkflow) => cloudwatch.Metric, string, string]>([
  ['metric', (workflow) => workflow.metric('ExecutionsRedriven'), 'ExecutionsRedriven', 'Sum'],
  ['metricStarted', (workflow) => workflow.metricStarted(), 'ExecutionsStarted', 'Sum'],
  ['metricSucceeded', (workflow) => workflow.metricSucceeded(), 'ExecutionsSucceeded', 'Sum'],
  ['metricFailed', (workflow) => workflow.metricFailed(), 'ExecutionsFailed', 'Sum'],
  ['metricAborted', (workflow) => workflow.metricAborted(), 'ExecutionsAborted', 'Sum'],
  ['metricTimedOut', (workflow) => workflow.metricTimedOut(), 'ExecutionsTimedOut', 'Sum'],
  ['metricThrottled', (workflow) => workflow.metricThrottled(), 'ExecutionThrottled', 'Sum'],
  ['metricTime', (workflow) => workflow.metricTime(), 'ExecutionTime', 'Average'],
])('%s', (_method, metric, name, statistic) => {
  const { stack, workflow } = copy();
  const { namespace, metricName, dimensions, period, ...rest } = metric(workflow);
  expect({ namespace, metricName, statistic: rest.statistic }).toEqual({
    namespace: 'AWS/States',
    metricName: name,
    statistic,
  });
  expect(period.toSeconds()).toBe(300);
  expect(flatten(stack.resolve(dimensions))).toEqual({ StateMachineArn: '<CopyStateMachine>' });
});

/** A metric of the workers by its method, its name and its dimensions besides the state machine. */
const WORKER_METRICS: [
  method: keyof MultipartCopyWorkflow,
  value: string | undefined,
  name: string,
  statistic: string,
  dimensions: object,
][] = [
  ['metricBytesCopied', undefined, 'BytesCopied', 'Sum', {}],
  ['metricPartsCopied', undefined, 'PartsCopied', 'Sum', {}],
  ['metricPartSeconds', undefined, 'PartSeconds', 'Average', {}],
  ['metricCopies', CopyStatus.SKIPPED, 'Copies', 'Sum', { Status: 'SKIPPED' }],
  ['metricCopiesProven', CopyProof.ETAG, 'CopiesProven', 'Sum', { Proof: 'etag' }],
  ['metricRetries', undefined, 'Retries', 'Sum', {}],
  ['metricRetriesByError', 'Throttled', 'Retries', 'Sum', { ErrorName: 'Throttled' }],
  ['metricAbortsFailed', undefined, 'AbortsFailed', 'Sum', {}],
  ['metricUploadsSwept', undefined, 'UploadsSwept', 'Sum', {}],
  ['metricUploadsKept', undefined, 'UploadsKept', 'Sum', {}],
  ['metricUploadsNotSwept', undefined, 'UploadsNotSwept', 'Sum', {}],
];

type MetricMethod = (...values: unknown[]) => cloudwatch.Metric;

function call(workflow: MultipartCopyWorkflow, method: string, ...values: unknown[]): cloudwatch.Metric {
  return (workflow as unknown as Record<string, MetricMethod>)[method]!(...values);
}

test.each(WORKER_METRICS)('%s(%s)', (method, value, name, statistic, dimensions) => {
  const { stack, workflow } = copy();
  const metric = call(workflow, method, ...(value === undefined ? [] : [value]));
  expect(metric).toMatchObject({ namespace: 'cdk-s3-multipart-copy', metricName: name, statistic });
  expect(metric.period.toSeconds()).toBe(300);
  expect(flatten(stack.resolve(metric.dimensions))).toEqual({
    StateMachineName: '<CopyStateMachine.Name>',
    ...dimensions,
  });
});

test('every metric method accepts options', () => {
  const { workflow } = copy();
  const firstValues: Record<string, string> = { metric: 'ExecutionsRedriven' };
  for (const [method, value] of WORKER_METRICS) if (value !== undefined) firstValues[method] = value;
  const methods = metricMethods();
  expect(methods).toHaveLength(8 + WORKER_METRICS.length + 1);
  for (const name of methods) {
    const metric = call(workflow, name, ...(firstValues[name] ? [firstValues[name]] : []), { statistic: 'p99' });
    expect([name, metric.statistic]).toEqual([name, 'p99']);
  }
});

/** Of the class and of those that it extends. */
function metricMethods(): string[] {
  const methods: string[] = [];
  for (
    let type = MultipartCopyWorkflow.prototype as object;
    type !== Object.prototype;
    type = Object.getPrototypeOf(type)
  ) {
    methods.push(...Object.getOwnPropertyNames(type).filter((name) => name.startsWith('metric')));
  }
  return methods;
}

test('the enums have the values that results have', () => {
  const statuses: Record<Status, true> = { COPIED: true, SKIPPED: true, PLANNED: true };
  expect(Object.values(CopyStatus).sort()).toEqual(Object.keys(statuses).sort());
  const proofs: Record<VerifiedBy, true> = {
    'full-object-checksum': true,
    'composite-checksum': true,
    etag: true,
    size: true,
  };
  expect(Object.values(CopyProof).sort()).toEqual(Object.keys(proofs).sort());
});
