import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { ScaledClock } from '../../../../local/workflow';
import { Gate } from '../gate';
import {
  cleanUp,
  deploy,
  handler,
  invoke,
  newStack,
  runnerOf,
  runnerOn,
  runOnce,
  stateMachine,
  temporaryFolder,
} from '../support';

afterEach(async () => {
  await Gate.closeAll();
  await cleanUp();
});

/** A function that is invoked for each of several items at the same time. */
function mapOver(body: string, props: Partial<lambda.FunctionProps> = {}): ReturnType<typeof newStack>['app'] {
  const { app, stack } = newStack();
  const map = new sfn.Map(stack, 'Map');
  const task = invoke(stack, 'Call', handler(stack, 'Fn', body, props));
  task.addCatch(new sfn.Pass(stack, 'Failed', { parameters: { failed: sfn.JsonPath.stringAt('$.Error') } }));
  map.itemProcessor(task);
  stateMachine(stack, map);
  return app;
}

describe('an execution environment', () => {
  test('runs one invocation at a time, and waits for the next one with what the module keeps', async () => {
    const gate = await Gate.start();
    const app = mapOver(`globalThis.runs = (globalThis.runs ?? 0) + 1; ${gate.wait} return globalThis.runs;`);
    const { run } = await runnerOf(deploy(app));
    const running = run([1, 2, 3]);
    await gate.reached(3);
    gate.open();
    const { output, functions } = await running;
    expect(output).toEqual([1, 1, 1]);
    expect(Object.values(functions)).toEqual([
      expect.objectContaining({ invocations: 3, coldStarts: 3, concurrency: 3 }),
    ]);
    const again = await run([1]);
    expect(again.output).toEqual([2]);
    expect(Object.values(again.functions)).toEqual([expect.objectContaining({ invocations: 4, coldStarts: 3 })]);
  });

  test('has module state of its own, also of the modules that it requires', async () => {
    const gate = await Gate.start();
    const folder = temporaryFolder({
      'state.js': 'exports.count = 0;',
      'data.json': '{"from": "json"}',
      'index.js': `
        const state = require('./state');
        const { from } = require('./data.json');
        let own = 0;
        exports.handler = async () => {
          ${gate.wait}
          return [++own, ++state.count, require('./state') === state, from, module.filename.endsWith('index.js')];
        };`,
    });
    const running = runOnce(mapOver('', { code: lambda.Code.fromAsset(folder) }), [1, 2]);
    await gate.reached(2);
    gate.open();
    expect((await running).output).toEqual([
      [1, 1, true, 'json', true],
      [1, 1, true, 'json', true],
    ]);
  });

  test('that ends takes no other with it', async () => {
    const gate = await Gate.start();
    const endings = [
      'process.exit(1);',
      "setImmediate(() => { throw new RangeError('late'); }); await new Promise(() => {});",
      "void Promise.reject(new Error('lost')); await new Promise(() => {});",
    ];
    const app = mapOver(
      `${gate.wait} ${endings.map((end, index) => `if (event === ${index}) { ${end} }`).join(' ')} return event;`,
    );
    const running = runOnce(app, [0, 1, 2, 3, 4]);
    await gate.reached(5);
    gate.open();
    expect((await running).output).toEqual([
      { failed: 'Runtime.ExitError' },
      { failed: 'RangeError' },
      { failed: 'Runtime.UnhandledPromiseRejection' },
      3,
      4,
    ]);
  });

  test('is frozen at the time limit: nothing of it goes on, and the next invocation gets another one', async () => {
    const gate = await Gate.start();
    const logged: string[] = [];
    const app = mapOver(
      `globalThis.runs = (globalThis.runs ?? 0) + 1;
       if (event === 'again') return globalThis.runs;
       const http = require('node:http');
       setInterval(() => console.log('timer'), 1);
       ${gate.wait}
       console.log('went on');`,
      { timeout: Duration.seconds(60) },
    );
    const { run, clock } = await runnerOf(deploy(app), { onLog: ({ message }) => logged.push(message) });
    const running = run(['hangs']);
    await gate.reached(1);
    await clock.advance(60_000);
    expect((await running).output).toEqual([{ failed: 'Sandbox.Timedout' }]);
    const before = logged.length;
    gate.open();
    expect((await run(['again'])).output).toEqual([1]);
    expect(logged.slice(before).filter((line) => line === 'went on')).toEqual([]);
  });

  test.each([250, 1000])('%d are in flight at the same time, though each agent has 50 sockets', async (parts) => {
    const gate = await Gate.start();
    const { app, stack } = newStack();
    const map = new sfn.DistributedMap(stack, 'Parts');
    const fn = handler(
      stack,
      'Fn',
      `globalThis.agent ??= new (require('node:http').Agent)({ keepAlive: true, maxSockets: 50 }); ${gate.waitWith('globalThis.agent')}`,
      { timeout: Duration.seconds(900) },
    );
    map.itemProcessor(invoke(stack, 'Part', fn));
    stateMachine(stack, map);
    const { run, clock } = await runnerOf(deploy(app));
    const running = run(Array(parts).fill(0));
    await clock.advance(1000 * (parts / 100));
    await gate.reached(parts);
    gate.open();
    const { status, functions } = await running;
    expect(status).toBe('SUCCEEDED');
    expect(Object.values(functions)).toEqual([expect.objectContaining({ concurrency: parts, throttles: 0 })]);
  });

  test('starts cold, then warm', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Fn', 'return 1;');
    stateMachine(
      stack,
      invoke(stack, 'A', fn)
        .next(invoke(stack, 'B', fn))
        .next(invoke(stack, 'C', fn)),
    );
    const { startDate, stopDate } = await runOnce(app, {}, { lambdaStartSeconds: { cold: 2, warm: 0.01 } });
    expect(stopDate.getTime() - startDate.getTime()).toBe(2020);
  });
});

describe('throttling', () => {
  const throttled = { failed: 'Lambda.TooManyRequestsException' };

  test('keeps a function from scaling by more than its environments in ten seconds', async () => {
    const gate = await Gate.start();
    const app = mapOver(`if (event !== 'quick') { ${gate.wait} } return event;`);
    const { run, clock } = await runnerOf(deploy(app), { lambdaScaling: 4 });
    const first = run(Array(6).fill('slow'));
    await gate.reached(4);
    // Two and a half seconds later there is room for one more.
    await clock.advance(2500);
    const second = run(['slow', 'slow']);
    await gate.reached(5);
    gate.open();
    expect((await first).output).toEqual([...Array(4).fill('slow'), throttled, throttled]);
    expect((await second).output).toEqual(['slow', throttled]);
    // Environments that are there already need no scaling.
    expect((await run(Array(5).fill('quick'))).output).toEqual(Array(5).fill('quick'));
  });

  test('allows ten requests a second for each unit of concurrency', async () => {
    const app = mapOver('return event;');
    const { run, clock } = await runnerOf(deploy(app), { lambdaConcurrency: 1 });
    const outputs: unknown[] = [];
    for (let index = 0; index < 12; index++) outputs.push(...((await run([index])).output as unknown[]));
    expect(outputs).toEqual([...Array(10).keys(), throttled, throttled]);
    await clock.advance(100);
    expect((await run(['later'])).output).toEqual(['later']);
  });

  test('leaves to other functions what reserved concurrency does not take', async () => {
    const gate = await Gate.start();
    const { app, stack } = newStack();
    const body = `${gate.wait} return 1;`;
    const branch = (id: string, props: Partial<lambda.FunctionProps>): sfn.IChainable => {
      const task = invoke(stack, id, handler(stack, `${id}Fn`, body, props));
      return task.addCatch(
        new sfn.Pass(stack, `${id}Failed`, { parameters: { failed: sfn.JsonPath.stringAt('$.Error') } }),
      );
    };
    const parallel = new sfn.Parallel(stack, 'All');
    parallel.branch(branch('Reserved', { reservedConcurrentExecutions: 3 }), branch('One', {}), branch('Two', {}));
    stateMachine(stack, parallel);
    const running = runOnce(app, {}, { lambdaConcurrency: 4 });
    await gate.reached(2);
    gate.open();
    expect((await running).output).toEqual([1, 1, throttled]);
  });
});

describe('time in a function', () => {
  test('is that of the workflow: dates, timers, sleeps and the time that is left', async () => {
    const { app, stack } = newStack();
    const fn = handler(
      stack,
      'Fn',
      `const { setTimeout: sleep } = require('node:timers/promises');
       const { promisify } = require('node:util');
       const [date, left, counted] = [Date.now(), context.getRemainingTimeInMillis(), performance.now()];
       await sleep(2000);
       await new Promise((resolve) => setTimeout(resolve, 2000));
       await promisify(setTimeout)(2000);
       let ticks = 0;
       await new Promise((resolve) => { const timer = setInterval(() => ++ticks === 2 && (clearInterval(timer), resolve()), 1000); });
       const never = setTimeout(() => ticks++, 1);
       clearTimeout(never);
       await sleep(100);
       return {
         ticks,
         passed: Date.now() - date,
         counted: performance.now() - counted,
         used: left - context.getRemainingTimeInMillis(),
         start: event.start,
         now: new Date().toISOString(),
         isDate: new Date() instanceof Date && new Date(0).getTime() === 0 && Date.UTC(1970, 0, 1) === 0 && typeof Date() === 'string',
       };`,
      { timeout: Duration.seconds(900) },
    );
    stateMachine(
      stack,
      invoke(stack, 'Call', fn, {
        payload: sfn.TaskInput.fromObject({ start: sfn.JsonPath.stringAt('$$.Execution.StartTime') }),
      }),
    );
    const clock = new ScaledClock(1000, 5);
    const deployment = deploy(app);
    const runner = await runnerOn(clock, deployment);
    const { output } = await runner.start(deployment.stateMachine(), { input: {} });
    const { ticks, passed, counted, used, start, now, isDate } = output as any;
    expect({ ticks, isDate }).toEqual({ ticks: 2, isDate: true });
    for (const seconds of [passed, counted, used]) expect(seconds).toBeGreaterThanOrEqual(8000);
    // Dates of the function go on from those of the execution.
    expect(Date.parse(now) - Date.parse(start)).toBeGreaterThanOrEqual(passed);
    expect(Date.parse(now)).toBeLessThan(clock.now());
  });

  /** A request to the gate against a limit of five seconds. */
  async function race(clock: ScaledClock): Promise<{ gate: Gate; output: Promise<unknown> }> {
    const gate = await Gate.start();
    const { app, stack } = newStack();
    const body = `
      let timer;
      const limit = new Promise((resolve) => { timer = setTimeout(() => resolve('limit'), 5000); });
      const request = (async () => { ${gate.wait} clearTimeout(timer); return 'answer'; })();
      return Promise.race([limit, request]);`;
    stateMachine(stack, invoke(stack, 'Call', handler(stack, 'Fn', body, { timeout: Duration.seconds(900) })));
    const deployment = deploy(app);
    const runner = await runnerOn(clock, deployment);
    const result = runner.start(deployment.stateMachine(), { input: {} });
    return { gate, output: result.then(({ output }) => output) };
  }

  test('lets a request have its real time against a limit that has passed in the time of the workflow', async () => {
    const { gate, output } = await race(new ScaledClock(1e6));
    await gate.reached(1);
    gate.open();
    expect(await output).toBe('answer');
  });

  test('lets the limit pass where the request is never answered', async () => {
    const { output } = await race(new ScaledClock(100, 0.01));
    expect(await output).toBe('limit');
  });
});
