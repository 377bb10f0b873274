import { PROTECTION_ERRORS } from './tables/protection';
import { REQUEST_ERRORS } from './tables/requests';
import { SIGNATURE_ERRORS } from './tables/signatures';
import { STATUS_ERRORS } from './tables/statuses';

/**
 * The errors of S3 in S3's words: code, status, message. Where S3 uses one code for many cases (InvalidRequest, InvalidArgument,
 * AccessDenied, …) each case is a row of its own. `{name}` in a message is filled in by whoever throws.
 */
const ERRORS = {
  ...STATUS_ERRORS,
  ...REQUEST_ERRORS,
  ...PROTECTION_ERRORS,
  ...SIGNATURE_ERRORS,
} as const satisfies Record<string, readonly [status: number, code: string, message: string | undefined]>;

/** A row of the table above. */
export type S3ErrorKind = keyof typeof ERRORS;

/** Elements that S3 adds to the answer beside Code and Message; an undefined one is left out. */
export type ErrorFields = Readonly<Record<string, string | number | undefined>>;

/** An error that S3 answers a request with. */
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

  /** Headers that go with this error, such as `x-amz-delete-marker`. */
  withHeaders(headers: Record<string, string>): this {
    Object.assign(this.headers, headers);
    return this;
  }
}

/** The error of a row, with the fields of the answer and the values for its message. */
export function s3Error(
  kind: S3ErrorKind,
  fields: ErrorFields = {},
  values: Readonly<Record<string, string | number>> = {},
): S3Error {
  const [status, code, template] = ERRORS[kind];
  const text: string | undefined = template;
  const message = text?.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  return new S3Error(status, code, message, fields);
}
