import { HeadObjectCommand, type HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { ErrorName, type SourceAddress } from '../../../lib/private/protocol';
import { askS3Timed, type S3, type TimedAnswer } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { CopyError, sdkErrorOf } from '../../shared/errors';

/** @throws SourceNotFound, CustomerKeyInvalid, AccessDenied */
export async function headSource(s3: S3, source: SourceAddress): Promise<TimedAnswer<HeadObjectCommandOutput>> {
  try {
    return await askS3Timed(s3, 'HeadObject', HeadObjectCommand, { source, parameters: { ChecksumMode: 'ENABLED' } });
  } catch (error) {
    throw explainMissing(error, source) ?? error;
  }
}

/** The response to HEAD has no body, so only its status shows what is wrong. */
function explainMissing(error: unknown, source: SourceAddress): CopyError | undefined {
  const status = sdkErrorOf(error)?.$metadata?.httpStatusCode;
  const name = describeObject(source);
  const notFound = (text: string) => new CopyError(ErrorName.SOURCE_NOT_FOUND, text, { cause: error });
  const wrongKey = (text: string) => new CopyError(ErrorName.CUSTOMER_KEY_INVALID, text, { cause: error });
  if (status === 404) {
    return notFound(`${name} does not exist; check bucket, key and versionId (keys are never decoded)`);
  }
  if (status === 405) return notFound(`${name} is a delete marker; name the version of an object`);
  if (status !== 400) return undefined;
  if (source.versionId !== undefined) {
    return notFound(`${name} does not exist: S3 rejects the request, as it does for a versionId that it never issued`);
  }
  return source.customerKey === undefined
    ? wrongKey(
        `HeadObject: S3 rejects the request for ${name}, as it does for objects that are encrypted with a customer-provided key (SSE-C); name the secret with the key in options.copySourceSseCustomerKeySecretArn`,
      )
    : wrongKey(
        `HeadObject: S3 rejects the request for ${name} with the key of secret ${source.customerKey}; the object is encrypted with another key, or without one`,
      );
}
