import { isTransient, sdkErrorOf, type SdkError } from './errors';

/** Statuses that can mean several things: a denied call, a KMS key that is disabled or throttled, a customer-provided key, a token. */
const AMBIGUOUS = [400, 403];

/** Errors that only GetObject has, so they do not explain the HeadObject. */
const ONLY_OF_GET = ['InvalidObjectState'];

/**
 * Finds the reason why a HeadObject failed. Its answer has no body, so it names no error code. That of a GetObject does.
 *
 * @param get asks for one byte of the same object
 * @returns the error of the GetObject; that of the HeadObject if its status is unambiguous, or if the GetObject does not explain it
 */
export async function reasonOfHead(thrown: unknown, get: () => Promise<unknown>): Promise<unknown> {
  if (!AMBIGUOUS.includes((thrown as SdkError).$metadata?.httpStatusCode ?? 0)) return thrown;
  try {
    await get();
  } catch (error) {
    const reason = sdkErrorOf(error);
    // There is no first byte in an empty object.
    if (reason?.name === 'InvalidRange') return asTransient(thrown);
    // An answer of 200 without a result has no code either.
    if (reason === undefined && isTransient(error)) return asTransient(thrown);
    return reason === undefined || ONLY_OF_GET.includes(reason.name) ? thrown : reason;
  }
  return asTransient(thrown);
}

/** The problem of the HEAD seems to have ended before the GET, so the error is transient. */
function asTransient(thrown: unknown): Error {
  const { $metadata } = thrown as SdkError;
  const message = `HTTP ${$metadata?.httpStatusCode} for HEAD, but not for GET`;
  return Object.assign(new Error(message), {
    name: 'ServiceUnavailable',
    $metadata: { ...$metadata, httpStatusCode: 503 },
  });
}
