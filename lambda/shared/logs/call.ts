import type { CallLine } from '../../../lib/private/protocol/log-lines';
import type { CallContext } from '../call-context';
import { type CopyError, isTransient, sdkErrorOf } from '../errors';
import { log } from './invocation';
import type { Measured } from './metrics';

/** What the SDK says of a request. */
export interface RequestMetadata {
  readonly httpStatusCode?: number;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** One attempt of a call. */
export interface CallRecord {
  readonly context: CallContext;
  readonly attempt: number;
  readonly milliseconds: number;
  readonly request?: RequestMetadata;
  /** Absent if the call succeeded. */
  readonly error?: CopyError;
}

/** Writes a line about one attempt of a call. */
export function logCall(call: CallRecord): void {
  const { context, error } = call;
  const what = context.partNumber === undefined ? context.api : `${context.api} of part ${context.partNumber}`;
  const message = error ? `${what} failed: ${error.name}` : what;
  log(error ? 'WARN' : 'INFO', message, callFields(call), measure(call));
}

/** The parameters and the answer may be confidential, so only the request IDs and the status are taken from them. */
function callFields({ context, attempt, milliseconds, request = {}, error }: CallRecord): CallLine {
  const { api, source, destination, resource, partNumber, bytes } = context;
  const { bucket, key } = destination ?? source ?? {};
  const { requestId, extendedRequestId, httpStatusCode } = request;
  return {
    ...{ api, bucket, key, resource, partNumber, attempt, milliseconds: Math.round(milliseconds) },
    ...(destination && source && { sourceBucket: source.bucket, sourceKey: source.key }),
    ...(!error && { bytes }),
    httpStatus: httpStatusCode,
    ...(bucket === undefined
      ? { serviceRequestId: requestId }
      : { s3RequestId: requestId, s3ExtendedRequestId: extendedRequestId }),
    ...(error && { errorName: error.name, errorCode: errorCodeOf(error) }),
  };
}

/** The name or the code of what the SDK threw. */
function errorCodeOf(error: CopyError): string | undefined {
  const thrown = sdkErrorOf(error);
  return thrown?.code ?? thrown?.name;
}

function measure({ context, milliseconds, error }: CallRecord): Measured | undefined {
  const { api, bytes = 0 } = context;
  if (error) {
    return isTransient(error) ? { values: { retries: 1 }, dimensions: { ErrorName: error.name } } : undefined;
  }
  if (api === 'UploadPartCopy') {
    return { values: { bytesCopied: bytes, partsCopied: 1, partSeconds: milliseconds / 1000 } };
  }
  return api === 'CopyObject' ? { values: { bytesCopied: bytes } } : undefined;
}
