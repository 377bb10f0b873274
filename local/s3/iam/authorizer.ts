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
import { isPublicPolicy } from './public-policy';
import { contextOf } from './request-context';

type SessionMode = 'ReadOnly' | 'ReadWrite';

const READ_ONLY: readonly SessionMode[] = ['ReadOnly'];
const READ_WRITE: readonly SessionMode[] = ['ReadWrite'];
const BOTH_MODES: readonly SessionMode[] = ['ReadWrite', 'ReadOnly'];

/** One question to the policies. */
interface Check {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The access point, or the object behind it, that the principal's own policies must allow besides. */
  readonly byAccessPoint?: string;
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
   * a prefix sees the key as that prefix (as Ceph found of S3, ceph/ceph pull request 68577). A session with a directory bucket
   * tells everything.
   */
  maySeeMissing(request: S3Request, bucket: Bucket): boolean {
    if (bucket.settings.directory) return true;
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
    const service = s3Arn.startsWith('arn:aws:s3express:') ? 's3express' : 's3';
    const context = new Map<string, readonly string[]>([
      ['kms:viaservice', [`${service}.${regionOf(keyArn) ?? this.region}.amazonaws.com`]],
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
      this.authorizeDirectory(request, bucket.name, bucket, context, true);
      return;
    }
    for (const action of actions) {
      this.authorize({ ...checkOf(request, bucket, context), action, ...resourcesOf(bucket.name, key, accessPoint) });
    }
  }

  /**
   * The mode of a session that a request asks for. Without a mode S3 gives the most that is allowed.
   * @throws AccessDenied
   */
  sessionMode(request: S3Request, bucket: Bucket | undefined): 'ReadOnly' | 'ReadWrite' {
    const asked = request.header('x-amz-create-session-mode');
    const modes = asked === undefined ? BOTH_MODES : asked === 'ReadOnly' ? READ_ONLY : READ_WRITE;
    return this.authorizeSession(request, request.bucket, bucket, contextOf(request), modes);
  }

  private authorizeDirectory(
    request: S3Request,
    name: string,
    bucket: Bucket | undefined,
    context: ConditionContext,
    reads = request.method === 'GET' || request.method === 'HEAD',
  ): void {
    const { session } = request.principal;
    if (request.operation === 'CreateBucket') {
      const resource = this.directoryArn(request, name, bucket);
      this.authorize({ ...checkOf(request, bucket, context), action: 's3express:CreateBucket', resource });
    } else if (request.operation === 'CreateSession') {
      this.sessionMode(request, bucket);
    } else if (session === undefined || request.principal.accountId === '') {
      this.authorizeSession(request, name, bucket, context, reads ? BOTH_MODES : READ_WRITE);
    } else if (session === 'ReadOnly' && !reads) {
      const resource = this.directoryArn(request, name, bucket);
      const check = { ...checkOf(request, bucket, context), action: 's3express:CreateSession', resource };
      throw this.refuse(check, 'the session is read-only');
    }
  }

  /** Directory buckets know one right only: to have a session, in one of two modes. Tries the modes in their order. */
  private authorizeSession(
    request: S3Request,
    name: string,
    bucket: Bucket | undefined,
    context: ConditionContext,
    modes: readonly SessionMode[],
  ): SessionMode {
    const checks = modes.map((mode) => ({
      ...checkOf(request, bucket, new Map([...context, ['s3express:sessionmode', [mode]] as const])),
      action: 's3express:CreateSession',
      resource: this.directoryArn(request, name, bucket),
    }));
    const allowed = checks.findIndex((check) => decideCheck(check).reason === undefined);
    const last = checks[allowed < 0 ? checks.length - 1 : allowed];
    if (last !== undefined) this.authorize(last);
    return modes[allowed] ?? 'ReadWrite';
  }

  /** A directory bucket that is missing is about to be created, by the requester's account. */
  private directoryArn(request: S3Request, name: string, bucket: Bucket | undefined): string {
    const region = bucket?.settings.region ?? requestRegion(request, this.region);
    const owner = bucket?.settings.ownerAccountId ?? request.principal.accountId;
    return `arn:aws:s3express:${region}:${owner}:bucket/${name}`;
  }

  private authorize(check: Check): void {
    const { reason, resource, allowedBy } = decideCheck(check);
    if (reason !== undefined) throw this.refuse({ ...check, resource }, reason);
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

/** The ARNs of a bucket or of an object in it. S3 asks for both names where a request comes by an access point. */
function resourcesOf(
  bucket: string,
  key: string | undefined,
  accessPoint: string | undefined,
): Pick<Check, 'resource' | 'byAccessPoint'> {
  const resource = key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`;
  if (accessPoint === undefined) return { resource };
  return { resource, byAccessPoint: key === undefined ? accessPoint : `${accessPoint}/object/${key}` };
}

/** Says why a check fails and on what, or which statements allow it. */
function decideCheck(check: Check): Outcome {
  const { byAccessPoint, principal } = check;
  const outcome = decideOn(check, check.bucket?.settings.policy);
  if (byAccessPoint === undefined || outcome.reason !== undefined || principal.policies === undefined) return outcome;
  const point = decideOn({ ...check, resource: byAccessPoint, bucket: undefined }, undefined);
  return { ...point, allowedBy: [...outcome.allowedBy, ...point.allowedBy] };
}

interface Outcome {
  readonly reason?: string;
  readonly resource: string;
  readonly allowedBy: readonly AllowedBy[];
}

function decideOn(check: Check, policy: string | undefined): Outcome {
  const { principal, action, resource, bucket, context } = check;
  const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
  const allowedBy: AllowedBy[] = [];
  const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false, allowedBy);
  const ofBucket = policy === undefined ? 'none' : decide([policy], request, true, allowedBy);
  const outcome = { resource, allowedBy };
  if (own === 'deny') return { ...outcome, reason: 'with an explicit deny in an identity-based policy' };
  if (ofBucket === 'deny') return { ...outcome, reason: 'with an explicit deny in a resource-based policy' };
  const sameAccount = bucket === undefined || bucket.settings.ownerAccountId === principal.accountId;
  if (ofBucket === 'allow' && !sameAccount && isRestricted(bucket)) return { ...outcome, reason: RESTRICTED };
  const anonymous = principal.accountId === '';
  const allowed =
    sameAccount || anonymous ? own === 'allow' || ofBucket === 'allow' : own === 'allow' && ofBucket === 'allow';
  if (allowed) return outcome;
  const missing = own === 'allow' ? 'resource-based' : 'identity-based';
  return { ...outcome, reason: `because no ${missing} policy allows the ${action} action` };
}

const RESTRICTED = 'because public access is blocked by the RestrictPublicBuckets block public access setting';

/** With this setting a public policy lets nobody in from other accounts, not even those whom it names. */
function isRestricted({ settings }: Bucket): boolean {
  const { policy, publicAccessBlock } = settings;
  return publicAccessBlock?.restrictPublicBuckets === true && policy !== undefined && isPublicPolicy(policy);
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
