import { type ConstantTask, type LambdaTask, type WaitTask } from './compile';
import { LocalWorkflowError } from './errors';
import { type Frame } from './frame';
import { runtimeFailure, StateFailure, timeoutFailure } from './interpreter';
import { asText, asNumber, asObject, asString, type Json, type JsonObject } from './json';
import { LambdaServiceError, type InvocationResult } from './lambda';
import { InvocationFailed } from './lambda-environment';
import { dataLimitExceeded, exceedsPayload } from './limits';

/** One try of a Task state that calls a Lambda function. */
export async function runLambda(task: LambdaTask, input: Json, frame: Frame): Promise<Json> {
  const { execution, scope } = frame;
  const parameters = task.wrapped ? (asObject(input).parameters ?? null) : input;
  const timeoutSeconds = task.wrapped ? asNumber(asObject(input).timeoutSeconds) : task.timeoutSeconds;
  const tooLarge = dataLimitExceeded(task.form === 'invoke' ? 'lambda' : task.resource, task.catchesDataLimit);
  if (exceedsPayload(parameters)) throw tooLarge;
  const { functionName, payload } = invocationOf(task, parameters);
  execution.count(2);
  try {
    const invocation = execution.runtime.lambda.invoke(functionName, payload);
    const result = await scope.race(withTimeout(invocation, timeoutSeconds, frame));
    const output = task.form === 'invoke' ? invokeResponse(result) : result.payload;
    if (exceedsPayload(output)) throw tooLarge;
    execution.count(1);
    return output;
  } catch (error) {
    execution.count(1);
    if (error instanceof LocalWorkflowError) execution.runtime.fail(error);
    throw asStateFailure(error);
  }
}

function invocationOf(task: LambdaTask, parameters: Json): { functionName: string; payload: Json } {
  if (task.form === 'function') return { functionName: task.resource, payload: parameters };
  const {
    FunctionName: name,
    Payload: payload = {},
    Qualifier: qualifier,
    InvocationType: type,
  } = asObject(parameters);
  if (typeof name !== 'string') {
    throw runtimeFailure(`State ${task.stateName}: FunctionName of lambda:invoke must be a string.`);
  }
  if (type !== undefined && type !== 'RequestResponse') {
    throw runtimeFailure(`State ${task.stateName}: InvocationType ${asText(type)} is not supported by the local run.`);
  }
  return { functionName: typeof qualifier === 'string' ? `${name}:${qualifier}` : name, payload };
}

/** The result of `arn:aws:states:::lambda:invoke`: that of Lambda's Invoke, with the payload parsed. */
function invokeResponse({ payload, requestId }: InvocationResult): JsonObject {
  const length = String(Buffer.byteLength(JSON.stringify(payload)));
  return {
    ExecutedVersion: '$LATEST',
    Payload: payload,
    SdkHttpMetadata: {
      AllHttpHeaders: {
        'X-Amz-Executed-Version': ['$LATEST'],
        'x-amzn-RequestId': [requestId],
        'Content-Length': [length],
        'Content-Type': ['application/json'],
      },
      HttpHeaders: {
        'Content-Length': length,
        'Content-Type': 'application/json',
        'X-Amz-Executed-Version': '$LATEST',
        'x-amzn-RequestId': requestId,
      },
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}

/** TimeoutSeconds of a Task: the state fails with States.Timeout, the function runs on. */
function withTimeout<T>(promise: Promise<T>, seconds: number | undefined, frame: Frame): Promise<T> {
  if (seconds === undefined) return promise;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => void timeoutFailure().then(reject),
      frame.execution.runtime.clock.timeoutMs(seconds),
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Error is the handler's error name, Cause the JSON text that Lambda answered with. */
function asStateFailure(error: unknown): unknown {
  if (error instanceof InvocationFailed) return new StateFailure(error.name, JSON.stringify(error.payload));
  if (error instanceof LambdaServiceError) return new StateFailure(`Lambda.${error.name}`, error.message);
  return error;
}

export async function runWait(task: WaitTask, input: Json, frame: Frame): Promise<Json> {
  const { input: passedOn = null, seconds, timestamp } = asObject(input);
  const until = asString(timestamp) ?? task.timestamp;
  const wait = asNumber(seconds) ?? task.seconds ?? (until === undefined ? 0 : secondsUntil(until));
  if (wait < 0 && until === undefined) {
    throw runtimeFailure(`State ${task.stateName} cannot wait for ${wait} seconds.`);
  }
  await frame.scope.sleep(frame.execution.runtime.clock.waitMs(wait));
  return passedOn;
}

function secondsUntil(timestamp: string): number {
  const time = Date.parse(timestamp);
  if (Number.isNaN(time)) throw runtimeFailure(`"${timestamp}" is no timestamp of RFC 3339.`);
  return Math.max(0, (time - Date.now()) / 1000);
}

/** A Fail state: no Catch of its own, but that of the Map or Parallel around it. */
export function runFail(input: Json): never {
  const { error, cause } = asObject(input);
  throw new StateFailure(asString(error), asString(cause));
}

export function runConstant(task: ConstantTask): Json {
  return task.value;
}
