import { PROTECTION_ERRORS } from './tables/protection';
import { REQUEST_ERRORS } from './tables/requests';
import { SIGNATURE_ERRORS } from './tables/signatures';
import { STATUS_ERRORS } from './tables/statuses';

/**
 * The errors of S3 with their status, code and message. If S3 uses one code for several cases (InvalidRequest, InvalidArgument,
 * AccessDenied, …), each case has its own row. `s3Error` replaces `{name}` in a message.
 */
const ERRORS = {
  ...STATUS_ERRORS,
  ...REQUEST_ERRORS,
  ...PROTECTION_ERRORS,
  ...SIGNATURE_ERRORS,
} as const satisfies Record<string, readonly [status: number, code: string, message: string | undefined]>;

/** The name of a row in the table above. */
export type S3ErrorKind = keyof typeof ERRORS;

/** Elements of the error document in addition to Code and Message. Undefined elements are omitted. */
export type ErrorFields = Readonly<Record<string, string | number | undefined>>;

/** An error response of S3. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly headers: Record<string, string> = {};

  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string | undefined,
    readonly fields: ErrorFields = {},
  ) {
    super(`${code}: ${description ?? ''}`);
  }

  /** Adds headers to the response, such as `x-amz-delete-marker`. */
  withHeaders(headers: Record<string, string>): this {
    Object.assign(this.headers, headers);
    return this;
  }
}

/**
 * Creates the error of a row.
 * @param fields further elements of the error document
 * @param values for the placeholders in the message
 */
export function s3Error(
  kind: S3ErrorKind,
  fields: ErrorFields = {},
  values: Readonly<Record<string, string | number>> = {},
): S3Error {
  const [status, code, template] = ERRORS[kind];
  const text: string | undefined = template;
  const message = text?.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    String(Object.hasOwn(values, name) ? values[name] : placeholder),
  );
  return new S3Error(status, code, message, fields);
}
