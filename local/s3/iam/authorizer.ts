import type { Principal } from '../accounts';
import { S3Error } from '../errors';
import type { S3Request } from '../http/request';
import { regionOf } from '../kms';
import { requestRegion } from '../regions';
import { isDirectoryBucketName } from '../store/buckets';
import type { ObjectVersion } from '../store/model';
import type { Bucket } from '../store/store';
import { needsOf, needsOfCopySource, needsOfCopyTarget } from './actions';
import type { ConditionContext } from './conditions';
import { DecisionLog } from './decision-log';
import { type AllowedBy, decide } from './policy';
import { contextOf } from './request-context';

/** One question to the policies. */
interface Check {
  readonly principal: Principal;
  readonly action: string;
  /** What the principal's own policies must name: the access point where the request goes through one. */
  readonly resource: string;
  /** What the bucket's policy must name, where that is something else. */
  readonly resourceOfBucket?: string;
  readonly bucket: Bucket | undefined;
  readonly context: ConditionContext;
  readonly operation: string;
}

/** The source of a copy, as the request names it. */
export interface CopiedObject {
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId?: string;
  /** ARN of the access point that the request names instead of the bucket. */
  readonly accessPoint?: string;
}

/** Decides whether a principal may do something: its own policies, and those of the resource. */
export class Authorizer {
  readonly log = new DecisionLog();

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
      const { action, on } = need;
      if (on === 'account') {
        this.authorize({ ...checkOf(request, bucket, context), action, resource: '*' });
      } else {
        const key = on === 'object' ? request.key : undefined;
        this.authorize({
          ...checkOf(request, bucket, context),
          action,
          ...resourcesOf(name, key, request.accessPoint),
        });
      }
    }
  }

  /** Checks reading the source of a copy. */
  authorizeSource(request: S3Request, source: CopiedObject): void {
    this.authorizeOnSource(request, source, [source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion']);
  }

  /** Checks what a CopyObject takes along besides the bytes: tags and annotations, where the source has any. */
  authorizeCarried(request: S3Request, source: CopiedObject, target: Bucket, object: ObjectVersion): void {
    if (!source.bucket.settings.directory) {
      this.authorizeOnSource(request, source, needsOfCopySource(request, object, source.versionId));
    }
    if (target.settings.directory) return;
    const context = contextOf(request);
    for (const action of needsOfCopyTarget(request, object)) {
      const resources = resourcesOf(request.bucket, request.key, request.accessPoint);
      this.authorize({ ...checkOf(request, target, context), action, ...resources });
    }
  }

  /** Checks one deletion of DeleteObjects. */
  authorizeDeletion(request: S3Request, bucket: Bucket, key: string, versionId: string | undefined): void {
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    const resources = resourcesOf(bucket.name, key, request.accessPoint);
    this.authorize({ ...checkOf(request, bucket, contextOf(request)), action, ...resources });
  }

  /**
   * Whether the principal may learn that a key does not exist: whether it may list the key. A policy that allows listing below
   * a prefix sees the key as that prefix (as Ceph found of S3, ceph/ceph pull request 68577).
   */
  maySeeMissing(request: S3Request, bucket: Bucket): boolean {
    const context = new Map([...contextOf(request), ['s3:prefix', [request.key]] as const]);
    const resources = resourcesOf(bucket.name, undefined, request.accessPoint);
    try {
      this.authorize({ ...checkOf(request, bucket, context), action: 's3:ListBucket', ...resources });
      return true;
    } catch {
      return false;
    }
  }

  /** Whether the principal may see a part of an answer that is left out for others. Leaving it out is no refusal. */
  maySee(request: S3Request, bucket: Bucket, action: string): boolean {
    const resources = resourcesOf(bucket.name, request.key, request.accessPoint);
    const check = { ...checkOf(request, bucket, contextOf(request)), action, ...resources };
    const { reason, allowedBy } = decideCheck(check);
    if (reason === undefined) this.log.allowed(allowedBy);
    return reason === undefined;
  }

  /** Checks the use of a KMS key: S3 asks for it in the principal's name. Keys leave it to the policies of their own account. */
  authorizeKms(
    principal: Principal,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey',
    keyArn: string,
    s3Arn: string,
    operation: string,
  ): void {
    const context = new Map<string, readonly string[]>([
      ['kms:viaservice', [`s3.${regionOf(keyArn) ?? this.region}.amazonaws.com`]],
      ['kms:encryptioncontext:aws:s3:arn', [s3Arn]],
      ['kms:calleraccount', [principal.accountId]],
    ]);
    this.authorize({ principal, action, resource: keyArn, bucket: undefined, context, operation });
  }

  /** Checks a call of another service that has no policies of its own here. */
  authorizeCall(principal: Principal, action: string, resource: string, operation: string): void {
    const context = new Map<string, readonly string[]>([
      ['aws:principalarn', [principal.arn]],
      ['aws:principalaccount', [principal.accountId]],
    ]);
    this.authorize({ principal, action, resource, bucket: undefined, context, operation });
  }

  private authorizeOnSource(request: S3Request, source: CopiedObject, actions: readonly string[]): void {
    const { bucket, key, accessPoint } = source;
    const context = contextOf(request, accessPoint);
    if (bucket.settings.directory) {
      this.authorizeDirectory(request, bucket.name, bucket, context);
      return;
    }
    for (const action of actions) {
      this.authorize({ ...checkOf(request, bucket, context), action, ...resourcesOf(bucket.name, key, accessPoint) });
    }
  }

  /** A directory bucket that is missing is about to be created, by the requester's account. */
  private authorizeDirectory(
    request: S3Request,
    name: string,
    bucket: Bucket | undefined,
    context: ConditionContext,
  ): void {
    const { accountId, session } = request.principal;
    const { region, ownerAccountId } = bucket?.settings ?? {
      region: requestRegion(request, this.region),
      ownerAccountId: accountId,
    };
    const resource = `arn:aws:s3express:${region}:${ownerAccountId}:bucket/${name}`;
    if (request.operation === 'CreateBucket') {
      this.authorize({ ...checkOf(request, bucket, context), action: 's3express:CreateBucket', resource });
      return;
    }
    const mode = session ?? request.header('x-amz-create-session-mode') ?? 'ReadWrite';
    const withMode = new Map([...context, ['s3express:sessionmode', [mode]] as const]);
    const check = { ...checkOf(request, bucket, withMode), action: 's3express:CreateSession', resource };
    if (session === undefined || accountId === '') this.authorize(check);
    if (mode === 'ReadOnly' && request.method !== 'GET' && request.method !== 'HEAD') {
      throw this.refuse(check, 'the session is read-only');
    }
  }

  private authorize(check: Check): void {
    const { reason, allowedBy } = decideCheck(check);
    if (reason !== undefined) throw this.refuse(check, reason);
    this.log.allowed(allowedBy);
  }

  private refuse({ principal, action, resource, operation }: Check, reason: string): S3Error {
    this.log.denied({ principal: principal.arn, action, resource, operation });
    return refusal(principal, action, resource, reason);
  }
}

function checkOf(request: S3Request, bucket: Bucket | undefined, context: ConditionContext) {
  return { principal: request.principal, operation: request.operation, bucket, context };
}

/** The ARNs of a bucket or of an object in it, as policies of principals and of the bucket name them. */
function resourcesOf(
  bucket: string,
  key: string | undefined,
  accessPoint: string | undefined,
): Pick<Check, 'resource' | 'resourceOfBucket'> {
  const ofBucket = key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
  if (accessPoint === undefined) return { resource: ofBucket };
  return { resource: key === undefined ? accessPoint : `${accessPoint}/object/${key}`, resourceOfBucket: ofBucket };
}

/** Says why a check fails, or which statements allow it. */
function decideCheck(check: Check): { reason?: string; allowedBy: readonly AllowedBy[] } {
  const { principal, action, resource, bucket, context } = check;
  const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
  const allowedBy: AllowedBy[] = [];
  const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false, allowedBy);
  const policy = bucket?.settings.policy;
  const onBucket = { ...request, resource: check.resourceOfBucket ?? resource };
  const ofBucket = policy === undefined ? 'none' : decide([policy], onBucket, true, allowedBy);
  if (own === 'deny') return { reason: 'with an explicit deny in an identity-based policy', allowedBy };
  if (ofBucket === 'deny') return { reason: 'with an explicit deny in a resource-based policy', allowedBy };
  const sameAccount = bucket === undefined || bucket.settings.ownerAccountId === principal.accountId;
  const anonymous = principal.accountId === '';
  const allowed =
    sameAccount || anonymous ? own === 'allow' || ofBucket === 'allow' : own === 'allow' && ofBucket === 'allow';
  if (allowed) return { allowedBy };
  const missing = own === 'allow' ? 'resource-based' : 'identity-based';
  return { reason: `because no ${missing} policy allows the ${action} action`, allowedBy };
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
