import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

/**
 * The parts of a workflow that do not depend on what it does: who can start it, and its metrics.
 *
 * @internal
 */
export abstract class WorkflowBase extends Construct {
  /**
   * The state machine, a Standard workflow.
   */
  public abstract readonly stateMachine: sfn.StateMachine;

  /**
   * Allows the grantee to start copies. It needs no permissions on the buckets.
   *
   * Whoever starts executions chooses the source and the destination within the locations of the workflow, and all
   * `options`: metadata, tags, storage class, encryption, whether objects are overwritten. Set `fixedOptions` and `limits` for
   * what they must not choose.
   */
  public grantStartExecution(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /**
   * Allows the grantee to list and describe executions, their history and the state machine. The history contains the input.
   */
  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantRead(grantee);
  }

  /**
   * Allows the grantee to redrive executions that failed.
   *
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
   */
  public grantRedrive(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantRedriveExecution(grantee);
  }

  /**
   * A metric of the state machine, namespace `AWS/States`.
   *
   * @default - sum over 5 minutes
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metric(metricName, props);
  }

  /**
   * Number of copies that were started.
   *
   * @default - sum over 5 minutes
   */
  public metricStarted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricStarted(props);
  }

  /**
   * Number of copies that were proven equal, and of executions that had nothing to copy.
   *
   * @default - sum over 5 minutes
   */
  public metricSucceeded(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricSucceeded(props);
  }

  /**
   * Number of copies that failed.
   *
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricFailed(props);
  }

  /**
   * Number of copies that were stopped. Their unfinished uploads remain until they are aborted.
   *
   * @default - sum over 5 minutes
   */
  public metricAborted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricAborted(props);
  }

  /**
   * Number of copies that timed out.
   *
   * @default - sum over 5 minutes
   */
  public metricTimedOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricTimedOut(props);
  }

  /**
   * Number of state transitions that Step Functions throttled.
   *
   * @default - sum over 5 minutes
   */
  public metricThrottled(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricThrottled(props);
  }

  /**
   * Duration of copies in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricTime(props);
  }
}
