import { directoryBucketArn, endpointOf, regionOfKey } from '../base/arns';
import type { S3Error } from '../errors/s3-error';
import { isDirectoryBucketName } from '../store/buckets';
import type { KmsKey, ObjectVersion } from '../store/model';
import type { Bucket } from '../store/store';
import { ANONYMOUS, type Principal } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { requestRegion } from '../wire/signing-scope';
import { decideByAcl } from './acl-grants';
import { requiredActions, copySourceActions, copyDestinationActions } from './actions';
import { type Check, decideCheck, accessDenied, resourcesOf } from './checks';
import type { ConditionContext } from './context';
import { DecisionLog } from './decision-log';
import { decideKeyUse } from './key-policy';
import { type ConditionKeys, principalKeys } from './principal-keys';
import { conditionContext, type ContextOptions } from './request-context';
import type { Subject } from './subject';

type SessionMode = 'ReadOnly' | 'ReadWrite';

const READ_ONLY: readonly SessionMode[] = ['ReadOnly'];
const READ_WRITE: readonly SessionMode[] = ['ReadWrite'];
const BOTH_MODES: readonly SessionMode[] = ['ReadWrite', 'ReadOnly'];

/** An object that a request refers to besides its own key, such as the source of a copy. */
export interface CopiedObject {
  readonly bucket: Bucket;
  readonly key: string;
  readonly versionId?: string;
  /** ARN of the access point, if the request names one instead of the bucket. */
  readonly accessPoint?: string;
}

/** Evaluates identity-based policies, resource-based policies and ACLs. All methods throw AccessDenied unless noted otherwise. */
export class Authorizer {
  readonly log = new DecisionLog();

  constructor(private readonly options: ContextOptions) {}

  /**
   * Checks the actions that a request requires on its own bucket and key.
   * @param bodyKeys condition keys with values from the request body
   */
  authorizeRequest(request: S3Request, bucket: Bucket | undefined, bodyKeys: ConditionKeys = []): void {
    if (bucket?.settings.directory ?? isDirectoryBucketName(request.bucket)) {
      this.authorizeDirectory(request, bucketSubject(request, bucket));
      return;
    }
    // S3 reports NoSuchBucket to unsigned requests too.
    if (bucket === undefined && request.principal.accessKeyId === ANONYMOUS && !needsNoBucket(request)) return;
    for (const { action, on } of requiredActions(request)) {
      // The policy of an existing bucket does not apply to CreateBucket: the operation reports that the name is in use.
      const existing = request.operation === 'CreateBucket' ? undefined : bucket;
      const subject = on === 'object' ? objectSubject(request, existing) : bucketSubject(request, existing);
      const check = this.checkOf(request, subject, action, bodyKeys);
      this.authorize(on === 'account' ? { ...check, resource: '*' } : check);
    }
  }

  /** Checks read access to the source of a copy. */
  authorizeSource(request: S3Request, source: CopiedObject): void {
    this.authorizeSourceActions(request, source, [
      source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion',
    ]);
  }

  /** Checks that a CopyObject may copy the tags and annotations of its source, if it has any. */
  authorizeCopiedProperties(request: S3Request, source: CopiedObject, target: Bucket, object: ObjectVersion): void {
    if (!source.bucket.settings.directory) {
      this.authorizeSourceActions(request, source, copySourceActions(request, object, source.versionId));
    }
    if (target.settings.directory) return;
    for (const action of copyDestinationActions(request, object)) {
      this.authorize(this.checkOf(request, objectSubject(request, target), action));
    }
  }

  /** Checks one deletion of DeleteObjects. For directory buckets, authorizeRequest has checked the whole request. */
  authorizeDeletion(request: S3Request, bucket: Bucket, key: string, versionId: string | undefined): void {
    if (bucket.settings.directory) return;
    const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
    this.authorize(this.checkOf(request, { ...bucketSubject(request, bucket), key, versionId }, action));
  }

  /**
   * Checks s3:ListBucket, without which S3 does not reveal that a key does not exist. Conditions see the key as s3:prefix
   * (ceph/ceph#68577). Sessions of directory buckets are always allowed.
   */
  authorizeMissing(request: S3Request, { bucket, key, accessPoint }: CopiedObject): void {
    if (bucket.settings.directory) return;
    const subject = { name: bucket.name, bucket, accessPoint };
    this.authorize(this.checkOf(request, subject, 's3:ListBucket', [['s3:prefix', [key]]]));
  }

  /** Whether the principal is allowed an action on which an optional part of the response depends. Does not throw or log a denial. */
  maySee(request: S3Request, bucket: Bucket, action: string): boolean {
    const { reason, allowedBy } = decideCheck(this.checkOf(request, objectSubject(request, bucket), action));
    if (reason === undefined) this.log.allowed(allowedBy);
    return reason === undefined;
  }

  /** Checks the use of a KMS key, which S3 requests on behalf of the principal. */
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
      ['kms:viaservice', [endpointOf(service, regionOfKey(key.arn) ?? this.options.region)]],
      ['kms:encryptioncontext:aws:s3:arn', [s3Arn]],
      ['kms:calleraccount', [principal.accountId]],
    ]);
    const check = { principal, action, resource: key.arn, bucket: undefined, context, operation };
    this.authorize(check, key.policy === undefined ? undefined : decideKeyUse(check, key.policy, key));
  }

  /** Checks a call of another service, by identity-based policies only. */
  authorizeCall(principal: Principal, action: string, resource: string, operation: string): void {
    const context: ConditionContext = new Map(principalKeys(principal));
    this.authorize({ principal, action, resource, bucket: undefined, context, operation });
  }

  private authorizeSourceActions(request: S3Request, source: CopiedObject, actions: readonly string[]): void {
    const subject = { ...source, name: source.bucket.name };
    if (source.bucket.settings.directory) {
      this.authorizeDirectory(request, subject, true);
      return;
    }
    for (const action of actions) this.authorize(this.checkOf(request, subject, action));
  }

  /**
   * The mode of a session for CreateSession. If the request does not specify one, the session gets the widest mode that is allowed.
   * @throws AccessDenied
   */
  sessionMode(request: S3Request, bucket: Bucket | undefined): 'ReadOnly' | 'ReadWrite' {
    const requested = request.header('x-amz-create-session-mode');
    const modes = requested === undefined ? BOTH_MODES : requested === 'ReadOnly' ? READ_ONLY : READ_WRITE;
    return this.authorizeSession(request, bucketSubject(request, bucket), modes);
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

  /** Checks s3express:CreateSession, the only action for the objects of a directory bucket. Returns the first mode that is allowed. */
  private authorizeSession(request: S3Request, subject: Subject, modes: readonly SessionMode[]): SessionMode {
    const checks = modes.map((mode) =>
      this.directoryCheck(request, subject, 's3express:CreateSession', [['s3express:sessionmode', [mode]]]),
    );
    const allowed = checks.findIndex((check) => decideCheck(check).reason === undefined);
    const last = checks[allowed < 0 ? checks.length - 1 : allowed];
    if (last !== undefined) this.authorize(last);
    return modes[allowed] ?? 'ReadWrite';
  }

  /** A check on a directory bucket. If it does not exist yet, it belongs to the account of the requester. */
  private directoryCheck(request: S3Request, subject: Subject, action: string, keys: ConditionKeys = []): Check {
    const { name, bucket } = subject;
    const region = bucket?.settings.region ?? requestRegion(request, this.options.region);
    const owner = bucket?.settings.ownerAccountId ?? request.principal.accountId;
    const resource = directoryBucketArn(name, region, owner);
    const { principal, operation } = request;
    const context = conditionContext(request, subject, action, this.options, keys);
    return { principal, operation, bucket, action, resource, context };
  }

  private checkOf(request: S3Request, subject: Subject, action: string, keys: ConditionKeys = []): Check {
    const { principal, operation } = request;
    const context = conditionContext(request, subject, action, this.options, keys);
    return {
      principal,
      operation,
      bucket: subject.bucket,
      acl: decideByAcl(principal, subject, action),
      action,
      context,
      ...resourcesOf(subject, this.options.region),
    };
  }

  private authorize(check: Check, outcome = decideCheck(check)): void {
    const { reason, resource, allowedBy } = outcome;
    if (reason !== undefined) throw this.refuse({ ...check, resource }, reason);
    this.log.allowed(allowedBy);
  }

  private refuse({ principal, action, resource, operation }: Check, reason: string): S3Error {
    this.log.denied({ principal: principal.arn, action, resource, operation });
    return accessDenied(principal, action, resource, reason);
  }
}

function bucketSubject({ bucket: name, accessPoint }: S3Request, bucket: Bucket | undefined): Subject {
  return { name, bucket, accessPoint };
}

function objectSubject(request: S3Request, bucket: Bucket | undefined): Subject {
  return { ...bucketSubject(request, bucket), key: request.key, versionId: request.versionId };
}

/** Whether an operation does not require an existing bucket. */
function needsNoBucket({ operation }: S3Request): boolean {
  return ['ListBuckets', 'ListDirectoryBuckets', 'CreateBucket'].includes(operation);
}
