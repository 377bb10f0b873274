import { DescribeExecutionCommand, ListExecutionsCommand, ListMapRunsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { Duration } from 'aws-cdk-lib';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { parsePlatformFaults, type PlatformFault, type PlatformFaultRule } from '../../../local/workflow';
import { Gate } from './gate';
import { cleanUp, deploy, handler, invoke, newStack, type Runner, runnerOf, stateMachine } from './support';

afterEach(async () => {
  await Gate.closeAll();
  await cleanUp();
});

/** A state `Call` over a function `Fn` that asks the gate twice; what is left of the error is the output. */
async function caller(
  fault: PlatformFault | undefined,
  rule: Omit<PlatformFaultRule, 'fault'> = { state: 'Call' },
  more: readonly PlatformFaultRule[] = [],
): Promise<Runner & { gate: Gate; logged: string[]; seconds: () => number }> {
  const gate = await Gate.start();
  gate.open();
  const logged: string[] = [];
  const { app, stack } = newStack();
  const body = `console.log('begin'); ${gate.wait} console.log('middle'); ${gate.wait} console.log('end'); return 'done';`;
  const task = invoke(stack, 'Call', handler(stack, 'Fn', body, { timeout: Duration.seconds(100) }), {
    payloadResponseOnly: false,
    outputPath: '$.Payload',
    taskTimeout: sfn.Timeout.duration(Duration.seconds(115)),
  });
  task.addCatch(new sfn.Pass(stack, 'Failed'), { errors: ['States.ALL'] });
  stateMachine(stack, task);
  const faults = fault === undefined ? more : [{ ...rule, fault }, ...more];
  const runner = await runnerOf(deploy(app), { faults, onLog: ({ message }) => logged.push(message) });
  const started = runner.clock.now();
  return { ...runner, gate, logged, seconds: () => (runner.clock.now() - started) / 1000 };
}

const errorOf = (output: unknown): unknown => (output as { Error?: string }).Error ?? output;

describe('an invocation', () => {
  test.each<[PlatformFault, string, RegExp]>([
    [
      { kind: 'throttled' },
      'Lambda.TooManyRequestsException',
      /^Rate Exceeded\. \(Service: AWSLambda; Status Code: 429;/,
    ],
    [{ kind: 'error', name: 'ServiceException' }, 'Lambda.ServiceException', /Status Code: 500/],
    [{ kind: 'error', name: 'Lambda.EC2ThrottledException' }, 'Lambda.EC2ThrottledException', /Status Code: 502/],
    [{ kind: 'error', name: 'ENINotReadyException' }, 'Lambda.ENINotReadyException', /Status Code: 502/],
    [{ kind: 'error', name: 'ResourceNotReadyException' }, 'Lambda.ResourceNotReadyException', /Status Code: 502/],
    [{ kind: 'error', name: 'NewException', message: 'unheard of' }, 'Lambda.NewException', /^unheard of \(Service/],
    [
      { kind: 'inactive' },
      'Lambda.CodeArtifactUserPendingException',
      /^Lambda is initializing your function.*Status Code: 409/,
    ],
  ])('with the fault %j is refused, and does not run', async (fault, error, cause) => {
    const { run, gate, logged } = await caller(fault);
    const { output } = await run();
    expect(output).toEqual({ Error: error, Cause: expect.stringMatching(cause) });
    expect([gate.count, logged]).toEqual([0, []]);
  });

  test('of an inactive function is refused until it has been initialized', async () => {
    const { run, clock } = await caller({ kind: 'inactive', milliseconds: 90_000 }, { function: 'Fn', times: 1 });
    const outcomes: unknown[] = [];
    for (const wait of [0, 45, 44, 1]) {
      await clock.advance(wait * 1000);
      outcomes.push(errorOf((await run()).output));
    }
    const pending = 'Lambda.CodeArtifactUserPendingException';
    expect(outcomes).toEqual([pending, pending, pending, 'done']);
  });

  test.each<[PlatformFault, string, string[], number]>([
    [{ kind: 'killed' }, 'Runtime.ExitError', [], 0],
    [{ kind: 'killed', afterRequests: 1 }, 'Runtime.ExitError', ['begin'], 1],
    [{ kind: 'killed', afterRequests: 2, error: 'Lambda.Unknown' }, 'Lambda.Unknown', ['begin', 'middle'], 2],
    [{ kind: 'killed', afterRequests: 9 }, 'Runtime.ExitError', ['begin', 'middle', 'end'], 2],
    [{ kind: 'answer-lost' }, 'Lambda.SdkClientException', ['begin', 'middle', 'end'], 2],
    [{ kind: 'answer-lost', error: 'Lambda.Unknown' }, 'Lambda.Unknown', ['begin', 'middle', 'end'], 2],
  ])('with the fault %j fails as %s after its effects', async (fault, error, lines, requests) => {
    const { run, runner, gate, logged } = await caller(fault, { state: 'Call', times: 1 });
    expect(errorOf((await run()).output)).toBe(error);
    await runner.idle();
    expect([logged, gate.count]).toEqual([lines, requests]);
    // The environment is gone; the next invocation gets another one, and nothing of the former goes on.
    expect((await run()).output).toBe('done');
    expect(gate.count).toBe(requests + 2);
  });

  test.each<[PlatformFault, string, number]>([
    [{ kind: 'timed-out' }, 'Sandbox.Timedout', 100],
    [{ kind: 'timed-out', afterRequests: 1, error: 'Lambda.Unknown' }, 'Lambda.Unknown', 100],
    [{ kind: 'timed-out', afterRequests: 1, error: 'States.Timeout' }, 'States.Timeout', 115],
  ])('with the fault %j fails as %s after %d seconds', async (fault, error, limit) => {
    const { run, seconds, runner } = await caller(fault);
    const { output } = await run();
    expect(errorOf(output)).toBe(error);
    expect(seconds()).toBe(limit);
    await runner.idle();
  });

  test('that is duplicated runs twice, and gives one answer', async () => {
    const { run, runner, gate } = await caller({ kind: 'duplicated' });
    expect((await run()).output).toBe('done');
    await runner.idle();
    expect(gate.count).toBe(4);
  });

  test('causes name what the payload said, in the words of Step Functions', async () => {
    const causeOf = async (fault: PlatformFault): Promise<string> => {
      const { run } = await caller(fault);
      return ((await run()).output as { Cause: string }).Cause;
    };
    expect(JSON.parse(await causeOf({ kind: 'killed' }))).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
    });
    expect(await causeOf({ kind: 'timed-out', error: 'Lambda.Unknown' })).toMatch(
      /^The cause could not be determined because Lambda did not return an error type\. Returned payload: \{"errorMessage":".*Task timed out after 100\.00 seconds"\}$/,
    );
  });
});

describe('a rule', () => {
  const outcomes = async (
    rule: Omit<PlatformFaultRule, 'fault'>,
    runs: number,
    secondsBetween = 0,
  ): Promise<string> => {
    const { run, clock } = await caller({ kind: 'throttled' }, rule);
    let text = '';
    for (let index = 0; index < runs; index++) {
      text += (await run()).output === 'done' ? '.' : 'x';
      await clock.advance(secondsBetween * 1000);
    }
    return text;
  };

  test.each<[Omit<PlatformFaultRule, 'fault'>, string]>([
    [{ state: 'Call' }, 'xxxx'],
    [{ state: '*' }, 'xxxx'],
    [{ function: 'Fn', skip: 1, times: 2 }, '.xx.'],
    [{ state: 'Failed' }, '....'],
    [{ state: 'Call', probability: 0 }, '....'],
  ])('%j', async (rule, expected) => {
    expect(await outcomes(rule, 4)).toBe(expected);
  });

  test('is for a window of time, counted from the start of the first execution', async () => {
    expect(await outcomes({ state: 'Call', after: 10_000, until: 30_000 }, 5, 10)).toBe('.xx..');
  });

  test('is for a time that the first entry of a state begins', async () => {
    expect(await outcomes({ state: 'Call', since: 'Failed', until: 30_000 }, 2, 10)).toBe('..');
    const always = { state: 'Call', fault: { kind: 'throttled' } } as const;
    const { run, clock } = await caller(
      { kind: 'error', name: 'ServiceException' },
      { state: 'Call', since: 'Failed', until: 15_000 },
      [{ ...always, times: 1 }],
    );
    const errors: unknown[] = [];
    for (let index = 0; index < 4; index++) {
      errors.push(errorOf((await run()).output));
      await clock.advance(10_000);
    }
    expect(errors).toEqual(['Lambda.TooManyRequestsException', 'Lambda.ServiceException', 'done', 'done']);
  });

  test('draws the same chances for the same seed', async () => {
    const rule = { state: 'Call', probability: 0.5 };
    const [one, same, other] = [
      await outcomes({ ...rule, seed: 1 }, 12),
      await outcomes({ ...rule, seed: 1 }, 12),
      await outcomes({ ...rule, seed: 2 }, 12),
    ];
    expect(one).toBe(same);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^(?=.*x)(?=.*\.)/);
  });

  test('that names what is not there is refused before anything runs', async () => {
    const { run } = await caller({ kind: 'throttled' }, { state: 'Cal' });
    await expect(run()).rejects.toMatchObject({
      name: 'InvalidFaults',
      message: expect.stringContaining('Call, Failed'),
    });
    const { run: second } = await caller({ kind: 'throttled' }, { function: 'Gone' });
    await expect(second()).rejects.toThrow(/names the function Gone/);
  });
});

describe('a file of rules', () => {
  test('is a JSON array, or has a rule a line', () => {
    const rule = { state: 'Call', fault: { kind: 'killed', afterRequests: 1 } };
    const line = JSON.stringify(rule);
    expect(parsePlatformFaults(JSON.stringify([rule, rule]), 'f')).toEqual([rule, rule]);
    expect(parsePlatformFaults(`${line}\n\n${line}\n`, 'f')).toEqual([rule, rule]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /^f is neither a JSON array/],
    ['no list', '[', /^f is neither a JSON array/],
    ['no fault', [{ state: 'A' }], /^f, rule 1: a fault rule needs the field 'fault'/],
    [
      'another kind',
      [{ state: 'A', fault: { kind: 'slow' } }],
      /unknown kind of fault 'slow': use one of throttled, error/,
    ],
    ['a kind of Object’s', [{ state: 'A', fault: { kind: 'constructor' } }], /unknown kind/],
    ['an unknown field', [{ state: 'A', time: 1, fault: { kind: 'throttled' } }], /no field 'time'/],
    ['a field of another kind', [{ state: 'A', fault: { kind: 'throttled', seconds: 1 } }], /no field 'seconds'/],
    ['no target', [{ fault: { kind: 'throttled' } }], /needs the field 'state' or 'function'/],
    ['a stop without a state', [{ function: 'F', fault: { kind: 'stop-execution' } }], /needs the field 'state'/],
    [
      'lagging reads of a state',
      [{ state: 'A', fault: { kind: 'lagging-reads', milliseconds: 1 } }],
      /cannot have the field 'state'/,
    ],
    ['a percentage', [{ state: 'A', probability: 50, fault: { kind: 'throttled' } }], /between 0 and 1/],
    ['a negative number', [{ state: 'A', skip: -1, fault: { kind: 'throttled' } }], /skip -1 of a fault rule must be/],
    [
      'a text for a number',
      [{ state: 'A', fault: { kind: 'killed', afterRequests: '1' } }],
      /afterRequests "1" of a fault of kind killed must be/,
    ],
  ])('with %s is refused', (_name, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parsePlatformFaults(text, 'f')).toThrow(message);
    expect(() => parsePlatformFaults(text, 'f')).toThrow(expect.objectContaining({ name: 'InvalidFaults' }));
  });
});

describe('Step Functions', () => {
  const nested = {
    StartAt: 'Before',
    States: {
      Before: { Type: 'Pass', Next: 'Map' },
      Map: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 1,
        ToleratedFailurePercentage: 100,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Wait',
          States: {
            Wait: { Type: 'Wait', Seconds: 10, Next: 'Which' },
            Which: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 1, Next: 'Broken' }], Default: 'Fine' },
            Broken: { Type: 'Fail', Error: 'Broken' },
            Fine: { Type: 'Succeed' },
          },
        },
        ResultPath: null,
        Next: 'After',
      },
      After: { Type: 'Pass', End: true },
    },
  };

  async function serve(faults: readonly PlatformFaultRule[]): Promise<Runner & { api: SFNClient }> {
    const { app, stack } = newStack();
    const definitionBody = sfn.DefinitionBody.fromString(JSON.stringify(nested));
    new sfn.StateMachine(stack, 'Machine', { definitionBody });
    const runner = await runnerOf(deploy(app), { faults });
    const endpoint = await runner.runner.endpointUrl();
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    return { ...runner, api: new SFNClient({ region: 'us-east-1', endpoint, credentials }) };
  }

  test.each([
    ['Before', 0],
    ['Map', 0],
    ['Wait', 0],
    ['Which', 10],
    ['After', 30],
  ])('stops the execution when %s is entered, be it in a child', async (state, seconds) => {
    const fault = { kind: 'stop-execution', error: 'Stopped', cause: state } as const;
    const { run } = await serve([{ state, fault }]);
    const { status, error, cause, startDate, stopDate, mapRuns, states } = await run({ items: [0, 1, 2] });
    expect({ status, error, cause }).toEqual({ status: 'ABORTED', error: 'Stopped', cause: state });
    expect(Math.round((stopDate.getTime() - startDate.getTime()) / 1000)).toBe(seconds);
    expect(states.at(-1)).toBe(['Wait', 'Which'].includes(state) ? 'Map' : state);
    expect(mapRuns.every((mapRun) => mapRun.counts.running === 0 && mapRun.status !== 'RUNNING')).toBe(true);
  });

  test('shows lists and descriptions late, each thing by a lag of its own', async () => {
    const { run, api, clock } = await serve([{ seed: 3, fault: { kind: 'lagging-reads', milliseconds: 20_000 } }]);
    const { executionArn, mapRuns } = await run({ items: [0, 1, 2] });
    const { mapRunArn } = mapRuns[0]!;
    const look = async (): Promise<{ status?: string; listed: number; failed: number; ended: boolean }> => {
      const { status } = await api.send(new DescribeExecutionCommand({ executionArn }));
      const { executions } = await api.send(new ListExecutionsCommand({ mapRunArn }));
      const failed = await api.send(new ListExecutionsCommand({ mapRunArn, statusFilter: 'FAILED' }));
      const { mapRuns: runs } = await api.send(new ListMapRunsCommand({ executionArn }));
      return {
        ...(status && { status }),
        listed: executions!.length,
        failed: failed.executions!.length,
        ended: runs![0]?.stopDate !== undefined,
      };
    };
    const first = await look();
    expect(first).toMatchObject({ status: 'RUNNING', ended: false });
    await clock.advance(20_000);
    expect(await look()).toEqual({ status: 'SUCCEEDED', listed: 3, failed: 1, ended: true });
    api.destroy();
  });

  test('shows an execution as it was before, with nothing of its end', async () => {
    const { run, runner, api, clock } = await serve([
      { state: 'After', times: 1, fault: { kind: 'stop-execution', error: 'Stopped' } },
      { seed: 3, after: 30_000, fault: { kind: 'lagging-reads', milliseconds: 10_000 } },
    ]);
    const { executionArn, status } = await run({ items: [0, 1, 2] });
    const describe = (): Promise<object> => api.send(new DescribeExecutionCommand({ executionArn }));
    expect(status).toBe('ABORTED');
    expect(await describe()).toMatchObject({ status: 'RUNNING', redriveStatus: 'NOT_REDRIVABLE' });
    expect(await describe()).not.toHaveProperty('error');
    await clock.advance(10_000);
    expect(await describe()).toMatchObject({ status: 'ABORTED', error: 'Stopped', redriveStatus: 'REDRIVABLE' });
    await clock.run(runner.redrive(executionArn));
    expect(await describe()).toMatchObject({ status: 'ABORTED', error: 'Stopped', redriveCount: 0 });
    await clock.advance(10_000);
    expect(await describe()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
    api.destroy();
  });
});
