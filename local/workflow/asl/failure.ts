/**
 * A failure of a state: the name and the cause that Retry, Catch and DescribeExecution see. Names that begin with
 * `States.` are those of the Amazon States Language ("Errors", appendix A of the specification, and "Handling errors in
 * Step Functions workflows", Step Functions Developer Guide).
 */
export class StateFailure extends Error {
  /** @param error undefined for a Fail state without Error */
  constructor(
    readonly error: string | undefined,
    readonly reason?: string,
  ) {
    super(reason ?? '');
    this.name = error ?? '';
  }
}

/** `States.Runtime`: no Retry and no Catch handles it, and it always ends the execution. */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure('States.Runtime', cause);
}

/** `States.Timeout`, which Step Functions reports without a cause. */
export function timeoutFailure(): StateFailure {
  return new StateFailure('States.Timeout');
}

/**
 * `States.DataLimitExceeded`, with the message of AWS.
 *
 * @param what `lambda` for lambda:invoke, otherwise the ARN of the function or the name of the state
 */
export function dataLimitExceeded(what: string): StateFailure {
  return new StateFailure(
    'States.DataLimitExceeded',
    `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** The failure for an error that is not a `StateFailure`. */
export function failureOf(error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  return runtimeFailure(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}

/** States.ALL and States.TaskFailed do not match these errors ("Error names", Step Functions Developer Guide). */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Whether one of the names in `ErrorEquals` matches the failure. */
export function errorEquals(names: readonly unknown[], { error = '' }: StateFailure): boolean {
  if (error === 'States.Runtime') return false;
  if (names.includes(error)) return true;
  if (TERMINAL.has(error)) return false;
  return names.includes('States.ALL') || (names.includes('States.TaskFailed') && error !== 'States.Timeout');
}
