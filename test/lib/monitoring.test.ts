import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { CopySource } from '../../lib';
import { METRICS } from '../../lib/private/protocol/metrics';
import { flatten } from '../asl';
import { copy, newStack } from './support';

const ALARM = 'AWS::CloudWatch::Alarm';

describe('the saved queries', () => {
  test('are over the logs of all functions, in a folder that no other deployment has', () => {
    const { workflow, template } = copy();
    const queries = Object.values(template().findResources('AWS::Logs::QueryDefinition')).map(({ Properties }) =>
      flatten(Properties),
    ) as { Name: string; LogGroupNames: string[]; QueryString: string }[];
    expect(queries.map(({ Name }) => Name.split('/').at(-1)).sort()).toEqual([
      'Failures by error',
      'Retried parts',
      'Slowest parts',
    ]);
    for (const { Name, LogGroupNames } of queries) {
      expect(Name).toMatch(/^Test-Copy-.*AWS::StackId.*\//);
      expect(LogGroupNames).toHaveLength(9);
      expect(LogGroupNames).toContain('<CopySweepFunctionLogs>');
    }
    expect(workflow.sweepFunction).toBeDefined();
  });

  test('are also over the logs of a function that is added later', () => {
    const { workflow, template } = copy();
    workflow.notify(new sns.Topic(workflow, 'Topic'));
    const [query] = Object.values(template().findResources('AWS::Logs::QueryDefinition'));
    expect(flatten(query!.Properties.LogGroupNames)).toContain('<CopyNotifyFunctionLogs>');
  });

  test('can be left out', () => {
    copy({ saveLogQueries: false }).template().resourceCountIs('AWS::Logs::QueryDefinition', 0);
  });
});

describe('createDashboard', () => {
  test('shows every metric of the workers but those that others contain, and the logs', () => {
    const { workflow, template } = copy();
    workflow.createDashboard({ dashboardName: 'copies', defaultInterval: Duration.hours(3) });
    const made = template();
    made.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'copies' });
    const [dashboard] = Object.values(made.findResources('AWS::CloudWatch::Dashboard'));
    const body = flatten(dashboard!.Properties.DashboardBody) as string;
    const { start, widgets } = JSON.parse(body) as { start: string; widgets: { type: string; properties: object }[] };
    expect(start).toBe('-PT3H');
    expect(widgets.filter(({ type }) => type === 'log')).toHaveLength(2);
    const contained = [METRICS.copies.name, METRICS.abortsFailed.name];
    const shown = Object.values(METRICS).filter(({ name }) => body.includes(`"${name}"`));
    expect(
      Object.values(METRICS)
        .filter((metric) => !shown.includes(metric))
        .map(({ name }) => name),
    ).toEqual(contained);
    for (const name of ['ExecutionsSucceeded', 'ExecutionsFailed', 'ConcurrentExecutions', 'Throttles']) {
      expect(body).toContain(`"${name}"`);
    }
  });

  test('needs no options, and there is one', () => {
    const { workflow } = copy();
    workflow.createDashboard();
    expect(() => workflow.createDashboard()).toThrow("'Dashboard'");
  });
});

describe('createAlarms', () => {
  test('watches what needs somebody, and tells the topic', () => {
    const stack = newStack();
    const topic = new sns.Topic(stack, 'Topic');
    const { workflow, template } = copy({}, stack);
    const alarms = workflow.createAlarms({ topic });
    expect(alarms.map(({ node }) => node.id)).toEqual([
      'CopiesFailed',
      'CopiesTimedOut',
      'UploadsLeft',
      'SweeperFailed',
      'WorkersThrottled',
      'RequestsThrottled',
      'TransitionsThrottled',
    ]);
    const made = template();
    // Two rules invoke the sweeper.
    made.resourceCountIs(ALARM, alarms.length + 2);
    for (const { Properties } of Object.values(made.findResources(ALARM))) {
      expect(flatten(Properties)).toMatchObject({
        AlarmActions: ['<Topic>'],
        AlarmDescription: expect.stringContaining('docs/operations.md#alarms'),
        TreatMissingData: 'notBreaching',
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      });
    }
    made.hasResourceProperties(ALARM, { MetricName: 'ExecutionsFailed', Threshold: 1, EvaluationPeriods: 1 });
    made.hasResourceProperties(ALARM, { MetricName: 'Throttles', Threshold: 100, EvaluationPeriods: 3 });
    made.hasResourceProperties(ALARM, {
      MetricName: 'Retries',
      Dimensions: Match.arrayWith([{ Name: 'ErrorName', Value: 'Throttled' }]),
    });
  });

  test('watches long copies on request', () => {
    const { workflow, template } = copy();
    workflow.createAlarms({ longestCopy: Duration.hours(6) });
    template().hasResourceProperties(ALARM, {
      MetricName: 'ExecutionTime',
      Statistic: 'Maximum',
      Threshold: 6 * 3_600_000,
      AlarmActions: Match.absent(),
    });
  });

  test('watches no sweeper where there is none', () => {
    const { workflow, template } = copy({ sweeper: { enabled: false } });
    workflow.createAlarms();
    template();
    const ids = workflow.node.findAll().map(({ node }) => node.id);
    expect(ids.filter((id) => id.startsWith('Sweep'))).toEqual([]);
  });

  test('watches rules that are created before and after it', () => {
    const stack = newStack();
    const source = CopySource.bucket(new s3.Bucket(stack, 'Source', { eventBridgeEnabled: true }));
    const { workflow, template } = copy({ sources: [source], sweeper: { enabled: false } }, stack);
    workflow.copyOnObjectCreated('Before', { keyPrefix: 'a/' });
    workflow.createAlarms();
    workflow.copyOnObjectCreated('After', { keyPrefix: 'b/' });
    const made = template();
    const math = Object.values(made.findResources(ALARM)).filter(({ Properties }) => Properties.Metrics !== undefined);
    const rules = math.map(({ Properties }) => JSON.stringify(flatten(Properties.Metrics)));
    expect(rules).toHaveLength(2);
    for (const [index, id] of ['Before', 'After'].entries()) {
      expect(rules[index]).toContain(`<Copy${id}>`);
      // EventBridge does not count what it sent to a dead-letter queue among what failed.
      for (const name of ['FailedInvocations', 'InvocationsSentToDlq']) expect(rules[index]).toContain(name);
    }
  });

  test('watches the function that sends events, and rules on an event bus of its own', () => {
    const stack = newStack();
    const notifications = { eventBus: new events.EventBus(stack, 'Bus') };
    const { workflow, template } = copy({ notifications, sweeper: { enabled: false } }, stack);
    workflow.createAlarms();
    workflow.notify(new sns.Topic(stack, 'Topic'));
    const made = template();
    const alarms = Object.values(made.findResources(ALARM)).map(({ Properties }) => flatten(Properties) as any);
    const dimensions = alarms.flatMap(({ Metrics }) =>
      (Metrics ?? []).flatMap(({ MetricStat }: any) => (MetricStat ? [MetricStat.Metric.Dimensions] : [])),
    );
    const ofBus = { Name: 'EventBusName', Value: '<Bus>' };
    const ofRule = (Value: string) => ({ Name: 'RuleName', Value });
    // Status changes of executions are events of the default event bus.
    expect(dimensions).toContainEqual([ofRule('<CopyNotifyExecution>')]);
    expect(dimensions).toContainEqual([ofBus, ofRule(expect.stringContaining('<CopyNotifyTest'))]);
    const ofFunction = { Name: 'FunctionName', Value: '<CopyNotifyFunction>' };
    expect(alarms).toContainEqual(expect.objectContaining({ MetricName: 'Errors', Dimensions: [ofFunction] }));
  });
});
