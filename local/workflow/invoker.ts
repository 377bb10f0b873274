import { type Json } from './json';

/** What Step Functions asks of Lambda. */
export interface FunctionInvoker {
  /**
   * Invokes a function synchronously.
   *
   * @throws FunctionError what the function or its runtime failed with
   * @throws InvokeRefused what Lambda answers instead of invoking
   * @throws LocalWorkflowError for a function that cannot run here
   */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
}

export interface InvokeRequest {
  /** Name, partial ARN or ARN, with a version or an alias or without. */
  readonly functionName: string;
  readonly payload: Json;
  /** Who invokes: the execution, the state, and which try of it this is, from 0. Empty texts: an event. */
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

/** A failed invocation: Step Functions takes the `errorType` for the error name, and the whole payload for the cause. */
export class FunctionError extends Error {
  constructor(readonly payload: ErrorPayload) {
    super(payload.errorMessage);
    this.name = payload.errorType;
  }
}

/** An invocation that Lambda itself refuses, or that Step Functions gets no answer from; the error name is `Lambda.<name>`. */
export class InvokeRefused extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
