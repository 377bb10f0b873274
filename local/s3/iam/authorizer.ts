import type { Principal } from '../accounts';
import { S3Error } from '../errors';
import type { S3Request } from '../http/request';
import { regionOf } from '../kms';
import { requestRegion } from '../regions';
import { isDirectoryBucketName } from '../store/buckets';
import type { Bucket } from '../store/store';
import { needsOf } from './actions';
import type { ConditionContext } from './conditions';
import { decide } from './policy';

/** Decides whether a principal may do something: its own policies, and those of the resource. */
export class Authorizer {
  constructor(private readonly region: string) {}

  /** Checks all that a request needs on its own bucket and key. */
  authorizeRequest(request: S3Request, bucket: Bucket | undefined): void {
    const context = contextOf(request);
    for (const need of needsOf(request)) {
      const name = request.bucket;
      if (bucket?.settings.directory ?? isDirectoryBucketName(name)) {
        this.authorizeDirectory(request, name, bucket, context);
        return;
      }
      const arn = { object: `arn:aws:s3:::${name}/${request.key}`, bucket: `arn:aws:s3:::${name}`, account: '*' }[
        need.on
      ];
      this.authorize(request.principal, need.action, arn, bucket, context);
    }
  }

  /** Checks reading the source of a copy. */
  authorizeSource(request: S3Request, bucket: Bucket, key: string, versionId: string | undefined): void {
    const context = contextOf(request);
    if (bucket.settings.directory) {
      this.authorizeDirectory(request, bucket.name, bucket, context);
      return;
    }
    const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
    this.authorize(request.principal, action, `arn:aws:s3:::${bucket.name}/${key}`, bucket, context);
  }

  /** Checks one deletion of DeleteObjects. */
  authorizeDeletion(request: S3Request, bucket: Bucket, key: string, versionId: string | undefined): void {
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    this.authorize(request.principal, action, `arn:aws:s3:::${bucket.name}/${key}`, bucket, contextOf(request));
  }

  /**
   * Whether the principal may learn that a key does not exist: whether it may list the key. A policy that allows listing below
   * a prefix sees the key as that prefix (as Ceph found of S3, ceph/ceph pull request 68577).
   */
  maySeeMissing(request: S3Request, bucket: Bucket): boolean {
    const context = new Map([...contextOf(request), ['s3:prefix', [request.key]] as const]);
    try {
      this.authorize(request.principal, 's3:ListBucket', `arn:aws:s3:::${bucket.name}`, bucket, context);
      return true;
    } catch {
      return false;
    }
  }

  /** Checks the use of a KMS key: S3 asks for it in the principal's name. Keys leave it to the policies of their own account. */
  authorizeKms(
    principal: Principal,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey',
    keyArn: string,
    s3Arn: string,
  ): void {
    const context = new Map<string, readonly string[]>([
      ['kms:viaservice', [`s3.${regionOf(keyArn) ?? this.region}.amazonaws.com`]],
      ['kms:encryptioncontext:aws:s3:arn', [s3Arn]],
      ['kms:calleraccount', [principal.accountId]],
    ]);
    this.authorize(principal, action, keyArn, undefined, context);
  }

  /** A directory bucket that is missing is about to be created, by the requester's account. */
  private authorizeDirectory(
    request: S3Request,
    name: string,
    bucket: Bucket | undefined,
    context: ConditionContext,
  ): void {
    const { accountId } = request.principal;
    const { region, ownerAccountId } = bucket?.settings ?? {
      region: requestRegion(request, this.region),
      ownerAccountId: accountId,
    };
    const arn = `arn:aws:s3express:${region}:${ownerAccountId}:bucket/${name}`;
    if (request.operation === 'CreateBucket') {
      this.authorize(request.principal, 's3express:CreateBucket', arn, bucket, context);
      return;
    }
    const mode = request.principal.session ?? request.header('x-amz-create-session-mode') ?? 'ReadWrite';
    const withMode = new Map([...context, ['s3express:sessionmode', [mode]] as const]);
    if (request.principal.session === undefined || accountId === '') {
      this.authorize(request.principal, 's3express:CreateSession', arn, bucket, withMode);
    }
    if (mode === 'ReadOnly' && request.method !== 'GET' && request.method !== 'HEAD') {
      throw refusal(request.principal, 's3express:CreateSession', arn, 'the session is read-only');
    }
  }

  private authorize(
    principal: Principal,
    action: string,
    resource: string,
    bucket: Bucket | undefined,
    context: ConditionContext,
  ): void {
    const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
    const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false);
    const policy = bucket?.settings.policy;
    const ofBucket = policy === undefined ? 'none' : decide([policy], request, true);
    if (own === 'deny') throw refusal(principal, action, resource, 'with an explicit deny in an identity-based policy');
    if (ofBucket === 'deny')
      throw refusal(principal, action, resource, 'with an explicit deny in a resource-based policy');
    const sameAccount = bucket === undefined || bucket.settings.ownerAccountId === principal.accountId;
    const anonymous = principal.accountId === '';
    const allowed =
      sameAccount || anonymous ? own === 'allow' || ofBucket === 'allow' : own === 'allow' && ofBucket === 'allow';
    if (allowed) return;
    const missing = own === 'allow' ? 'resource-based' : 'identity-based';
    throw refusal(principal, action, resource, `because no ${missing} policy allows the ${action} action`);
  }
}

/** S3's own words, which name the action and the resource. */
function refusal(principal: Principal, action: string, resource: string, reason: string): S3Error {
  const who = principal.accountId === '' ? 'anonymous' : principal.arn;
  return new S3Error(
    403,
    'AccessDenied',
    `User: ${who} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
  );
}

/** Headers that are condition keys by the same name. */
const HEADER_KEYS = [
  'x-amz-acl',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-storage-class',
  'x-amz-content-sha256',
  'if-match',
  'if-none-match',
];

const PARAMETER_KEYS = {
  prefix: 's3:prefix',
  delimiter: 's3:delimiter',
  'max-keys': 's3:max-keys',
  versionId: 's3:versionid',
};

function contextOf(request: S3Request): ConditionContext {
  const context = new Map<string, readonly string[]>([
    ['aws:principalarn', [request.principal.arn]],
    ['aws:principalaccount', [request.principal.accountId]],
    ['aws:securetransport', ['false']],
    ['aws:currenttime', [new Date().toISOString()]],
  ]);
  for (const name of HEADER_KEYS) {
    const value = request.text(name);
    if (value !== undefined) context.set(`s3:${name}`, [value]);
  }
  for (const [parameter, key] of Object.entries(PARAMETER_KEYS)) {
    const value = request.parameter(parameter);
    if (value !== undefined) context.set(key, [value]);
  }
  const creates = ['PutObject', 'CopyObject', 'CompleteMultipartUpload'].includes(request.operation);
  context.set('s3:objectcreationoperation', [String(creates)]);
  const tags = [...new URLSearchParams(request.text('x-amz-tagging') ?? '')];
  for (const [key, value] of tags) context.set(`s3:requestobjecttag/${key.toLowerCase()}`, [value]);
  if (tags.length > 0)
    context.set(
      's3:requestobjecttagkeys',
      tags.map(([key]) => key),
    );
  return context;
}
