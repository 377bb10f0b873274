import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { cleanUp, handler, invoke, newStack, runOnce, stateMachine } from './support';

afterEach(cleanUp);

describe('Lambda tasks', () => {
  test('lambda:invoke gives the response of Invoke, a bare ARN the payload alone', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Double', 'return { value: event.value * 2, name: context.functionName };');
    const first = invoke(stack, 'First', fn, { payloadResponseOnly: false, resultPath: '$.first' });
    const second = invoke(stack, 'Second', fn, { inputPath: '$.first.Payload', resultPath: '$.second' });
    stateMachine(stack, first.next(second));

    const result = await runOnce(app, { value: 3 });

    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['First', 'Second'], events: 12 });
    expect(result.output).toMatchObject({
      first: {
        StatusCode: 200,
        ExecutedVersion: '$LATEST',
        Payload: { value: 6 },
        SdkHttpMetadata: { HttpStatusCode: 200 },
      },
      second: { value: 12, name: expect.stringMatching(/^Test-Double/) },
    });
  });

  test('an error is its name and the JSON that Lambda answers', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Fail', "const e = new Error('no \"such\" key'); e.name = 'SourceNotFound'; throw e;");
    const task = invoke(stack, 'Try', fn);
    task.addCatch(new sfn.Pass(stack, 'Caught'), { errors: ['SourceNotFound'], resultPath: '$.error' });
    stateMachine(stack, task);

    const result = await runOnce(app, { a: 1 });

    expect(result.states).toEqual(['Try', 'Caught']);
    const { error } = result.output as { error: { Error: string; Cause: string } };
    expect(error.Error).toBe('SourceNotFound');
    expect(JSON.parse(error.Cause)).toEqual({
      errorType: 'SourceNotFound',
      errorMessage: 'no "such" key',
      trace: expect.arrayContaining([expect.stringContaining('SourceNotFound')]),
    });
  });
});

describe('distributed Map', () => {
  test('a thousand children', async () => {
    const { app, stack } = newStack();
    const fn = handler(stack, 'Echo', 'return event;');
    const map = new sfn.DistributedMap(stack, 'Parts', {
      itemsPath: '$.parts',
      itemSelector: { part: sfn.JsonPath.stringAt('$$.Map.Item.Value'), plan: sfn.JsonPath.stringAt('$.plan') },
      mapExecutionType: sfn.StateMachineType.STANDARD,
    }).itemProcessor(invoke(stack, 'Part', fn));
    stateMachine(stack, map);
    const result = await runOnce(app, { plan: 'p', parts: Array.from({ length: 1000 }, (_, i) => i) });
    expect(result).toMatchObject({ status: 'SUCCEEDED', states: ['Parts'], mapRuns: [{ status: 'SUCCEEDED' }] });
    expect((result.output as any[])[999]).toEqual({ part: 999, plan: 'p' });
  });
});
