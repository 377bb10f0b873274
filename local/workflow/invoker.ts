import { type Json } from './json';

/** The calls of Step Functions to Lambda. */
export interface FunctionInvoker {
  /**
   * Invokes a function synchronously.
   *
   * @throws FunctionError if the function or its runtime failed
   * @throws InvokeRefused if Lambda refuses the invocation
   * @throws LocalWorkflowError for a function that cannot run here
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}

export interface InvokeRequest {
  /** Name, partial ARN or ARN, with or without a version or an alias. */
  readonly functionName: string;
  readonly payload: Json;
  /** The invoker: the execution, the state, and the number of the attempt, from 0. Empty texts for an event. */
  readonly caller: { readonly executionArn: string; readonly state: string; readonly retryCount: number };
}

export interface InvokeResult {
  readonly payload: Json;
  readonly requestId: string;
}

/** An error as Lambda returns it in the payload of a failed invocation. */
export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** A failed invocation. Step Functions uses the `errorType` as the error name, and the whole payload as the cause. */
export class FunctionError extends Error {
  constructor(readonly payload: ErrorPayload) {
    super(payload.errorMessage);
    this.name = payload.errorType;
  }
}

/**
 * An invocation that Lambda refuses, or whose answer does not reach Step Functions. The error name is `Lambda.<name>`.
 */
export class InvokeRefused extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
