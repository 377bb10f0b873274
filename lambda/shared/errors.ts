import { ErrorName } from '../../lib/private/protocol';

/**
 * Messages contain values of the input, which can be long. A cause has at most 32,768 characters (API reference, DescribeExecution). It is
 * JSON that contains the message twice, escaped, so the JSON of a longer message would be cut off.
 */
const MAX_MESSAGE = 6000;
/** The length in JSON, where a control character takes six. 8,000 remain for the stack, and for what the state machine adds. */
const MAX_ESCAPED = 12_000;

/**
 * An error that users and Retry policies recognize by its name. The name is a property and not the name of a class, because
 * minifying renames classes and Lambda reports `name` as the error type.
 */
export class CopyError extends Error {
  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(shorten(message), options);
    this.name = name;
  }
}

/** @returns the message, shortened if it is long, and the added text, which is not shortened */
function shorten(message: string, added = ''): string {
  const [longest, longestEscaped] = [MAX_MESSAGE - added.length, MAX_ESCAPED - escapedLength(added)];
  if (message.length <= longest && escapedLength(message) <= longestEscaped) return message + added;
  let [length, escaped] = [0, 0];
  // By code points, so that no surrogate pair is cut.
  for (const character of message) {
    escaped += escapedLength(character);
    if (length + character.length >= longest || escaped >= longestEscaped) break;
    length += character.length;
  }
  return `${message.slice(0, length)}…${added}`;
}

/** Of the text in JSON. */
function escapedLength(text: string): number {
  return JSON.stringify(text).length - 2;
}

export function isCopyError(error: unknown, ...names: ErrorName[]): error is CopyError {
  return error instanceof CopyError && names.some((name) => (name as string) === error.name);
}

/** The same error with a text added to its message, which is shortened if it is long. */
export function addToMessage({ name, message, cause }: CopyError, text: string): CopyError {
  return new CopyError(name as ErrorName, shorten(message, `; ${text}`), { cause });
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

/** The fields by which exceptions of the SDK are distinguished. */
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

/** The exception of the SDK; undefined if this library made the error without one. */
export function sdkErrorOf(error: unknown): SdkError | undefined {
  return error instanceof CopyError ? (error.cause as SdkError | undefined) : (error as SdkError);
}
