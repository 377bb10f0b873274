import {
  ExecutionError,
  StateMachine,
  type RunOptions as InterpreterOptions,
  type StateMachineDefinition,
} from 'aws-local-stepfunctions';
import { type JsonObject, type Json } from './json';

type Interpretation = ReturnType<StateMachine['run']>;
/** One entry of the interpreter's log. */
export type InterpreterEvent = Interpretation['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;
export type TaskHandler = (input: Json) => Promise<Json>;

/** How a failure looks to Retry, Catch and whoever reads the execution. */
export class StateFailure extends Error {
  /** Read by the interpreter: false keeps every retrier away. */
  readonly isRetryable: boolean;
  /** Read by the interpreter: false keeps every catcher away. */
  readonly isCatchable: boolean;

  /** @param error undefined is what a Fail state without Error gives */
  constructor(
    readonly error: string | undefined,
    readonly reason: string | undefined,
    handling: { retryable?: boolean; catchable?: boolean } = {},
  ) {
    super(reason ?? '');
    this.name = error ?? '';
    this.isRetryable = handling.retryable ?? true;
    this.isCatchable = handling.catchable ?? true;
  }
}

/** `States.Runtime`: no Retry and no Catch stops it. */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure('States.Runtime', cause, { retryable: false, catchable: false });
}

/** What a nested run failed with, so that the state around it can retry or catch it by name. */
export function unwrap(error: unknown): unknown {
  return error instanceof ExecutionError ? error.cause : error;
}

/** What ended an interpretation that failed: error name and cause as Step Functions would show them. */
export function failureOf(error: unknown): { error?: string; cause?: string } {
  const inner = unwrap(error);
  if (inner instanceof StateFailure) {
    return {
      ...(inner.error !== undefined && { error: inner.error }),
      ...(inner.reason !== undefined && { cause: inner.reason }),
    };
  }
  if (!(inner instanceof Error)) return { error: 'States.Runtime', cause: String(inner) };
  if (inner.name === 'States.Timeout') return { error: inner.name };
  // The interpreter's own States.* errors; anything else is its refusal of a path or an intrinsic, States.Runtime on AWS.
  return { error: inner.name.startsWith('States.') ? inner.name : 'States.Runtime', cause: inner.message };
}

/**
 * `States.Timeout`, in the interpreter's own class. It does not export that class, and excludes it from States.TaskFailed by
 * `instanceof`; so it is taken from a run that times out.
 */
export async function timeoutFailure(): Promise<Error> {
  timeoutClass ??= findTimeoutClass();
  const failure = new (await timeoutClass)();
  failure.message = '';
  return failure;
}

let timeoutClass: Promise<new () => Error> | undefined;

async function findTimeoutClass(): Promise<new () => Error> {
  const probe = { StartAt: 'T', States: { T: { Type: 'Task', Resource: 'probe', TimeoutSeconds: 0.001, End: true } } };
  const run = new StateMachine(probe as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const never = (): Promise<null> => new Promise(() => undefined);
  try {
    await run.run(null, { overrides: { taskResourceLocalHandlers: { T: never } } }).result;
  } catch (error) {
    return (error as Error).cause!.constructor as new () => Error;
  }
  throw new Error('aws-local-stepfunctions did not time out a task. This project is made for its version 3.0.0.');
}

/** Evaluates a payload template alone, with the interpreter's own rules. */
export async function evaluateTemplate(template: JsonObject, context: JsonObject): Promise<Json> {
  const machine = { StartAt: 'P', States: { P: { Type: 'Pass', Parameters: template, End: true } } };
  const run = new StateMachine(machine as unknown as StateMachineDefinition, {
    validationOptions: { noValidate: true },
  });
  return run.run(null, { context }).result;
}

/** Starts a definition that has been compiled for the interpreter; it is not validated again. */
export function interpret(
  machine: StateMachine,
  input: Json,
  handlers: Record<string, TaskHandler>,
  context: JsonObject,
): Interpretation {
  const options: InterpreterOptions = { overrides: { taskResourceLocalHandlers: handlers }, context };
  return machine.run(input, options);
}

export function interpreterOf(definition: JsonObject): StateMachine {
  return new StateMachine(definition as unknown as StateMachineDefinition, { validationOptions: { noValidate: true } });
}
