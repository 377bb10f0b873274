import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  credentialsOfSession,
  type ExecutionResult,
  type LocalStepFunctionsOptions,
  type LogLine,
} from '../../../../local/workflow';
import { Gate } from '../gate';
import {
  cleanUp,
  deploy,
  handler,
  invoke,
  newStack,
  runnerOf,
  runOnce,
  stateMachine,
  temporaryFolder,
} from '../support';

afterEach(async () => {
  await Gate.closeAll();
  await cleanUp();
});

/** Runs one function once. */
async function call(
  body: string,
  props: Partial<lambda.FunctionProps> = {},
  input: unknown = {},
  options: Partial<LocalStepFunctionsOptions> & { clock?: never } = {},
): Promise<ExecutionResult> {
  const { app, stack } = newStack();
  stateMachine(stack, invoke(stack, 'Call', handler(stack, 'Fn', body, props)));
  return runOnce(app, input, options);
}

const file = (files: Record<string, string>): Partial<lambda.FunctionProps> => ({
  code: lambda.Code.fromAsset(temporaryFolder(files)),
});

describe('environment', () => {
  test('is the template’s, Lambda’s own and endpoints; nothing of this process', async () => {
    process.env.LEAKED = 'secret of the laptop';
    const { app, stack } = newStack({ region: 'eu-west-1' });
    const fn = handler(stack, 'Fn', 'return process.env;', {
      memorySize: 512,
      environment: { NODE_OPTIONS: '--enable-source-maps', ROLE_NAME: 'x' },
    });
    stateMachine(stack, invoke(stack, 'Call', fn));
    const deployment = deploy(app);
    const { run, runner } = await runnerOf(deployment, { s3Endpoint: 'http://127.0.0.1:4566' });
    const { output } = await run();
    delete process.env.LEAKED;

    const [deployed] = deployment.functions;
    const credentials = credentialsOfSession(deployed!.roleArn, deployed!.name);
    const url = await runner.endpointUrl();
    expect(output).toEqual({
      NODE_OPTIONS: '--enable-source-maps',
      ROLE_NAME: 'x',
      _HANDLER: 'index.handler',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: deployed!.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${deployed!.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      LAMBDA_TASK_ROOT: expect.any(String),
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LANG: 'en_US.UTF-8',
      PATH: expect.stringContaining('/var/lang/bin'),
      TZ: ':UTC',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: `${url}/unavailable`,
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:4566',
      ...Object.fromEntries(
        ['SFN', 'EVENTBRIDGE', 'SQS', 'STS', 'CLOUDFORMATION'].map((name) => [`AWS_ENDPOINT_URL_${name}`, url]),
      ),
    });
  });

  test('credentials and endpoints of the caller', async () => {
    const { app, stack } = newStack();
    const fn = handler(
      stack,
      'Fn',
      'return [process.env.AWS_ACCESS_KEY_ID, process.env.AWS_SESSION_TOKEN ?? null, process.env.AWS_ENDPOINT_URL_KMS];',
    );
    stateMachine(stack, invoke(stack, 'Call', fn));
    const result = await runOnce(
      app,
      {},
      {
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' },
        serviceEndpoints: { KMS: 'http://127.0.0.1:1' },
      },
    );
    expect(result.output).toEqual(['AKIA', null, 'http://127.0.0.1:1']);
  });

  test('a service without an endpoint answers that it is not there', async () => {
    const result = await call(
      `const response = await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: { 'x-amz-target': 'Logs.PutLogEvents' } });
       return { status: response.status, ...(await response.json()) };`,
    );
    expect(result.output).toEqual({
      status: 400,
      __type: 'ServiceUnavailableLocally',
      message: expect.stringContaining('Logs.PutLogEvents'),
    });
  });
});

describe('invocation', () => {
  test('the context object', async () => {
    const result = await call('return { ...context, left: context.getRemainingTimeInMillis() > 0 };', {
      memorySize: 256,
      functionName: 'fn',
    });
    expect(result.output).toEqual({
      functionName: 'fn',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:fn',
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/fn',
      logStreamName: expect.any(String),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callbackWaitsForEmptyEventLoop: true,
      left: true,
    });
  });

  test('events and results are JSON', async () => {
    const result = await call(
      'event.seen = true; return { when: new Date(0), gone: undefined, event };',
      {},
      { a: 'é' },
    );
    expect(result.output).toEqual({ when: '1970-01-01T00:00:00.000Z', event: { a: 'é', seen: true } });
    expect((await call('')).output).toBeNull();
  });

  test('module state lives from one invocation to the next', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Fn', 'return (globalThis.n = (globalThis.n ?? 0) + 1);');
    stateMachine(stack, invoke(stack, 'One', fn).next(invoke(stack, 'Two', fn)));
    expect(await runOnce(app)).toMatchObject({ output: 2 });
  });

  test.each<[string, Partial<lambda.FunctionProps>, () => Partial<lambda.FunctionProps>]>([
    [
      'an ES module',
      {},
      () => file({ 'index.mjs': 'export const handler = async () => import.meta.url.slice(0, 5);' }),
    ],
    [
      'top-level await',
      {},
      () => file({ 'index.mjs': 'const v = await Promise.resolve("file:"); export const handler = async () => v;' }),
    ],
    [
      'a nested handler',
      { handler: 'index.api.run' },
      () => file({ 'index.js': 'exports.api = { run: async () => "file:" };' }),
    ],
    [
      'a callback, until Node.js 22',
      { runtime: lambda.Runtime.NODEJS_22_X },
      () => file({ 'index.js': 'exports.handler = (event, context, done) => done(null, "file:");' }),
    ],
  ])('%s', async (_name, props, code) => {
    expect(await call('', { ...props, ...code() })).toMatchObject({ status: 'SUCCEEDED', output: 'file:' });
  });
});

describe('failures', () => {
  test.each<[string, string, string, string | RegExp]>([
    ['an Error', "throw new TypeError('odd');", 'TypeError', 'odd'],
    ['a string', "throw 'text';", 'string', 'text'],
    ['a named object', "throw { name: 'Mine', message: 'm' };", 'Mine', 'm'],
    [
      'an unhandled rejection',
      "void Promise.reject(new Error('lost')); await new Promise(() => {});",
      'Runtime.UnhandledPromiseRejection',
      'Error: lost',
    ],
    [
      'an uncaught exception',
      "setTimeout(() => { throw new RangeError('late'); }); await new Promise(() => {});",
      'RangeError',
      'late',
    ],
    [
      'process.exit',
      'process.exit(3);',
      'Runtime.ExitError',
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    ],
    [
      'a result that is no JSON',
      'const loop = {}; loop.loop = loop; return loop;',
      'Runtime.MarshalError',
      /Unable to stringify/,
    ],
    ['a result over 6 MB', "return 'x'.repeat(6_300_000);", 'Function.ResponseSizeTooLarge', /6291556 bytes/],
  ])('%s', async (_name, body, errorType, errorMessage) => {
    const result = await call(body);
    expect(result).toMatchObject({ status: 'FAILED', error: errorType });
    const cause = JSON.parse(result.cause!);
    expect(cause).toMatchObject({ errorType });
    if (typeof errorMessage === 'string') expect(cause.errorMessage).toBe(errorMessage);
    else expect(cause.errorMessage).toMatch(errorMessage);
  });

  test.each<[string, Partial<lambda.FunctionProps>, Record<string, string>, string]>([
    ['a module that is not there', { handler: 'gone.handler' }, { 'index.js': '' }, 'Runtime.ImportModuleError'],
    ['a dependency that is not there', {}, { 'index.js': "require('left-out');" }, 'Runtime.ImportModuleError'],
    [
      'a handler that is not exported',
      { handler: 'index.other' },
      { 'index.js': 'exports.handler = 1;' },
      'Runtime.HandlerNotFound',
    ],
    ['a syntax error', {}, { 'index.js': 'const = 1;' }, 'Runtime.UserCodeSyntaxError'],
    ['an error while loading', {}, { 'index.js': "throw new EvalError('at load');" }, 'EvalError'],
    [
      'a callback on Node.js 24',
      {},
      { 'index.js': 'exports.handler = (a, b, c) => c();' },
      'Runtime.CallbackHandlerDeprecated',
    ],
  ])('%s', async (_name, props, files, error) => {
    expect(await call('', { ...props, ...file(files) })).toMatchObject({ status: 'FAILED', error });
  });

  test('the function’s own timeout', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Fn', "console.log('running'); for (;;);", { timeout: Duration.seconds(100) });
    stateMachine(stack, invoke(stack, 'Call', fn));
    let started = (): void => undefined;
    const logged = new Promise<void>((resolve) => (started = resolve));
    const { run, clock } = await runnerOf(deploy(app), { onLog: () => started() });
    const running = run();
    await logged;
    await clock.advance(100_000);
    const { error, cause, startDate, stopDate } = await running;
    expect(error).toBe('Sandbox.Timedout');
    expect(JSON.parse(cause!).errorMessage).toMatch(/^RequestId: \S+ Error: Task timed out after 100\.00 seconds$/);
    expect(stopDate.getTime() - startDate.getTime()).toBe(100_000);
  });

  test('after a crash the next invocation gets a new environment', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Fn', "if (event.crash) process.exit(1); return 'alive';");
    const crash = invoke(stack, 'Crash', fn);
    crash.addCatch(invoke(stack, 'Next', fn), { errors: ['Runtime.ExitError'] });
    stateMachine(stack, crash);
    const result = await runOnce(app, { crash: true });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: 'alive', states: ['Crash', 'Next'] });
    expect(Object.values(result.functions)[0]).toMatchObject({ invocations: 2, errors: 1 });
  });

  test.each<[string, Partial<lambda.FunctionProps>, { lambdaConcurrency?: number }]>([
    ['reserved concurrency', { reservedConcurrentExecutions: 2 }, {}],
    ['the account’s concurrency', {}, { lambdaConcurrency: 2 }],
  ])('invocations above %s are throttled', async (_name, props, options) => {
    const gate = await Gate.start();
    const { app, stack } = newStack();
    const task = invoke(stack, 'Call', handler(stack, 'Fn', `${gate.wait} return 1;`, props));
    task.addCatch(new sfn.Pass(stack, 'Throttled', { parameters: { error: sfn.JsonPath.stringAt('$.Error') } }), {
      errors: ['Lambda.TooManyRequestsException'],
    });
    const map = new sfn.Map(stack, 'Map');
    map.itemProcessor(task);
    stateMachine(stack, map);
    const running = runOnce(app, [0, 0, 0], options);
    await gate.reached(2);
    gate.open();
    const result = await running;
    expect(result.output).toEqual([1, 1, { error: 'Lambda.TooManyRequestsException' }]);
    expect(Object.values(result.functions)[0]).toMatchObject({ invocations: 2, throttles: 1, concurrency: 2 });
  });
});

test('logs are told line by line, with the request they belong to, and not printed', async () => {
  const lines: LogLine[] = [];
  let flushed = (): void => undefined;
  const written = new Promise<void>((resolve) => (flushed = resolve));
  const result = await call(
    `console.log('one %d', 1, { a: 1 }); console.error('two'); process.stdout.write('three\\n'); return context.awsRequestId;`,
    {},
    {},
    {
      onLog: (line) => {
        lines.push(line);
        if (line.message === 'three') flushed();
      },
    },
  );
  await written;
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ level: 'info', message: 'one 1 { a: 1 }', requestId: result.output }),
      expect.objectContaining({ level: 'error', message: 'two', logicalId: expect.stringMatching(/^Fn/) }),
      expect.objectContaining({ level: 'info', message: 'three' }),
    ]),
  );
});

test('a function of an aborted state runs on; idle waits for it', async () => {
  const gate = await Gate.start();
  const { app, stack } = newStack();
  const logged: string[] = [];
  const slow = handler(stack, 'Slow', `${gate.wait} console.log('done');`, { timeout: Duration.seconds(900) });
  const parallel = new sfn.Parallel(stack, 'Both');
  parallel.branch(invoke(stack, 'Long', slow));
  parallel.branch(
    new sfn.Wait(stack, 'Wait', { time: sfn.WaitTime.duration(Duration.seconds(10)) }).next(new sfn.Fail(stack, 'Bad')),
  );
  stateMachine(stack, parallel);
  const { run, runner, clock } = await runnerOf(deploy(app), { onLog: (line) => logged.push(line.message) });
  const running = run();
  await gate.reached(1);
  await clock.advance(10_000);
  expect((await running).status).toBe('FAILED');
  expect(logged).toEqual([]);
  gate.open();
  await runner.idle();
  expect(logged).toEqual(['done']);
});
