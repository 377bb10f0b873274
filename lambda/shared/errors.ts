import { ErrorName } from '../../lib/private/protocol';
import { explainDenial, type RefusedCall } from './access-denied';

/**
 * An error that people and Retry policies know by its name. The name is set, not derived from a class: minifying renames
 * classes, and Lambda reports `name` as the error type.
 */
export class CopyError extends Error {
  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export function isCopyError(error: unknown, name: ErrorName): error is CopyError {
  return error instanceof CopyError && error.name === (name as string);
}

/** What a call was about, for the message and for codes that mean different things on the two sides. */
export interface CallContext extends RefusedCall {
  /** ETag that the destination has to have. */
  readonly ifMatch?: string;
}

interface Explanation {
  readonly name: ErrorName;
  /** What happened and what to do. */
  readonly text: (context: CallContext) => string;
}

const sourceOf = (context: CallContext) => context.source ?? 'the source';
const destinationOf = (context: CallContext) => context.destination ?? 'the destination';

const SOURCE_MOVED: Explanation = {
  name: ErrorName.SOURCE_CHANGED,
  text: (c) =>
    `${sourceOf(c)} was overwritten or deleted while it was being copied; start the copy again when it is at rest, or name a versionId`,
};

const DESTINATION_EXISTS: Explanation = {
  name: ErrorName.DESTINATION_EXISTS,
  text: (c) =>
    c.ifMatch === undefined
      ? `${destinationOf(c)} exists and options.overwrite is 'never'`
      : `${destinationOf(c)} is not the object that options.ifMatch ${c.ifMatch} names`,
};

const THROTTLED: Explanation = {
  name: ErrorName.THROTTLED,
  text: (c) => `S3 or KMS is throttling requests on ${destinationOf(c)}; lower maxConcurrency if this does not pass`,
};

const TRANSIENT: Explanation = {
  name: ErrorName.TRANSIENT_S3_ERROR,
  text: () => 'S3 could not answer; the same request may well succeed when it is sent again',
};

/** S3's error codes and what they mean to a copy. */
const BY_CODE: Record<string, Explanation> = {
  NoSuchUpload: {
    name: ErrorName.UPLOAD_NOT_FOUND,
    text: (c) =>
      `the multipart upload to ${destinationOf(c)} was aborted or completed by somebody else; start the copy again`,
  },
  NoSuchKey: SOURCE_MOVED,
  NoSuchVersion: SOURCE_MOVED,
  NoSuchBucket: {
    name: ErrorName.BUCKET_NOT_FOUND,
    text: (c) => `a bucket does not exist: look at ${sourceOf(c)} and ${destinationOf(c)}`,
  },
  ConditionalRequestConflict: {
    name: ErrorName.CONCURRENT_WRITE,
    text: (c) =>
      `${destinationOf(c)} was written or deleted while the copy was running; S3 asks to start the copy again`,
  },
  InvalidObjectState: {
    name: ErrorName.SOURCE_ARCHIVED,
    text: (c) =>
      `${sourceOf(c)} is archived; restore it with RestoreObject and start the copy when the restore is complete`,
  },
  BadDigest: {
    name: ErrorName.CHECKSUM_MISMATCH,
    text: (c) =>
      `the bytes copied to ${destinationOf(c)} are not those of ${sourceOf(c)}; nothing was created, start the copy again`,
  },
  EntityTooLarge: {
    name: ErrorName.OBJECT_TOO_LARGE,
    text: (c) => `${sourceOf(c)} is larger than S3 takes in this call`,
  },
  SlowDown: THROTTLED,
  ThrottlingException: THROTTLED,
  Throttling: THROTTLED,
  RequestLimitExceeded: THROTTLED,
  RequestThrottled: THROTTLED,
  BandwidthLimitExceeded: THROTTLED,
  InternalError: TRANSIENT,
  ServiceUnavailable: TRANSIENT,
  RequestTimeout: TRANSIENT,
  RequestTimeTooSkewed: TRANSIENT,
  OperationAborted: TRANSIENT,
};

const REJECTED: Explanation = {
  name: ErrorName.REQUEST_REJECTED,
  text: () => 'S3 refused the request; sending it again does not help',
};

/** The fields of an AWS SDK exception that tell one from another. */
interface SdkError {
  readonly name: string;
  readonly message: string;
  /** Of a 412: the header whose condition failed. */
  readonly Condition?: string;
  /** Of an error of Node. */
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Codes of Node and of the SDK for a request that got no answer. */
const NETWORK_ERROR = /^(ECONN|ENET|EHOST|EPIPE|ETIMEDOUT|EAI_AGAIN|ENOTFOUND|TimeoutError$|AbortError$)/;

/** Turns whatever the SDK threw into an error with one of our names, the cause kept. */
export function explain(error: unknown, context: CallContext): CopyError {
  if (error instanceof CopyError) return error;
  const sdkError = error as SdkError;
  const status = sdkError.$metadata?.httpStatusCode;
  const { name, text } = explanationOf(sdkError, status, context);
  const answer = [sdkError.name, sdkError.message, status && `HTTP ${status}`, requestId(sdkError)].filter(Boolean);
  return new CopyError(name, `${context.call}: ${text(context)} (${answer.join(', ')})`, { cause: error });
}

function requestId(error: SdkError): string | undefined {
  return error.$metadata?.requestId && `request ${error.$metadata.requestId}`;
}

function explanationOf(error: SdkError, status: number | undefined, context: CallContext): Explanation {
  // Of a Complete with If-Match, S3 says that there is nothing to overwrite.
  const isGone = error.name === 'NoSuchKey' && context.call.startsWith('CompleteMultipartUpload');
  const known = BY_CODE[isGone ? 'ConditionalRequestConflict' : error.name];
  if (known) return known;
  if (status === 412) return preconditionOf(error, context);
  if (status === 403 || error.name === 'AccessDeniedException') {
    return { name: ErrorName.ACCESS_DENIED, text: (c) => explainDenial(error.message, c) };
  }
  if (error.name === 'InvalidRequest') return invalidRequest(error);
  if (status === 404) return SOURCE_MOVED;
  if (status === 429) return THROTTLED;
  // S3 does not have what was asked of it, and will not have it a minute later.
  if (status === 501) return REJECTED;
  if ((status !== undefined && status >= 500) || isNetworkError(error)) return TRANSIENT;
  // A body that cannot be parsed is an answer that was cut short.
  if (error instanceof SyntaxError || status === 200) return TRANSIENT;
  return REJECTED;
}

function isNetworkError(error: SdkError): boolean {
  const isCut = /\baborted\b|socket hang up/.test(error.message);
  return isCut || NETWORK_ERROR.test(error.code ?? '') || NETWORK_ERROR.test(error.name);
}

/** Which end a failed condition was about. S3 names the header; Complete has conditions on the destination only. */
function preconditionOf(error: SdkError, context: CallContext): Explanation {
  const aboutDestination = error.Condition
    ? /^If-/i.test(error.Condition)
    : context.call.startsWith('CompleteMultipartUpload');
  return aboutDestination ? DESTINATION_EXISTS : SOURCE_MOVED;
}

/** S3 has one code for many things; only its words tell them apart. */
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
  if (/larger than the maximum allowable size/i.test(error.message)) return BY_CODE.EntityTooLarge!;
  return REJECTED;
}
