import { isoDate } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import { chooseEncryption, encryptionHeaders } from '../rules/encryption';
import { isDirectoryBucketName } from '../store/buckets';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { renderXml } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

/** Sessions of directory buckets last five minutes. */
const SESSION_MILLISECONDS = 5 * 60 * 1000;

function createSession(context: OperationContext, request: S3Request): S3Response {
  // At an endpoint of its own an SDK asks for a session before it creates the bucket; a missing bucket shows in the next request.
  const bucket = isDirectoryBucketName(request.bucket)
    ? context.store.findBucket(request.bucket)
    : context.store.bucket(request.bucket);
  if (bucket?.settings.directory === false)
    throw s3Error('MethodNotAllowed', { Method: 'GET', ResourceType: 'SESSION' });
  const asked = request.header('x-amz-create-session-mode') ?? 'ReadWrite';
  if (asked !== 'ReadWrite' && asked !== 'ReadOnly') {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'x-amz-create-session-mode', ArgumentValue: asked },
      { detail: 'Invalid session mode' },
    );
  }
  const encryption = bucket === undefined ? {} : chooseEncryption(request, bucket.settings, context.kms);
  const mode = context.authorizer?.sessionMode(request, bucket) ?? asked;
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
