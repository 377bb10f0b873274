import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { CopyProof, CopyStatus } from '../copy-metrics';
import { workerMetric } from './metrics';
import { WorkflowBase } from './workflow-base';

/**
 * The metrics of a workflow: those of its workers and those of its logs. docs/operations.md lists them.
 *
 * @internal
 */
export abstract class MeasuredWorkflow extends WorkflowBase {
  public abstract readonly copyPartFunction: lambda.Function;
  public abstract readonly sweepFunction?: lambda.Function;

  /**
   * @internal
   */
  protected abstract readonly _uploadsLeft: logs.MetricFilter;

  /**
   * Bytes that were copied by UploadPartCopy and CopyObject, including those of copies that failed later.
   *
   * @default - sum over 5 minutes
   */
  public metricBytesCopied(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'bytesCopied', props);
  }

  /**
   * Parts that were copied by UploadPartCopy.
   *
   * @default - sum over 5 minutes
   */
  public metricPartsCopied(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'partsCopied', props);
  }

  /**
   * Seconds that S3 took to copy a part. Statistics such as `p99` and `Maximum` are available, too.
   *
   * @default - average over 5 minutes
   */
  public metricPartSeconds(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'partSeconds', props);
  }

  /**
   * Executions that succeeded, by their status. Those that failed are `metricFailed()`.
   *
   * @default - sum over 5 minutes
   */
  public metricCopies(status: CopyStatus, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'copies', props, { Status: status });
  }

  /**
   * Copies that were made, by the proof that they equal their source.
   *
   * @default - sum over 5 minutes
   */
  public metricCopiesProven(proof: CopyProof, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'copiesProven', props, { Proof: proof });
  }

  /**
   * Calls to AWS that failed with a transient error, and that a worker or the state machine therefore retries.
   *
   * @default - sum over 5 minutes
   */
  public metricRetries(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'retries', props);
  }

  /**
   * Calls to AWS that failed with one transient error.
   *
   * @param errorName `Throttled` or `TransientS3Error`
   * @default - sum over 5 minutes
   */
  public metricRetriesByError(errorName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'retries', props, { ErrorName: errorName });
  }

  /**
   * Invocations of the Abort function that could not remove the upload. `metricUploadsLeft()` also counts executions in which the function
   * could not run.
   *
   * @default - sum over 5 minutes
   */
  public metricAbortsFailed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'abortsFailed', props);
  }

  /**
   * Executions that failed and may have left an upload behind, for which S3 charges until it is removed. The cause of such an execution
   * contains the command that removes it. Executions in which the Abort function could not run are counted, too.
   *
   * @default - sum over 5 minutes
   */
  public metricUploadsLeft(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this._uploadsLeft.metric({ statistic: 'Sum', ...props });
  }

  /**
   * Uploads that the sweeper has removed.
   *
   * @default - sum over 5 minutes
   */
  public metricUploadsSwept(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'uploadsSwept', props);
  }

  /**
   * Uploads that the sweeper found and kept, because their execution failed with `onFailure: KEEP`. An upload is counted each time that the
   * sweeper finds it.
   *
   * @default - sum over 5 minutes
   */
  public metricUploadsKept(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'uploadsKept', props);
  }

  /**
   * Uploads that the sweeper could not remove, and lists of uploads that it could not read. `createAlarms` creates an alarm on it: S3 charges
   * for uploads that are left.
   *
   * @default - sum over 5 minutes
   */
  public metricUploadsNotSwept(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return workerMetric(this.stateMachine, 'uploadsNotSwept', props);
  }
}
