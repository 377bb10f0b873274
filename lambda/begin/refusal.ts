import { type CaughtError, type CopyPartsState, ErrorName } from '../../lib/private/protocol';
import { describeObject } from '../shared/describe-object';

/** Only S3's answer tells how the bucket encrypts. In the form in which a Catch has the error of a worker. */
export function refusal(
  { proof, source, destination }: CopyPartsState,
  encryption = 'AES256',
): CaughtError | undefined {
  if (!proof.sameEtag || encryption === 'AES256') return undefined;
  const errorMessage = `the copy of ${describeObject(source)} cannot have its ETag ${source.etag}: the bucket of ${describeObject(destination)} encrypts by ${encryption}, and such ETags are not made from the bytes; set options.serverSideEncryption 'AES256', or leave options.preserveEtag and options.integrity out`;
  const Error = ErrorName.ETAG_NOT_PRESERVABLE;
  return { Error, Cause: JSON.stringify({ errorType: Error, errorMessage }) };
}
