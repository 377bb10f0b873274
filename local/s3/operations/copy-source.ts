import { type S3Error, s3Error } from '../errors/s3-error';
import type { CopiedObject } from '../iam/authorizer';
import { checkCopySourceConditions } from '../rules/conditions';
import { checkCustomerKey, COPY_SOURCE_SSE } from '../rules/encryption';
import { checkExpectedOwner } from '../rules/expected-owner';
import { checkPayer } from '../rules/requester-pays';
import { checkRestored } from '../rules/restore';
import type { ObjectVersion } from '../store/model';
import { type Bucket, isObjectVersion } from '../store/store';
import { findVersion, NULL_VERSION } from '../store/versions';
import { decodeForm } from '../wire/addressing';
import type { S3Request } from '../wire/request';
import { resolveSourceBucket } from './access-points';
import { type OperationContext } from './context';

/** The parsed `x-amz-copy-source` header. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

const ARGUMENT = { ArgumentName: 'x-amz-copy-source', ArgumentValue: 'x-amz-copy-source' };

/**
 * Parses `[/]bucket/key[?versionId=id]`, or the ARN of an access point in place of the bucket. The value is split at `?versionId=`, then
 * percent-decoded once; `+` is a space.
 */
function parseCopySource(header: string): CopySource {
  const malformed = (): S3Error => s3Error('InvalidCopySourceEncoding', ARGUMENT);
  const mark = header.indexOf('?versionId=');
  const name = decodeForm(mark < 0 ? header : header.slice(0, mark), malformed).replace(/^\//, '');
  const versionId = mark < 0 ? undefined : header.slice(mark + '?versionId='.length);
  const version = versionId === undefined || versionId === '' ? {} : { versionId: decodeForm(versionId, malformed) };
  const accessPoint = /^(arn:[^/]*:accesspoint\/[^/]+)\/object\/(.+)$/s.exec(name);
  if (accessPoint !== null) return { bucket: accessPoint[1] ?? '', key: accessPoint[2] ?? '', ...version };
  const slash = name.indexOf('/');
  if (name === '' || slash === 0) throw s3Error('CopySourceBucketName', ARGUMENT);
  if (slash <= 0 || slash === name.length - 1) throw s3Error('InvalidCopySource', ARGUMENT);
  return { bucket: name.slice(0, slash), key: name.slice(slash + 1), ...version };
}

export interface ResolvedSource {
  readonly bucket: Bucket;
  readonly key: string;
  readonly object: ObjectVersion;
  /** The value of `x-amz-copy-source-version-id`, which S3 omits for the null version. */
  readonly versionId: string | undefined;
  /** The source as specified in the request. */
  readonly named: CopiedObject;
}

/** Finds the source. S3 reports a missing key as AccessDenied to principals without s3:ListBucket. */
function findSource(context: OperationContext, request: S3Request, source: CopiedObject): ObjectVersion {
  const { bucket, key, versionId } = source;
  const version = versionId === undefined ? bucket.keys.get(key)?.[0] : findVersion(bucket, key, versionId);
  if (version !== undefined && isObjectVersion(version)) return version;
  if (versionId !== undefined) throw s3Error('CopySourceIsDeleteMarker');
  context.authorizer?.authorizeMissing(request, source);
  throw s3Error('NoSuchKey', { Key: key });
}

/** Finds the source of a copy and checks the expected owner, access, conditions, customer-provided key and archive state. */
export function resolveCopySource(context: OperationContext, request: S3Request): ResolvedSource {
  const source = parseCopySource(request.text('x-amz-copy-source') ?? '');
  const { bucket, accessPoint } = resolveSourceBucket(context, request, source.bucket);
  checkExpectedOwner(bucket, request.header('x-amz-source-expected-bucket-owner'));
  checkPayer(bucket, request);
  const named = { ...source, bucket, ...(accessPoint !== undefined && { accessPoint }) };
  context.authorizer?.authorizeSource(request, named);
  const object = findSource(context, request, named);
  checkCustomerKey(object, request, COPY_SOURCE_SSE);
  checkCopySourceConditions(
    {
      ifMatch: request.header('x-amz-copy-source-if-match'),
      ifNoneMatch: request.header('x-amz-copy-source-if-none-match'),
      ifModifiedSince: request.header('x-amz-copy-source-if-modified-since'),
      ifUnmodifiedSince: request.header('x-amz-copy-source-if-unmodified-since'),
    },
    object,
    context.clock.now(),
  );
  checkRestored(object, context.clock.now(), 'InvalidSourceState');
  const use = { principal: request.principal, operation: request.operation, bucket: bucket.name, key: source.key };
  context.kms.decrypt(object.properties.encryption, use);
  const versionId = object.versionId === NULL_VERSION ? undefined : object.versionId;
  return { bucket, key: source.key, object, versionId, named };
}
