import { Duration, type Stack, aws_sqs as sqs } from 'aws-cdk-lib';
import * as awsEvents from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedulerTargets from 'aws-cdk-lib/aws-scheduler-targets';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { NewEvent, PlatformFaultRule } from '../../../../local/workflow';
import { ScheduleNotFound } from '../../../../local/workflow';
import { cleanUp, deploy, handler, newStack, type Runner, runnerOf, stateMachine } from '../support';

afterEach(cleanUp);

const EVENT: NewEvent = {
  source: 'test',
  detailType: 'Done',
  detail: { n: 1 },
  accountId: '123456789012',
  region: 'us-east-1',
};

/** An app with a state machine that passes its input on, and what `add` adds. */
async function serve(
  add: (stack: Stack, machine: sfn.StateMachine) => void,
  faults?: readonly PlatformFaultRule[],
): Promise<Runner & { queueNamed: (name: string) => Promise<any[]> }> {
  const { app, stack } = newStack();
  add(stack, stateMachine(stack, new sfn.Pass(stack, 'P')));
  const running = await runnerOf(deploy(app), faults && { faults });
  const api = async (operation: string, body: object): Promise<any> => {
    const headers = { 'x-amz-target': `AmazonSQS.${operation}` };
    const response = await fetch(await running.runner.endpointUrl(), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const queueNamed = async (name: string): Promise<any[]> => {
    const { QueueUrl } = await api('GetQueueUrl', { QueueName: name });
    const { Messages = [] } = await api('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
    return Messages as any[];
  };
  return { ...running, queueNamed };
}

/** Moves the clock until everything has been delivered. */
async function settle({ runner, clock }: Runner): Promise<void> {
  await clock.run(runner.idle());
}

/** Moves the clock by so much, and until everything that became due has been delivered. */
async function later(running: Runner, ms: number): Promise<void> {
  await running.clock.advance(ms);
  await settle(running);
}

const onDone = (stack: Stack, target: awsEvents.IRuleTarget, props: awsEvents.RuleProps = {}): awsEvents.Rule =>
  new awsEvents.Rule(stack, 'OnDone', { eventPattern: { detailType: ['Done'] }, targets: [target], ...props });

const queue = (stack: Stack, name: string): sqs.Queue => new sqs.Queue(stack, name, { queueName: name });

describe('a rule', () => {
  test('starts an execution with what its transformer makes of the event', async () => {
    const input = awsEvents.RuleTargetInput.fromObject({ number: awsEvents.EventField.fromPath('$.detail.n') });
    const running = await serve((stack, machine) => onDone(stack, new targets.SfnStateMachine(machine, { input })));
    await running.runner.putEvent(EVENT);
    await running.runner.putEvent({ ...EVENT, detailType: 'Other' });
    await settle(running);
    const deliveries = await running.runner.deliveries();
    expect(deliveries).toEqual([expect.objectContaining({ input: '{"number":1}', status: 'DELIVERED', attempts: 1 })]);
    expect(deliveries[0]!.result).toEqual({ executionArn: expect.stringContaining(':execution:') });
  });

  test.each<[string, awsEvents.RuleProps, Partial<NewEvent>]>([
    ['that is disabled', { enabled: false }, {}],
    ['of another account', {}, { accountId: '210987654321' }],
    ['of another Region', {}, { region: 'eu-west-1' }],
    ['of another bus', {}, { eventBusName: 'other' }],
  ])('%s gets nothing', async (_, props, event) => {
    const running = await serve((stack, machine) => onDone(stack, new targets.SfnStateMachine(machine), props));
    await running.runner.putEvent({ ...EVENT, ...event });
    await settle(running);
    expect(await running.runner.deliveries()).toEqual([]);
  });

  test('of a bus of its own gets what is put there, also through another bus', async () => {
    const running = await serve((stack) => {
      const bus = new awsEvents.EventBus(stack, 'Bus', { eventBusName: 'own' });
      onDone(stack, new targets.SqsQueue(queue(stack, 'own-queue')), { eventBus: bus });
      new awsEvents.Rule(stack, 'Forward', {
        eventPattern: { source: ['test'] },
        targets: [new targets.EventBus(bus)],
      });
    });
    await running.runner.putEvent({ ...EVENT, eventBusName: 'own' });
    await running.runner.putEvent(EVENT);
    await settle(running);
    const messages = await running.queueNamed('own-queue');
    expect(messages.map(({ Body }) => JSON.parse(Body).detail)).toEqual([{ n: 1 }, { n: 1 }]);
  });

  test('invokes a function, which Lambda retries twice before the dead-letter queue gets the event', async () => {
    const running = await serve((stack) => {
      const fn = handler(stack, 'Fn', `throw new TypeError('broken');`, { deadLetterQueue: queue(stack, 'dead') });
      onDone(stack, new targets.LambdaFunction(fn));
    });
    await running.runner.putEvent(EVENT);
    await settle(running);
    expect(await running.queueNamed('dead')).toEqual([]);
    await later(running, 60_000);
    expect(await running.queueNamed('dead')).toEqual([]);
    await later(running, 120_000);
    const [message] = await running.queueNamed('dead');
    expect(JSON.parse(message.Body)).toMatchObject({ source: 'test', detail: { n: 1 } });
    expect(message.MessageAttributes.ErrorMessage.StringValue).toBe('broken');
  });

  test('does not invoke a function again that is ended with the run', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Pass(stack, 'P'));
    onDone(
      stack,
      new targets.LambdaFunction(handler(stack, 'Fn', `console.log('begun'); await new Promise(() => {});`)),
    );
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const { runner, clock } = await runnerOf(deploy(app), { onLog: () => begin!() });
    await runner.putEvent(EVENT);
    await begun;
    await runner.close();
    const closed = clock.now();
    // A timer that is left would keep the process running.
    await expect(clock.run(new Promise(() => undefined))).rejects.toThrow('no timer is set');
    expect(clock.now()).toBe(closed);
  });

  test('a template says how often a function is retried', async () => {
    const running = await serve((stack) => {
      const fn = handler(stack, 'Fn', `throw new Error('x');`, {
        deadLetterQueue: queue(stack, 'dead'),
        retryAttempts: 0,
      });
      onDone(stack, new targets.LambdaFunction(fn));
    });
    await running.runner.putEvent(EVENT);
    await settle(running);
    expect(await running.queueNamed('dead')).toHaveLength(1);
  });
});

describe('delivery', () => {
  const toQueue = (retryAttempts?: number, maxEventAge?: Duration) => (stack: Stack) =>
    void onDone(
      stack,
      new targets.SqsQueue(queue(stack, 'target'), {
        deadLetterQueue: queue(stack, 'dead'),
        ...(retryAttempts !== undefined && { retryAttempts }),
        ...(maxEventAge && { maxEventAge }),
      }),
    );
  const undelivered = (times: number, error?: string): PlatformFaultRule[] => [
    { rule: 'OnDone', times, fault: { kind: 'undelivered', ...(error !== undefined && { error }) } },
  ];
  const attributesOf = (message: any): Record<string, string> =>
    Object.fromEntries(
      Object.entries<any>(message.MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
    );

  test('is retried until the target takes the event', async () => {
    const running = await serve(toQueue(), undelivered(3));
    await running.runner.putEvent(EVENT);
    await later(running, 60_000);
    expect(await running.queueNamed('target')).toHaveLength(1);
    expect(await running.runner.deliveries()).toMatchObject([{ status: 'DELIVERED', attempts: 4 }]);
  });

  test('ends in the dead-letter queue after the retries of the template', async () => {
    const running = await serve(toQueue(2), undelivered(10));
    await running.runner.putEvent(EVENT);
    await later(running, 60_000);
    const [message] = await running.queueNamed('dead');
    expect(JSON.parse(message.Body)).toMatchObject({ source: 'test' });
    expect(attributesOf(message)).toMatchObject({
      RULE_ARN: expect.stringContaining(':rule/'),
      TARGET_ARN: expect.stringContaining(':target'),
      ERROR_CODE: 'THROTTLING',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '2',
    });
    expect(await running.queueNamed('target')).toEqual([]);
  });

  test('ends when the event is too old', async () => {
    const running = await serve(toQueue(undefined, Duration.minutes(1)), undelivered(1000));
    await running.runner.putEvent(EVENT);
    await later(running, 120_000);
    const [message] = await running.queueNamed('dead');
    expect(attributesOf(message)).toMatchObject({ EXHAUSTED_RETRY_CONDITION: 'MaximumEventAgeInSeconds' });
  });

  test('is not retried after an error that stays', async () => {
    const running = await serve(toQueue(), undelivered(1, 'NO_PERMISSIONS'));
    await running.runner.putEvent(EVENT);
    await settle(running);
    const [message] = await running.queueNamed('dead');
    expect(attributesOf(message)).toMatchObject({ ERROR_CODE: 'NO_PERMISSIONS', RETRY_ATTEMPTS: '0' });
  });

  test('of what is not JSON to a state machine fails for good', async () => {
    const input = { bind: () => ({ input: 'no JSON' }) } as unknown as awsEvents.RuleTargetInput;
    const running = await serve((stack, machine) => onDone(stack, new targets.SfnStateMachine(machine, { input })));
    await running.runner.putEvent(EVENT);
    await settle(running);
    expect(await running.runner.deliveries()).toMatchObject([{ status: 'DROPPED', attempts: 1 }]);
  });
});

describe('executions', () => {
  const onStatus = (stack: Stack, ...status: string[]): void =>
    void new awsEvents.Rule(stack, 'OnStatus', {
      eventPattern: { source: ['aws.states'], detail: { status } },
      targets: [new targets.SqsQueue(queue(stack, 'changes'))],
    });

  test('tell EventBridge that they run and how they end', async () => {
    const running = await serve((stack) => onStatus(stack, 'RUNNING', 'SUCCEEDED'));
    const { executionArn } = await running.run({ a: 1 }, { executionName: 'one' });
    await settle(running);
    const events = (await running.queueNamed('changes')).map(({ Body }) => JSON.parse(Body));
    expect(events).toMatchObject([
      {
        'detail-type': 'Step Functions Execution Status Change',
        source: 'aws.states',
        account: '123456789012',
        region: 'us-east-1',
        resources: [executionArn],
        detail: { executionArn, name: 'one', status: 'RUNNING', input: '{"a":1}', stopDate: null, output: null },
      },
      { detail: { executionArn, status: 'SUCCEEDED', output: '{"a":1}', outputDetails: { included: true } } },
    ]);
  });

  test('tell it of failures, by error and cause', async () => {
    const { app, stack } = newStack();
    stateMachine(stack, new sfn.Fail(stack, 'F', { error: 'Broken', cause: 'on purpose' }));
    onStatus(stack, 'FAILED');
    const running = await runnerOf(deploy(app));
    await running.run();
    const events = await running.runner.events();
    expect(events.at(-1)!.detail).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'on purpose' });
  });

  test('put events, which have the ARNs of execution and state machine', async () => {
    const { app, stack } = newStack();
    const entry = { source: 'mine', detailType: 'Done', detail: sfn.TaskInput.fromJsonPathAt('$') };
    const put = new tasks.EventBridgePutEvents(stack, 'Put', { entries: [entry] });
    const machine = stateMachine(stack, put);
    onDone(stack, new targets.SqsQueue(queue(stack, 'done')));
    expect(machine).toBeDefined();
    const running = await runnerOf(deploy(app));
    const result = await running.run({ bytes: 5 });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { FailedEntryCount: 0 } });
    const event = (await running.runner.events()).find(({ source }) => source === 'mine');
    expect(event).toMatchObject({ detail: { bytes: 5 }, resources: [result.executionArn, expect.any(String)] });
    expect(await running.runner.deliveries()).toMatchObject([{ status: 'DELIVERED' }]);
  });

  test('that are stopped by the end of the run start nothing', async () => {
    const { app, stack } = newStack();
    const wait = new sfn.Wait(stack, 'W', { time: sfn.WaitTime.duration(Duration.hours(1)) });
    stateMachine(stack, wait);
    onStatus(stack, 'ABORTED');
    const deployment = deploy(app);
    const { runner, clock } = await runnerOf(deployment);
    const ended = runner.start(deployment.stateMachine(), { input: {} });
    await clock.advance(1000);
    await runner.close();
    expect((await ended).status).toBe('ABORTED');
    expect(await runner.deliveries()).toMatchObject([{ status: 'PENDING', attempts: 0 }]);
  });

  test.each<[string, object, PlatformFaultRule[], object]>([
    [
      'an entry is refused',
      { source: 'mine', detailType: 'Done', detail: 'x' },
      [],
      { error: 'EventBridge.FailedEntry' },
    ],
    [
      'a rule asks for it',
      { source: 'mine', detailType: 'Done', detail: {} },
      [{ state: 'Put', fault: { kind: 'error', name: 'InternalException', message: 'no' } }],
      { error: 'EventBridge.InternalException', cause: 'no' },
    ],
  ])('fail to put events when %s', async (_, { source, detailType, detail }: any, faults, expected) => {
    const { app, stack } = newStack();
    const Entries = [{ Source: source, DetailType: detailType, Detail: detail }];
    const state = { Type: 'Task', Resource: 'arn:aws:states:::events:putEvents', Parameters: { Entries }, End: true };
    const definition = JSON.stringify({ StartAt: 'Put', States: { Put: state } });
    new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromString(definition) });
    const { run } = await runnerOf(deploy(app), { faults });
    expect(await run()).toMatchObject({ status: 'FAILED', ...expected });
  });
});

describe('schedules', () => {
  test('run when they are triggered, and only then', async () => {
    const running = await serve((stack, machine) => {
      const schedule = awsEvents.Schedule.rate(Duration.hours(1));
      new awsEvents.Rule(stack, 'Hourly', { schedule, targets: [new targets.SqsQueue(queue(stack, 'hourly'))] });
      const input = scheduler.ScheduleTargetInput.fromObject({ at: scheduler.ContextAttribute.scheduledTime });
      new scheduler.Schedule(stack, 'Sweep', {
        schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)),
        target: new schedulerTargets.StepFunctionsStartExecution(machine, { input }),
      });
    });
    await later(running, 7_200_000);
    expect(await running.runner.deliveries()).toEqual([]);
    await running.runner.trigger('Hourly');
    await running.runner.trigger('Sweep');
    await settle(running);
    const [message] = await running.queueNamed('hourly');
    expect(JSON.parse(message.Body)).toMatchObject({ 'detail-type': 'Scheduled Event', source: 'aws.events' });
    const [, sweep] = await running.runner.deliveries();
    expect(sweep).toMatchObject({ status: 'DELIVERED', input: '{"at":"2026-01-01T02:00:00Z"}' });
    await expect(running.runner.trigger('Nightly')).rejects.toThrow(ScheduleNotFound);
  });
});
