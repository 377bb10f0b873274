import { bucketArn } from '../base/arns';
import { S3Error, s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';
import { ANONYMOUS, nameInErrors, type Principal } from '../wire/principal';
import type { AclDecision } from './acl-grants';
import type { ConditionContext } from './context';
import { type AllowedBy, decide } from './policy';
import { isPublicPolicy } from './public-policy';
import type { Subject } from './subject';

/** An action on a resource, with all that decides whether the principal is allowed to perform it. */
export interface Check {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The ARN of the resource as addressed through an access point. It must be allowed in addition to `resource`. */
  readonly byAccessPoint?: string;
  /** The policy of the access point. */
  readonly accessPointPolicy?: string | undefined;
  readonly bucket: Bucket | undefined;
  /** The result of evaluating ACLs. Absent for services without ACLs. */
  readonly acl?: AclDecision | undefined;
  readonly context: ConditionContext;
  readonly operation: string;
}

type Resources = Pick<Check, 'resource' | 'byAccessPoint' | 'accessPointPolicy'>;

/** The ARNs of a bucket or of an object in it: the ARN of the bucket and, if the request uses one, of the access point. */
export function resourcesOf({ name, bucket, key, accessPoint }: Subject, serverRegion: string): Resources {
  const region = bucket?.settings.region ?? serverRegion;
  const resource = bucketArn(key === undefined ? name : `${name}/${key}`, region);
  if (accessPoint === undefined) return { resource };
  const byAccessPoint = key === undefined ? accessPoint : `${accessPoint}/object/${key}`;
  const points = bucket?.settings.accessPoints ?? [];
  const point = points.find((known) => accessPoint.endsWith(`:accesspoint/${known.name}`));
  return { resource, byAccessPoint, accessPointPolicy: point?.policy };
}

/** Evaluates a check. The outcome is a denial if it has a reason. */
export function decideCheck(check: Check): Outcome {
  const { byAccessPoint, accessPointPolicy, bucket } = check;
  const { policy, publicAccessBlock } = bucket?.settings ?? {};
  // Access points block public access by default, both to themselves and to the bucket behind them.
  const restricts = byAccessPoint !== undefined || publicAccessBlock?.restrictPublicBuckets === true;
  const outcome = decideOn(check, policy, restricts);
  if (byAccessPoint === undefined || outcome.reason !== undefined) return outcome;
  const point = decideOn({ ...check, resource: byAccessPoint, acl: undefined }, accessPointPolicy, restricts);
  return { ...point, allowedBy: [...outcome.allowedBy, ...point.allowedBy] };
}

export interface Outcome {
  readonly reason?: string;
  readonly resource: string;
  readonly allowedBy: readonly AllowedBy[];
}

/** @param restricts whether RestrictPublicBuckets is on: a public policy then grants nothing to other accounts */
function decideOn(check: Check, policy: string | undefined, restricts: boolean): Outcome {
  const { principal, action, resource, bucket, context } = check;
  const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
  const allowedBy: AllowedBy[] = [];
  const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false, allowedBy);
  const applies = policy !== undefined && !isPolicyRecovery(check);
  const ofResource = applies ? decide([policy], request, true, allowedBy) : 'none';
  const outcome = { resource, allowedBy };
  if (own === 'deny') return { ...outcome, reason: 'with an explicit deny in an identity-based policy' };
  if (ofResource === 'deny') return { ...outcome, reason: 'with an explicit deny in a resource-based policy' };
  const sameAccount = bucket === undefined || bucket.settings.ownerAccountId === principal.accountId;
  const restricted = restricts && policy !== undefined && isPublicPolicy(policy);
  if (ofResource === 'allow' && !sameAccount && restricted) return { ...outcome, reason: RESTRICTED };
  if (isAllowed(check, own === 'allow', ofResource === 'allow', sameAccount)) return outcome;
  const missing = own === 'allow' ? 'resource-based' : 'identity-based';
  return { ...outcome, reason: `because no ${missing} policy allows the ${action} action` };
}

/**
 * Combines identity-based policies, the bucket policy and ACLs. Within one account, one of the policies is enough. For another account,
 * its identity-based policies and either the bucket policy or an ACL must allow the action. The bucket policy does not apply to objects
 * of other accounts.
 */
function isAllowed({ principal, acl }: Check, own: boolean, ofResource: boolean, sameAccount: boolean): boolean {
  const isAnonymous = principal.accountId === '';
  const granted = acl?.grants === true;
  if (acl?.objectOwner !== undefined) return granted && (own || isAnonymous);
  if (isAnonymous) return ofResource || granted;
  return sameAccount ? own || ofResource : own && (ofResource || granted);
}

const POLICY_ACTIONS = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

/** Whether the bucket policy does not apply: the root user of the owner can always read, change and delete it. */
function isPolicyRecovery({ action, principal, bucket }: Check): boolean {
  const isRoot = principal.arn.endsWith(`:iam::${bucket?.settings.ownerAccountId}:root`);
  return isRoot && POLICY_ACTIONS.has(action);
}

/** S3 reports RestrictPublicBuckets as an explicit deny (S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors"). */
const RESTRICTED = 'with an explicit deny in a resource-based policy';

/** The AccessDenied error of S3, which does not name the action and the resource to unsigned requests. */
export function accessDenied(principal: Principal, action: string, resource: string, reason: string): S3Error {
  if (principal.accessKeyId === ANONYMOUS) return s3Error('AccessDenied');
  return new S3Error(
    403,
    'AccessDenied',
    `User: ${nameInErrors(principal)} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
  );
}
