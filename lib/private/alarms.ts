import { Aspects, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { CopyAlarmOptions } from '../copy-monitoring';
import type { MeasuredWorkflow } from './measured-workflow';
import { ErrorName } from './protocol';

/** More throttled calls or invocations than this within 5 minutes, three times in a row, are not a burst. */
const THROTTLES = 100;
const SUSTAINED = 3;

interface AlarmSpec {
  readonly metric: cloudwatch.IMetric;
  /** Default: 1. */
  readonly threshold?: number;
  /** Default: 1. */
  readonly evaluationPeriods?: number;
  readonly means: string;
}

/** The alarms of a workflow. docs/operations.md says what to do about each. */
export class Alarms extends Construct {
  /** Those that do not depend on rules. */
  public readonly alarms: cloudwatch.Alarm[];

  constructor(
    scope: Construct,
    workflow: MeasuredWorkflow,
    private readonly options: CopyAlarmOptions,
  ) {
    super(scope, 'Alarms');
    this.alarms = Object.entries(specsOf(workflow, options)).flatMap(([id, spec]) =>
      spec ? [this.add(id, spec)] : [],
    );
    // Rules and the notifier may be added until synthesis.
    Aspects.of(scope).add({
      visit: (node) => {
        if (node instanceof events.Rule && node.node.scope === scope) this.watch(node);
        if (node === workflow.notifyFunction) this.watchNotifier(workflow.notifyFunction);
      },
    });
  }

  /**
   * Watches whether the events of a rule arrive.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
   */
  private watch(rule: events.IRule): void {
    const id = `${rule.node.id}NotDelivered`;
    if (this.node.tryFindChild(id)) return;
    const metric = (metricName: string) =>
      new cloudwatch.Metric({
        namespace: 'AWS/Events',
        metricName,
        dimensionsMap: { ...busOf(rule), RuleName: rule.ruleName },
        statistic: 'Sum',
      });
    this.add(id, {
      // EventBridge does not count events that it sent to a dead-letter queue among those that failed.
      metric: new cloudwatch.MathExpression({
        expression: 'FILL(failed, 0) + FILL(dead, 0)',
        label: 'Events not delivered',
        usingMetrics: { failed: metric('FailedInvocations'), dead: metric('InvocationsSentToDlq') },
      }),
      means: 'An event did not reach its target: a copy was not started, or uploads were not checked.',
    });
  }

  private watchNotifier(sender: lambda.IFunction): void {
    const id = 'NotifierFailed';
    if (this.node.tryFindChild(id)) return;
    this.add(id, {
      metric: sender.metricErrors(),
      means: 'An event about a copy that has ended was not sent, or was sent late.',
    });
  }

  private add(id: string, { metric, threshold = 1, evaluationPeriods = 1, means }: AlarmSpec): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      alarmDescription: `${means} What to do: docs/operations.md#alarms of cdk-s3-multipart-copy.`,
    });
    if (this.options.topic) alarm.addAlarmAction(new actions.SnsAction(this.options.topic));
    return alarm;
  }
}

/**
 * Metrics of rules on an event bus other than the default one have the name of the bus as a dimension.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function busOf(rule: events.IRule): { EventBusName?: string } {
  const { eventBusName } = rule.node.defaultChild as events.CfnRule;
  return eventBusName === undefined || eventBusName === 'default' ? {} : { EventBusName: eventBusName };
}

function specsOf(workflow: MeasuredWorkflow, { longestCopy }: CopyAlarmOptions): Record<string, AlarmSpec | undefined> {
  const sustained = { threshold: THROTTLES, evaluationPeriods: SUSTAINED };
  return {
    CopiesFailed: { metric: workflow.metricFailed(), means: 'A copy failed.' },
    CopiesTimedOut: { metric: workflow.metricTimedOut(), means: 'An execution timed out.' },
    UploadsLeft: {
      metric: workflow.metricUploadsLeft(),
      means: 'A copy failed and may have left a multipart upload, which costs money until it is removed.',
    },
    SweeperFailed: workflow.sweepFunction && {
      metric: workflow.sweepFunction.metricErrors({ period: Duration.hours(1) }),
      means: 'The sweeper failed: multipart uploads may be left.',
    },
    WorkersThrottled: {
      ...sustained,
      metric: workflow.copyPartFunction.metricThrottles(),
      means:
        'Lambda does not run as many workers as copies need. Parts wait, and every attempt costs a state transition.',
    },
    RequestsThrottled: {
      ...sustained,
      metric: workflow.metricRetriesByError(ErrorName.THROTTLED),
      means: 'S3 or KMS throttles the requests of the workers.',
    },
    TransitionsThrottled: {
      ...sustained,
      metric: workflow.metricThrottled(),
      means: 'Step Functions throttles the state transitions of the account.',
    },
    CopiesSlow: longestCopy && {
      metric: workflow.metricTime({ statistic: 'Maximum' }),
      threshold: longestCopy.toMilliseconds(),
      means: `A copy took longer than ${longestCopy.toHumanString()}.`,
    },
  };
}
