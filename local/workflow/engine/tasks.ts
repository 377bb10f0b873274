import { timeOf } from '../asl/choice';
import { applyParameters, literalOrPath } from '../asl/data-flow';
import { LAMBDA_INVOKE, PUT_EVENTS, sfnActionOf } from '../asl/definition';
import { dataLimitExceeded, failureOf, runtimeFailure, StateFailure, timeoutFailure } from '../asl/failure';
import { type EvaluationScope } from '../asl/template';
import { type Clock } from '../clock';
import { LocalWorkflowError } from '../errors';
import { FunctionError, InvokeRefused, type InvokeResult } from '../invoker';
import { asNumber, asObject, asString, asText, type Json, type JsonObject } from '../json';
import { addEvent } from './frame';
import { type EventDetails } from './history';
import { exceedsPayload } from './limits';
import { putEvents } from './put-events';
import { scopeOf, type Visit } from './visit';

/** The differences between the services that a Task can call. */
interface Integration {
  /** Name of the task in the error for a result that is too large. */
  readonly what: string;
  /** @returns the result of the Task */
  readonly call: () => Promise<Json>;
  /** Prefix of the types of the Task's events. */
  readonly events: 'Task' | 'LambdaFunction';
  readonly scheduled: EventDetails;
  readonly started: EventDetails | undefined;
  /** Details that every later event has, too. */
  readonly about: EventDetails;
}

/** One attempt of a Task: a synchronous call of a service. */
export async function runTask(visit: Visit, scope: EvaluationScope): Promise<Json> {
  const { state, frame } = visit;
  const parameters = applyParameters(state.Parameters, scope);
  const integration = integrationOf(asText(state.Resource), visit, parameters);
  const { what, events, about } = integration;
  if (exceedsPayload(parameters)) throw dataLimitExceeded(what);
  const limits = limitsOf(visit, scope);
  addEvent(frame, `${events}Scheduled`, { ...integration.scheduled, ...limits });
  addEvent(frame, `${events}Started`, integration.started);
  try {
    frame.scope.check();
    const { clock } = frame.execution.runtime;
    const limitSeconds = Math.min(...Object.values(limits));
    const output = await frame.scope.race(withLimit(integration.call(), limitSeconds, clock));
    if (exceedsPayload(output)) throw dataLimitExceeded(what);
    addEvent(frame, `${events}Succeeded`, { output, ...about });
    return output;
  } catch (error) {
    throw failed(visit, error, integration);
  }
}

/**
 * Adds the event of a failed attempt.
 *
 * @returns the failure to throw
 */
function failed({ frame }: Visit, error: unknown, { events, about }: Integration): unknown {
  if (frame.scope.aborted) return error;
  if (error instanceof LocalWorkflowError) frame.execution.runtime.fail(error);
  const failure = stateFailureOf(error);
  const type = failure.error === 'States.Timeout' ? 'TimedOut' : 'Failed';
  addEvent(frame, `${events}${type}`, {
    ...(failure.error !== undefined && { error: failure.error }),
    ...(failure.reason !== undefined && { cause: failure.reason }),
    ...about,
  });
  return failure;
}

/** Error is the error name of the handler; Cause is the JSON text that Lambda returned. */
function stateFailureOf(error: unknown): StateFailure {
  if (error instanceof FunctionError) return new StateFailure(error.name, JSON.stringify(error.payload));
  if (error instanceof InvokeRefused) return new StateFailure(`Lambda.${error.name}`, error.message);
  return failureOf(error);
}

function integrationOf(resource: string, visit: Visit, parameters: Json): Integration {
  const action = sfnActionOf(resource);
  if (action !== undefined) return sfnTask(visit, action, parameters);
  if (PUT_EVENTS.test(resource)) return putEventsTask(visit, parameters);
  return LAMBDA_INVOKE.test(resource) ? lambdaInvoke(visit, parameters) : lambdaFunction(resource, visit, parameters);
}

function invoke({ name, frame, retryCount }: Visit, functionName: string, payload: Json): Promise<InvokeResult> {
  const { runtime, identity } = frame.execution;
  const caller = { executionArn: identity.executionArn, state: name, retryCount };
  return runtime.lambda.invoke({ functionName, payload, caller });
}

/**
 * TimeoutSeconds and HeartbeatSeconds. A function sends no heartbeats, so the shorter of the two ends the state with
 * States.Timeout; the function continues to run.
 */
function withLimit<T>(promise: Promise<T>, seconds: number, clock: Clock): Promise<T> {
  if (seconds === Infinity) return promise;
  return new Promise((resolve, reject) => {
    const cancel = clock.limit(seconds * 1000, () => reject(timeoutFailure()));
    promise.then(resolve, reject).finally(cancel);
  });
}

function limitsOf({ name, state }: Visit, scope: EvaluationScope): Record<string, number> {
  const seconds = (field: string): number | undefined => {
    const value = literalOrPath(state, field, scope);
    const number = asNumber(value);
    if (value === undefined || (number !== undefined && number > 0)) return number;
    throw runtimeFailure(`State ${name}: ${field} must be a positive number, not ${asText(value)}.`);
  };
  const timeoutInSeconds = seconds('TimeoutSeconds');
  const heartbeatInSeconds = seconds('HeartbeatSeconds');
  return {
    ...(timeoutInSeconds !== undefined && { timeoutInSeconds }),
    ...(heartbeatInSeconds !== undefined && { heartbeatInSeconds }),
  };
}

/** A function's ARN as Resource: the input is the payload, the payload of the answer the result. */
function lambdaFunction(resource: string, visit: Visit, parameters: Json): Integration {
  return {
    what: resource,
    call: async () => (await invoke(visit, resource, parameters)).payload,
    events: 'LambdaFunction',
    scheduled: { input: parameters, resource },
    started: undefined,
    about: {},
  };
}

/** `arn:aws:states:::lambda:invoke`: parameters and result are those of Lambda's Invoke, with the payload parsed. */
function lambdaInvoke(visit: Visit, parameters: Json): Integration {
  const { name, frame } = visit;
  const { FunctionName: functionName, Payload: payload = {}, Qualifier: qualifier } = asObject(parameters);
  if (typeof functionName !== 'string') {
    throw runtimeFailure(`State ${name}: FunctionName of lambda:invoke must be a string.`);
  }
  const about = { resource: 'invoke', resourceType: 'lambda' };
  const qualified = typeof qualifier === 'string' ? `${functionName}:${qualifier}` : functionName;
  return {
    what: 'lambda',
    call: async () => invokeResponse(await invoke(visit, qualified, payload)),
    events: 'Task',
    scheduled: { ...about, region: regionOf(frame), parameters },
    started: about,
    about,
  };
}

function putEventsTask(visit: Visit, parameters: Json): Integration {
  const about = { resource: 'putEvents', resourceType: 'events' };
  return {
    what: 'events',
    // eslint-disable-next-line @typescript-eslint/require-await -- an error has to reject
    call: async () => putEvents(visit, parameters),
    events: 'Task',
    scheduled: { ...about, region: regionOf(visit.frame), parameters },
    started: about,
    about,
  };
}

/** `arn:aws:states:::aws-sdk:sfn:…`: an action of Step Functions itself. */
function sfnTask({ frame }: Visit, action: string, parameters: Json): Integration {
  const about = { resource: action, resourceType: 'aws-sdk:sfn' };
  const { runtime, identity } = frame.execution;
  return {
    what: `aws-sdk:sfn:${action}`,
    // eslint-disable-next-line @typescript-eslint/require-await -- an error has to reject
    call: async () => runtime.callStepFunctions(action, asObject(parameters), identity.roleArn),
    events: 'Task',
    scheduled: { ...about, region: regionOf(frame), parameters },
    started: about,
    about,
  };
}

function regionOf({ execution }: Visit['frame']): string {
  return execution.identity.stateMachineArn.split(':')[3] ?? '';
}

function invokeResponse({ payload, requestId }: InvokeResult): JsonObject {
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

/** Waits for seconds, or until a time. A time in the past ends the wait immediately. */
export async function runWait(visit: Visit, scope: EvaluationScope): Promise<void> {
  const { name, state, frame } = visit;
  const { clock } = frame.execution.runtime;
  const seconds = literalOrPath(state, 'Seconds', scope);
  const timestamp = literalOrPath(state, 'Timestamp', scope);
  await frame.scope.sleep(
    clock,
    seconds === undefined ? untilMs(name, timestamp, clock.now()) : secondsMs(name, seconds),
  );
}

function secondsMs(name: string, seconds: Json): number {
  if (typeof seconds === 'number' && seconds >= 0) return seconds * 1000;
  throw runtimeFailure(`State ${name} cannot wait for ${asText(seconds)} seconds: a number from 0 is expected.`);
}

function untilMs(name: string, timestamp: Json | undefined, now: number): number {
  const time = timeOf(asText(timestamp));
  if (time !== undefined) return Math.max(0, time - now);
  throw runtimeFailure(`State ${name} cannot wait until "${asText(timestamp)}", which is not a timestamp of RFC 3339.`);
}

/** A Fail state. It has no Catch of its own, but a Map or Parallel around it can have one. */
export function failWith(visit: Visit): StateFailure {
  const scope = scopeOf(visit, visit.cursor.input);
  const error = literalOrPath(visit.state, 'Error', scope);
  const cause = literalOrPath(visit.state, 'Cause', scope);
  return new StateFailure(asString(error), asString(cause));
}
