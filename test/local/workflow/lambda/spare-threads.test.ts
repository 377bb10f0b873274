import { ScaledClock, keepSpareThreads } from '../../../../local/workflow';
import { ThreadHost } from '../../../../local/workflow/lambda/thread-host';
import { type InvokeMessage } from '../../../../local/workflow/lambda/worker/messages';
import {
  cleanUp,
  deploy,
  handler,
  invoke,
  newStack,
  runnerOf,
  runnerOn,
  stateMachine,
  temporaryFolder,
} from '../support';

let endSpareThreads: () => Promise<void>;
beforeEach(() => {
  endSpareThreads = keepSpareThreads(2);
});
afterEach(async () => {
  await cleanUp();
  await endSpareThreads();
});

/** What a function finds. It leaves as much behind as it can in its own module and environment. */
const LOOK = `
  const found = {
    thread: require('node:worker_threads').threadId,
    variables: [process.env.OWN, process.env.LEFT].map(String),
    kept: [globalThis.kept, module.exports.kept].map(String),
    date: Date.now(),
  };
  process.env.LEFT = globalThis.kept = module.exports.kept = 'left behind';
  setInterval(() => console.log('a timer that goes on'), 1);
  if (event.crashes) process.exit(1);
  return found;`;

function deploymentOf(variable: string, body = LOOK) {
  const { app, stack } = newStack();
  stateMachine(stack, invoke(stack, 'Call', handler(stack, 'Fn', body, { environment: { OWN: variable } })));
  return deploy(app);
}

async function look(variable: string, options: Parameters<typeof runnerOf>[1] = {}, input = {}): Promise<any> {
  const { runner, run } = await runnerOf(deploymentOf(variable), options);
  const { output } = await run(input);
  await runner.close();
  return output;
}

test('a function of the next deployment gets the thread, and nothing that the last one left there', async () => {
  const first = await look('1');
  const second = await look('2');
  expect(second.thread).toBe(first.thread);
  expect(second).toMatchObject({ variables: ['2', 'undefined'], kept: ['undefined', 'undefined'] });
  // The timers of both have ended.
  const quiet: string[] = [];
  const deployment = deploymentOf('3', 'return require("node:worker_threads").threadId;');
  const { run } = await runnerOf(deployment, { onLog: ({ message }) => quiet.push(message) });
  expect((await run()).output).toBe(first.thread);
  expect(quiet).toEqual([]);
});

test('the next function gets no message of the last one that arrives late', async () => {
  const taskRoot = temporaryFolder({ 'index.js': 'exports.handler = async (event) => console.log(event);' });
  const time = new ScaledClock(1).threadTime();
  const data = { taskRoot, handler: 'index.handler', nodeMajor: 24, time, moduleInstances: 1 };
  const call = (id: string): InvokeMessage => {
    return {
      type: 'invoke',
      id,
      environment: 0,
      event: JSON.stringify(id),
      deadline: Date.now() + 60_000,
      context: {},
    };
  };
  const host = new ThreadHost({ onMessage: () => undefined, onExit: () => undefined }, data, {});
  host.post(call('last'));
  // The thread has not even received the invocation when it gets its next function.
  host.release();
  const messages = await new Promise<unknown[]>((resolve) => {
    const received: unknown[] = [];
    const onMessage = (message: { type: string }) => {
      received.push(message);
      if (received.length === 2) resolve(received);
    };
    host.restart({ onMessage, onExit: () => resolve(received) }, data, {});
    host.post(call('next'));
  });
  await host.end();
  expect(messages).toMatchObject([
    { type: 'log', message: 'next' },
    { type: 'result', id: 'next' },
  ]);
});

test('the thread has the time of the next deployment', async () => {
  const { thread } = await look('1');
  const deployment = deploymentOf('2');
  const clock = new ScaledClock(1_000_000);
  const before = clock.now();
  const runner = await runnerOn(clock, deployment);
  const { output } = await runner.start(deployment.stateMachine(), { input: {} });
  expect(output).toMatchObject({ thread });
  // The first was on a clock that stands in the past.
  expect((output as { date: number }).date).toBeGreaterThan(before);
  expect((output as { date: number }).date).toBeLessThan(clock.now());
});

test('a thread with an environment that ended otherwise is not used again', async () => {
  const first = await look('1');
  await look('2', {}, { crashes: true });
  expect((await look('3')).thread).not.toBe(first.thread);
});

test('by default, no thread is used again', async () => {
  await endSpareThreads();
  const first = await look('1');
  expect((await look('2')).thread).not.toBe(first.thread);
});
