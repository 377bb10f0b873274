import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { createEventTarget, type CopyEventTargetOptions } from '../event-target';
import { CopyOutcome, type NotifyOptions } from '../notification-options';
import type { Notifier } from './notifier';

/**
 * The parts of a workflow that do not depend on what it copies: grants, event rules, notifications, and the metrics of the state machine.
 *
 * @internal
 */
export abstract class WorkflowBase extends Construct {
  /**
   * The state machine, a Standard workflow.
   */
  public abstract readonly stateMachine: sfn.StateMachine;

  /** @internal */
  protected abstract readonly _notifier: Notifier;

  /**
   * A target for EventBridge rules that start copies, such as schedules and events of other services. For new objects, use
   * `copyOnObjectCreated`.
   *
   * @example
   * declare const workflow: MultipartCopyWorkflow;
   * new events.Rule(stack, 'Nightly', {
   *   schedule: events.Schedule.cron({ hour: '3', minute: '0' }),
   *   targets: [
   *     workflow.eventTarget({
   *       input: events.RuleTargetInput.fromObject({
   *         source: 's3://raw/incoming/dump.bin',
   *         options: { overwrite: 'if-different' },
   *       }),
   *     }),
   *   ],
   * });
   */
  public eventTarget(options: CopyEventTargetOptions = {}): events.IRuleTarget {
    return createEventTarget(this.stateMachine, options);
  }

  /**
   * Sends events about copies that have ended. Undefined without `notifications`, until `notify` or an `onCopy…` method is called.
   */
  public get notifyFunction(): lambda.Function | undefined {
    return this._notifier.lambdaFunction;
  }

  /**
   * Creates a rule for copies that succeeded. Its target is the next step of a pipeline; `detail.destination` names the copy.
   *
   * The events are on the event bus of `notifications`, by default the default event bus. docs/events.md describes them. An event can be
   * delivered more than once.
   *
   * @example
   * declare const workflow: MultipartCopyWorkflow;
   * declare const transcode: lambda.Function;
   * workflow.onCopySucceeded('Transcode', { target: new targets.LambdaFunction(transcode) });
   */
  public onCopySucceeded(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this._notifier.rule(id, [CopyOutcome.SUCCEEDED], options);
  }

  /**
   * Creates a rule for executions that failed, timed out or were stopped. `detail.error` and `detail.cause` say why.
   */
  public onCopyFailed(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this._notifier.rule(id, [CopyOutcome.FAILED], options);
  }

  /**
   * Creates a rule for executions that copied nothing, because the destination has an equal object (`overwrite: if-different`). Dry runs
   * send no event.
   */
  public onCopySkipped(id: string, options: events.OnEventOptions = {}): events.Rule {
    return this._notifier.rule(id, [CopyOutcome.SKIPPED], options);
  }

  /**
   * Sends a message about each copy that has ended to the subscribers of a topic.
   *
   * The policy of the topic must allow `events.amazonaws.com` to publish. This method adds the statement, but not to imported topics.
   *
   * @returns the rule, to which more targets can be added
   *
   * @example
   * declare const workflow: MultipartCopyWorkflow;
   * declare const topic: sns.Topic;
   * workflow.notify(topic, { outcomes: [CopyOutcome.FAILED] });
   */
  public notify(topic: sns.ITopic, options: NotifyOptions = {}): events.Rule {
    return this._notifier.notify(topic, options);
  }

  /**
   * Allows the grantee to start copies. It needs no permissions on the buckets.
   *
   * Whoever starts executions chooses the source and the destination within the locations of the workflow, and all
   * `options`: metadata, tags, storage class, encryption, whether objects are overwritten. Restrict the options with
   * `fixedOptions` and `limits`.
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
   * Number of copies that were stopped. The sweeper removes their unfinished uploads.
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
