import { ErrorName } from '../../lib/private/protocol';
import { isCopyError, sdkErrorOf } from './errors';

/**
 * Whether S3 refused to read an object because the customer-provided key (SSE-C) of the request, or its absence, is not that of the
 * object. S3 has one code for many problems; only the message tells them apart.
 */
export function isOtherEncryption(error: unknown): boolean {
  const message = sdkErrorOf(error)?.message ?? '';
  if (isCopyError(error, ErrorName.ACCESS_DENIED)) return /provide the correct secret key/i.test(message);
  return (
    isCopyError(error, ErrorName.REQUEST_REJECTED) && /server side encryption|encryption parameters/i.test(message)
  );
}
