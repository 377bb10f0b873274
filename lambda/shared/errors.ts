import { ErrorName } from '../../lib/private/protocol';

/**
 * Messages name what executions ask for, which can be nearly as long as an input. A cause has at most 32,768 characters (API reference,
 * DescribeExecution): the JSON of a function has the message twice, escaped, and would be cut off in the middle.
 */
const MAX_MESSAGE = 6000;

/**
 * An error that people and Retry policies know by its name. The name is a property and not the name of a class, because
 * minifying renames classes and Lambda reports `name` as the error type.
 */
export class CopyError extends Error {
  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(shorten(message), options);
    this.name = name;
  }
}

function shorten(message: string): string {
  if (message.length <= MAX_MESSAGE) return message;
  // Not between the halves of a surrogate pair.
  return `${message.slice(0, MAX_MESSAGE - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function isCopyError(error: unknown, ...names: ErrorName[]): error is CopyError {
  return error instanceof CopyError && names.some((name) => (name as string) === error.name);
}

/** The same error, whose message also says this. */
export function addToMessage({ name, message, cause }: CopyError, text: string): CopyError {
  return new CopyError(name as ErrorName, `${message}; ${text}`, { cause });
}

/** Whether an error has a name of this library and is final. */
export function isFinal(name: string): boolean {
  return (Object.values(ErrorName) as string[]).includes(name) && !TRANSIENT.includes(name as ErrorName);
}

const TRANSIENT = [ErrorName.THROTTLED, ErrorName.TRANSIENT_S3_ERROR];

/** Whether the same call may succeed later. */
export function isTransient(error: unknown): boolean {
  return isCopyError(error, ...TRANSIENT);
}

/** The fields of an SDK exception that tell one from another. */
export interface SdkError {
  readonly name: string;
  readonly message: string;
  /** In a 412: the header whose condition failed. */
  readonly Condition?: string;
  /** Error code of Node.js. */
  readonly code?: string;
  readonly $metadata?: {
    readonly httpStatusCode?: number;
    readonly requestId?: string;
    readonly extendedRequestId?: string;
  };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** What the SDK threw; undefined for an error that began as one of ours. */
export function sdkErrorOf(error: unknown): SdkError | undefined {
  return error instanceof CopyError ? (error.cause as SdkError | undefined) : (error as SdkError);
}
