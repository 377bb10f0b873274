import { type CaughtError, type CopyPartsState, ErrorName } from '../../lib/private/protocol';
import { describeObject } from '../shared/describe-object';

/** The error if the copy cannot have the planned ETag, as a Catch receives it. Only S3's answer shows how the bucket encrypts. */
export function refusal(
  { proof, source, destination }: CopyPartsState,
  encryption = 'AES256',
): CaughtError | undefined {
  if (!proof.sameEtag || encryption === 'AES256') return undefined;
  const errorMessage = `the copy of ${describeObject(source)} cannot have its ETag ${source.etag}: the bucket of ${describeObject(destination)} encrypts with ${encryption}, and such ETags are not made from the bytes; set options.serverSideEncryption 'AES256', or leave options.preserveEtag and options.integrity out`;
  const Error = ErrorName.ETAG_NOT_PRESERVABLE;
  return { Error, Cause: JSON.stringify({ errorType: Error, errorMessage }) };
}
