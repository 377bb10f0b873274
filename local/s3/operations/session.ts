import { isoDate } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import { chooseEncryption, encryptionHeaders } from '../rules/encryption';
import { isDirectoryBucketName } from '../store/buckets';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

/** Lifetime of a session: five minutes. */
const SESSION_MILLISECONDS = 5 * 60 * 1000;

function createSession(context: OperationContext, request: S3Request): S3Response {
  // With a custom endpoint, SDKs call CreateSession before CreateBucket, so a missing bucket is not an error here.
  const bucket = isDirectoryBucketName(request.bucket)
    ? context.store.findBucket(request.bucket)
    : context.store.bucket(request.bucket);
  if (bucket?.settings.directory === false)
    throw s3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'SESSION' });
  const requested = request.header('x-amz-create-session-mode') ?? 'ReadWrite';
  if (requested !== 'ReadWrite' && requested !== 'ReadOnly') {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-create-session-requested', ArgumentValue: requested },
      { detail: 'Invalid session mode' },
    );
  }
  const encryption = bucket === undefined ? {} : chooseEncryption(request, bucket.settings, context.kms);
  const mode = context.authorizer?.sessionMode(request, bucket) ?? requested;
  const credentials = context.accounts.createSession(request.principal, mode);
  return xmlResponse(
    renderXml('CreateSessionResult', {
      Credentials: {
        SessionToken: credentials.sessionToken,
        SecretAccessKey: credentials.secretAccessKey,
        AccessKeyId: credentials.accessKeyId,
        Expiration: isoDate(context.clock.now() + SESSION_MILLISECONDS),
      },
    }),
    encryptionHeaders(encryption),
  );
}

export const sessionOperations: Operations = { CreateSession: createSession };
