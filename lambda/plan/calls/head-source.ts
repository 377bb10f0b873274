import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type SourceAddress } from '../../../lib/private/protocol';
import { askS3Timed, type S3, type TimedAnswer } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, isCopyError, sdkErrorOf } from '../../shared/errors';
import { isOtherEncryption } from '../../shared/other-encryption';

/** @throws SourceNotFound, CustomerKeyInvalid, AccessDenied */
export async function headSource(s3: S3, source: SourceAddress): Promise<TimedAnswer<HeadObjectCommandOutput>> {
  try {
    return await askS3Timed(s3, 'HeadObject', HeadObjectCommand, { source, parameters: { ChecksumMode: 'ENABLED' } });
  } catch (error) {
    throw explainMissing(error, source) ?? error;
  }
}

function explainMissing(error: unknown, source: SourceAddress): CopyError | undefined {
  const { $metadata, message = '' } = sdkErrorOf(error) ?? {};
  const name = describeObject(source);
  const notFound = (text: string) => new CopyError(ErrorName.SOURCE_NOT_FOUND, text, { cause: error });
  if ($metadata?.httpStatusCode === 404) {
    return notFound(`${name} does not exist; check bucket, key and versionId (keys are not URL-decoded)`);
  }
  if ($metadata?.httpStatusCode === 405)
    return notFound(`${name} is a delete marker; specify the versionId of an object`);
  if (!isCopyError(error, ErrorName.REQUEST_REJECTED)) return undefined;
  if (/version id/i.test(message)) return notFound(`${name} does not exist: S3 never issued this versionId; check it`);
  return isOtherEncryption(error) ? wrongKey(error, source, name) : undefined;
}

function wrongKey(cause: unknown, source: SourceAddress, name: string): CopyError {
  const text =
    source.customerKey === undefined
      ? `${name} is encrypted with a customer-provided key (SSE-C); set options.copySourceSseCustomerKeySecretArn to the secret with the key`
      : `HeadObject: S3 rejects the request for ${name} with the key of secret ${source.customerKey}; the object is encrypted with another key, or without one; correct options.copySourceSseCustomerKeySecretArn, or leave it out`;
  return new CopyError(ErrorName.CUSTOMER_KEY_INVALID, text, { cause });
}
