import { ErrorName } from '../../lib/private/protocol';
import { explainDenial } from './access-denied';
import { type CallContext, describeCall, describeTargets, endsOf } from './call-context';
import { describeObject } from './describe-object';
import { KMS_KEY_STATES, STATUS_OF_CODE, THROTTLING_CODES, TRANSIENT_CODES } from './error-codes';
import { CopyError, type SdkError } from './errors';

/** What an error of S3 means for the copy. */
interface Explanation {
  readonly name: ErrorName;
  /** What happened and what to do. */
  readonly text: (context: CallContext) => string;
}

const sourceOf = ({ source }: CallContext) => (source ? describeObject(source) : 'the source');
const destinationOf = ({ destination }: CallContext) => (destination ? describeObject(destination) : 'the destination');

const SOURCE_CHANGED: Explanation = {
  name: ErrorName.SOURCE_CHANGED,
  text: (c) =>
    `${sourceOf(c)} was overwritten or deleted while it was being copied; start the copy again when it no longer changes, or name a versionId`,
};

const DESTINATION_EXISTS: Explanation = {
  name: ErrorName.DESTINATION_EXISTS,
  text: (c) =>
    c.ifMatch === undefined
      ? `${destinationOf(c)} exists and options.overwrite is 'never'`
      : `${destinationOf(c)} does not have the ETag ${c.ifMatch} of options.ifMatch`,
};

const CONCURRENT_WRITE: Explanation = {
  name: ErrorName.CONCURRENT_WRITE,
  text: (c) => `${destinationOf(c)} was written or deleted during the copy; start the copy again`,
};

const THROTTLED: Explanation = {
  name: ErrorName.THROTTLED,
  text: (c) =>
    `requests for ${describeTargets(c)} are being throttled, by S3 or by KMS; lower maxConcurrency if this persists`,
};

const TRANSIENT: Explanation = {
  name: ErrorName.TRANSIENT_S3_ERROR,
  text: () => 'the service could not answer; the same request may succeed later',
};

const REJECTED: Explanation = {
  name: ErrorName.REQUEST_REJECTED,
  text: () => 'the service rejected the request; sending it again does not help',
};

const TOO_LARGE: Explanation = {
  name: ErrorName.OBJECT_TOO_LARGE,
  text: (c) => `${sourceOf(c)} is larger than S3 accepts in this call`,
};

/** The message of S3 names the key. */
function kmsKeyUnavailable(state: string): Explanation {
  return {
    name: ErrorName.KMS_KEY_UNAVAILABLE,
    text: (c) => `a KMS key of ${describeTargets(c)} ${state}, then start the copy again`,
  };
}

/** By error code. Codes are looked up before the HTTP status, which says less. */
const BY_CODE: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  [
    'NoSuchUpload',
    {
      name: ErrorName.UPLOAD_NOT_FOUND,
      text: (c) =>
        `the multipart upload to ${destinationOf(c)} was aborted or completed by somebody else; start the copy again`,
    },
  ],
  [
    'NoSuchBucket',
    {
      name: ErrorName.BUCKET_NOT_FOUND,
      text: (c) => `a bucket does not exist: check ${describeTargets(c)}`,
    },
  ],
  ['ConditionalRequestConflict', CONCURRENT_WRITE],
  [
    'InvalidObjectState',
    {
      name: ErrorName.SOURCE_ARCHIVED,
      text: (c) =>
        `${sourceOf(c)} is archived; restore it with RestoreObject, and start the copy when the restore is complete`,
    },
  ],
  [
    'BadDigest',
    {
      name: ErrorName.CHECKSUM_MISMATCH,
      text: (c) =>
        `the bytes copied to ${destinationOf(c)} are not those of ${sourceOf(c)}; nothing was created, start the copy again`,
    },
  ],
  ['EntityTooLarge', TOO_LARGE],
  ...THROTTLING_CODES.map((code) => [code, THROTTLED] as const),
  ...TRANSIENT_CODES.map((code) => [code, TRANSIENT] as const),
  ...[...KMS_KEY_STATES].map(([code, state]) => [code, kmsKeyUnavailable(state)] as const),
]);

/** Codes of Node.js and of the SDK for a request that got no answer. The SDK may wrap the error and keep only its message. */
const NETWORK_ERROR = /\b(ECONN\w+|ENET\w+|EHOST\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|TimeoutError|AbortError)\b/;

/** Names that the SDK gives to errors without a body. */
const NO_ANSWER: readonly unknown[] = ['Unknown', 'UnknownError'];

/** Turns what the SDK threw into an error with one of our names. */
export function explainError(error: unknown, context: CallContext): CopyError {
  if (error instanceof CopyError) return error;
  const sdkError = error as SdkError;
  const { httpStatusCode: status, requestId } = sdkError.$metadata ?? {};
  const { name, text } = explanationOf(sdkError, status, context);
  const { name: code, message } = sdkError;
  const answer = [code, message, status && `HTTP ${status}`, requestId && `request ${requestId}`];
  const effect = context.effect === undefined ? '' : `; ${context.effect}`;
  return new CopyError(
    name,
    `${describeCall(context)}: ${text(context)}${effect} (${answer.filter((part) => part && !NO_ANSWER.includes(part)).join(', ')})`,
    { cause: error },
  );
}

function explanationOf(error: SdkError, httpStatus: number | undefined, context: CallContext): Explanation {
  const status = STATUS_OF_CODE.get(error.name) ?? httpStatus;
  const known = BY_CODE.get(error.name);
  if (known) return known;
  if (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion') return missingObject(context);
  if (error.name === 'InvalidRequest') return invalidRequest(error);
  if (status === 412) return failedCondition(error, context);
  if (status === 403 || error.name === 'AccessDeniedException') {
    return { name: ErrorName.ACCESS_DENIED, text: (c) => explainDenial(error.message, c) };
  }
  if (status === 404) return missingObject(context);
  // The answer to a HEAD does not distinguish throttling from an outage. Throttling needs the longer delays.
  if (status === 429 || (status === 503 && context.api === 'HeadObject')) return THROTTLED;
  // S3 does not implement the request, which does not change within minutes.
  if (status === 501) return REJECTED;
  if ((status !== undefined && status >= 500) || isNetworkError(error)) return TRANSIENT;
  // A body that cannot be parsed was cut off.
  if (error instanceof SyntaxError || status === 200) return TRANSIENT;
  return REJECTED;
}

function isNetworkError({ code = '', name, message }: SdkError): boolean {
  const isCut = /\baborted\b|socket hang up/.test(message);
  return isCut || [code, name, message].some((text) => NETWORK_ERROR.test(text));
}

/** Calls on the destination alone are on objects and uploads of this copy, so somebody else deleted them. */
function missingObject(context: CallContext): Explanation {
  return endsOf(context).includes('source') ? SOURCE_CHANGED : CONCURRENT_WRITE;
}

/** Both ends can have conditions. If the call has both, S3 names the header that failed. */
function failedCondition(error: SdkError, context: CallContext): Explanation {
  const ends = endsOf(context);
  // An error in the body of a 200 may not name the header.
  const isNamed = error.Condition === undefined ? context.hasCondition === true : /^If-/i.test(error.Condition);
  const isDestination = ends.length === 1 ? ends[0] === 'destination' : isNamed;
  if (!isDestination) return SOURCE_CHANGED;
  // The copy exists already: only somebody else can have replaced it since.
  return context.effect === undefined ? DESTINATION_EXISTS : CONCURRENT_WRITE;
}

/** S3 uses one code for many problems. Only the message tells them apart. */
function invalidRequest(error: SdkError): Explanation {
  if (/copy source is not supported|byte-range copy source/i.test(error.message)) {
    return {
      name: ErrorName.UNSUPPORTED_COPY_SOURCE,
      text: (c) => `S3 cannot copy byte ranges of ${sourceOf(c)}`,
    };
  }
  if (/mp-object-size/i.test(error.message)) {
    return {
      name: ErrorName.SIZE_MISMATCH,
      text: (c) => `the parts copied to ${destinationOf(c)} do not add up to ${sourceOf(c)}; start the copy again`,
    };
  }
  if (/larger than the maximum allowable size/i.test(error.message)) return TOO_LARGE;
  return REJECTED;
}
