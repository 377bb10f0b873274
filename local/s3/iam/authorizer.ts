import { directoryBucketArn, endpointOf, regionOfKey } from '../base/arns';
import type { S3Error } from '../errors/s3-error';
import { isDirectoryBucketName } from '../store/buckets';
import type { KmsKey, ObjectVersion } from '../store/model';
import type { Bucket } from '../store/store';
import { ANONYMOUS, type Principal } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { requestRegion } from '../wire/signing-scope';
import { decideByAcl } from './acl-grants';
import { needsOf, needsOfCopySource, needsOfCopyTarget } from './actions';
import { type Check, decideCheck, refusal, resourcesOf } from './checks';
import type { ConditionContext } from './context';
import { DecisionLog } from './decision-log';
import { decideKeyUse } from './key-policy';
import { type ConditionKeys, principalKeys } from './principal-keys';
import { contextOf, type Surroundings } from './request-context';
import type { Subject } from './subject';

type SessionMode = 'ReadOnly' | 'ReadWrite';

const READ_ONLY: readonly SessionMode[] = ['ReadOnly'];
const READ_WRITE: readonly SessionMode[] = ['ReadWrite'];
const BOTH_MODES: readonly SessionMode[] = ['ReadWrite', 'ReadOnly'];

/** An object, as the request names it: the source of a copy, say. */
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

  constructor(private readonly surroundings: Surroundings) {}

  /**
   * Checks all that a request needs on its own bucket and key.
   * @param inBody condition keys of the request's body
   */
  authorizeRequest(request: S3Request, bucket: Bucket | undefined, inBody: ConditionKeys = []): void {
    if (bucket?.settings.directory ?? isDirectoryBucketName(request.bucket)) {
      this.authorizeDirectory(request, bucketOf(request, bucket));
      return;
    }
    // S3 tells everybody that a bucket does not exist.
    if (bucket === undefined && request.principal.accessKeyId === ANONYMOUS && !needsNoBucket(request)) return;
    for (const { action, on } of needsOf(request)) {
      // Whether the name of a new bucket is taken is for the operation to say, not for the policy of the bucket that has it.
      const existing = request.operation === 'CreateBucket' ? undefined : bucket;
      const subject = on === 'object' ? objectOf(request, existing) : bucketOf(request, existing);
      const check = this.checkOf(request, subject, action, inBody);
      this.authorize(on === 'account' ? { ...check, resource: '*' } : check);
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
    for (const action of needsOfCopyTarget(request, object)) {
      this.authorize(this.checkOf(request, objectOf(request, target), action));
    }
  }

  /** Checks one deletion of DeleteObjects; of a directory bucket, the request as a whole was checked. */
  authorizeDeletion(request: S3Request, bucket: Bucket, key: string, versionId: string | undefined): void {
    if (bucket.settings.directory) return;
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    this.authorize(this.checkOf(request, { ...bucketOf(request, bucket), key, versionId }, action));
  }

  /**
   * Checks whether the principal may learn that a key does not exist: whether it may list the key. A policy that allows listing
   * below a prefix sees the key as that prefix (as Ceph found of S3, ceph/ceph pull request 68577). A session with a directory
   * bucket tells everything.
   */
  authorizeMissing(request: S3Request, { bucket, key, accessPoint }: CopiedObject): void {
    if (bucket.settings.directory) return;
    const subject = { name: bucket.name, bucket, accessPoint };
    this.authorize(this.checkOf(request, subject, 's3:ListBucket', [['s3:prefix', [key]]]));
  }

  /** Whether the principal may see a part of an answer that is left out for others. Leaving it out is no refusal. */
  maySee(request: S3Request, bucket: Bucket, action: string): boolean {
    const { reason, allowedBy } = decideCheck(this.checkOf(request, objectOf(request, bucket), action));
    if (reason === undefined) this.log.allowed(allowedBy);
    return reason === undefined;
  }

  /** Checks the use of a KMS key: S3 asks for it in the principal's name. */
  authorizeKms(
    principal: Principal,
    action: 'kms:Decrypt' | 'kms:GenerateDataKey',
    key: KmsKey,
    s3Arn: string,
    operation: string,
  ): void {
    const service = s3Arn.includes(':s3express:') ? 's3express' : 's3';
    const context: ConditionContext = new Map([
      ...principalKeys(principal),
      ['kms:viaservice', [endpointOf(service, regionOfKey(key.arn) ?? this.surroundings.region)]],
      ['kms:encryptioncontext:aws:s3:arn', [s3Arn]],
      ['kms:calleraccount', [principal.accountId]],
    ]);
    const check = { principal, action, resource: key.arn, bucket: undefined, context, operation };
    this.authorize(check, key.policy === undefined ? undefined : decideKeyUse(check, key.policy, key));
  }

  /** Checks a call of another service that has no policies of its own here. */
  authorizeCall(principal: Principal, action: string, resource: string, operation: string): void {
    const context: ConditionContext = new Map(principalKeys(principal));
    this.authorize({ principal, action, resource, bucket: undefined, context, operation });
  }

  private authorizeOnSource(request: S3Request, source: CopiedObject, actions: readonly string[]): void {
    const subject = { ...source, name: source.bucket.name };
    if (source.bucket.settings.directory) {
      this.authorizeDirectory(request, subject, true);
      return;
    }
    for (const action of actions) this.authorize(this.checkOf(request, subject, action));
  }

  /**
   * The mode of a session that a request asks for. Without a mode S3 gives the most that is allowed.
   * @throws AccessDenied
   */
  sessionMode(request: S3Request, bucket: Bucket | undefined): 'ReadOnly' | 'ReadWrite' {
    const asked = request.header('x-amz-create-session-mode');
    const modes = asked === undefined ? BOTH_MODES : asked === 'ReadOnly' ? READ_ONLY : READ_WRITE;
    return this.authorizeSession(request, bucketOf(request, bucket), modes);
  }

  private authorizeDirectory(
    request: S3Request,
    subject: Subject,
    reads = request.method === 'GET' || request.method === 'HEAD',
  ): void {
    const { session } = request.principal;
    if (request.operation === 'CreateBucket') {
      this.authorize(this.directoryCheck(request, subject, 's3express:CreateBucket'));
    } else if (request.operation === 'CreateSession') {
      this.sessionMode(request, subject.bucket);
    } else if (session === undefined || request.principal.accountId === '') {
      this.authorizeSession(request, subject, reads ? BOTH_MODES : READ_WRITE);
    } else if (session === 'ReadOnly' && !reads) {
      const check = this.directoryCheck(request, subject, 's3express:CreateSession');
      throw this.refuse(check, 'the session is read-only');
    }
  }

  /** Directory buckets know one right only: to have a session, in one of two modes. Tries the modes in their order. */
  private authorizeSession(request: S3Request, subject: Subject, modes: readonly SessionMode[]): SessionMode {
    const checks = modes.map((mode) =>
      this.directoryCheck(request, subject, 's3express:CreateSession', [['s3express:sessionmode', [mode]]]),
    );
    const allowed = checks.findIndex((check) => decideCheck(check).reason === undefined);
    const last = checks[allowed < 0 ? checks.length - 1 : allowed];
    if (last !== undefined) this.authorize(last);
    return modes[allowed] ?? 'ReadWrite';
  }

  /** A directory bucket that is missing is about to be created, by the requester's account. */
  private directoryCheck(request: S3Request, subject: Subject, action: string, keys: ConditionKeys = []): Check {
    const { name, bucket } = subject;
    const region = bucket?.settings.region ?? requestRegion(request, this.surroundings.region);
    const owner = bucket?.settings.ownerAccountId ?? request.principal.accountId;
    const resource = directoryBucketArn(name, region, owner);
    const { principal, operation } = request;
    const context = contextOf(request, subject, action, this.surroundings, keys);
    return { principal, operation, bucket, action, resource, context };
  }

  private checkOf(request: S3Request, subject: Subject, action: string, keys: ConditionKeys = []): Check {
    const { principal, operation } = request;
    const context = contextOf(request, subject, action, this.surroundings, keys);
    return {
      principal,
      operation,
      bucket: subject.bucket,
      acl: decideByAcl(principal, subject, action),
      action,
      context,
      ...resourcesOf(subject, this.surroundings.region),
    };
  }

  private authorize(check: Check, outcome = decideCheck(check)): void {
    const { reason, resource, allowedBy } = outcome;
    if (reason !== undefined) throw this.refuse({ ...check, resource }, reason);
    this.log.allowed(allowedBy);
  }

  private refuse({ principal, action, resource, operation }: Check, reason: string): S3Error {
    this.log.denied({ principal: principal.arn, action, resource, operation });
    return refusal(principal, action, resource, reason);
  }
}

function bucketOf({ bucket: name, accessPoint }: S3Request, bucket: Bucket | undefined): Subject {
  return { name, bucket, accessPoint };
}

function objectOf(request: S3Request, bucket: Bucket | undefined): Subject {
  return { ...bucketOf(request, bucket), key: request.key, versionId: request.versionId };
}

/** Whether an operation is on no bucket, or on one that does not exist yet. */
function needsNoBucket({ operation }: S3Request): boolean {
  return ['ListBuckets', 'ListDirectoryBuckets', 'CreateBucket'].includes(operation);
}
