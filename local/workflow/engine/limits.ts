import { InvalidExecution } from '../errors';
import { jsonBytes } from '../json';

/** Quotas of Step Functions ("Service quotas", Step Functions Developer Guide). */
export const LIMITS = {
  /** Bytes of UTF-8 JSON of any input or output of a state, a task or an execution. */
  payloadBytes: 262_144,
  /** Events of one Standard execution. The last one is the ExecutionFailed that reports the limit. */
  historyEvents: 25_000,
  /** Iterations of one inline Map at a time. */
  inlineMapConcurrency: 40,
  /** Child executions of one Map Run at a time. */
  distributedMapConcurrency: 10_000,
  /** Child executions that one Map Run starts per second. */
  dispatchPerSecond: { STANDARD: 100, EXPRESS: 1000 },
  /** Seconds that an Express execution may take. */
  expressSeconds: 300,
  /** Characters of the cause of a failure. */
  causeLength: 32_768,
  /** Redrives of one Map Run. */
  mapRunRedrives: 1000,
  /** Days after its end in which an execution can be redriven. */
  redriveDays: 14,
} as const;

export const HISTORY_LIMIT_CAUSE = `The execution reached the maximum number of history events (${LIMITS.historyEvents}).`;

export function exceedsPayload(value: unknown): boolean {
  return jsonBytes(value) > LIMITS.payloadBytes;
}

/** @throws InvalidExecution for what StartExecution refuses (API reference, StartExecution, `name`) */
export function checkExecutionName(name: string): void {
  // eslint-disable-next-line no-control-regex -- the expression finds control characters
  if (name.length >= 1 && name.length <= 80 && !/[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/.test(name))
    return;
  throw new InvalidExecution(
    `"${name}" is not a valid execution name. Use 1 to 80 characters, without spaces, brackets, wildcards or any of "#%\\^|~\`$&,;:/.`,
  );
}

/** @throws InvalidExecution when the input is not JSON or over 256 KiB */
export function checkExecutionInput(input: unknown): void {
  if (input === undefined)
    throw new InvalidExecution('The execution has no input. Specify a JSON value, for example {}.');
  const bytes = jsonBytes(input);
  if (bytes <= LIMITS.payloadBytes) return;
  throw new InvalidExecution(`The input has ${bytes} bytes; Step Functions accepts at most ${LIMITS.payloadBytes}.`);
}
