import { bucketArn } from '../base/arns';
import { S3Error, s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';
import { ANONYMOUS, nameOf, type Principal } from '../wire/principal';
import type { AclDecision } from './acl-grants';
import type { ConditionContext } from './context';
import { type AllowedBy, decide } from './policy';
import { isPublicPolicy } from './public-policy';
import type { Subject } from './subject';

/** One question to the policies. */
export interface Check {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  /** The access point, or the object behind it, that must be allowed besides. */
  readonly byAccessPoint?: string;
  /** The access point's own policy. */
  readonly accessPointPolicy?: string | undefined;
  readonly bucket: Bucket | undefined;
  /** What ACLs say; absent for actions that no ACL is about. */
  readonly acl?: AclDecision | undefined;
  readonly context: ConditionContext;
  readonly operation: string;
}

type Resources = Pick<Check, 'resource' | 'byAccessPoint' | 'accessPointPolicy'>;

/** The ARNs of a bucket or of an object in it. S3 asks for both names where a request comes by an access point. */
export function resourcesOf({ name, bucket, key, accessPoint }: Subject, serverRegion: string): Resources {
  const region = bucket?.settings.region ?? serverRegion;
  const resource = bucketArn(key === undefined ? name : `${name}/${key}`, region);
  if (accessPoint === undefined) return { resource };
  const byAccessPoint = key === undefined ? accessPoint : `${accessPoint}/object/${key}`;
  const points = bucket?.settings.accessPoints ?? [];
  const point = points.find((known) => accessPoint.endsWith(`:accesspoint/${known.name}`));
  return { resource, byAccessPoint, accessPointPolicy: point?.policy };
}

/** Says why a check fails and on what, or which statements allow it. */
export function decideCheck(check: Check): Outcome {
  const { byAccessPoint, accessPointPolicy, bucket } = check;
  const { policy, publicAccessBlock } = bucket?.settings ?? {};
  // An access point blocks public access of its own, and that to its bucket.
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

/** @param restricts whether a public policy lets nobody in from other accounts, not even those whom it names */
function decideOn(check: Check, policy: string | undefined, restricts: boolean): Outcome {
  const { principal, action, resource, bucket, context } = check;
  const request = { action, resource, principalArn: principal.arn, principalAccountId: principal.accountId, context };
  const allowedBy: AllowedBy[] = [];
  const own = principal.policies === undefined ? 'allow' : decide(principal.policies, request, false, allowedBy);
  const applies = policy !== undefined && !isOwnersWayBack(check);
  const ofResource = applies ? decide([policy], request, true, allowedBy) : 'none';
  const outcome = { resource, allowedBy };
  if (own === 'deny') return { ...outcome, reason: 'with an explicit deny in an identity-based policy' };
  if (ofResource === 'deny') return { ...outcome, reason: 'with an explicit deny in a resource-based policy' };
  const sameAccount = bucket === undefined || bucket.settings.ownerAccountId === principal.accountId;
  const shuts = restricts && policy !== undefined && isPublicPolicy(policy);
  if (ofResource === 'allow' && !sameAccount && shuts) return { ...outcome, reason: RESTRICTED };
  if (isAllowed(check, own === 'allow', ofResource === 'allow', sameAccount)) return outcome;
  const missing = own === 'allow' ? 'resource-based' : 'identity-based';
  return { ...outcome, reason: `because no ${missing} policy allows the ${action} action` };
}

/**
 * Combines what a principal's own policies, the resource's policy and ACLs allow. Within one account either policy is enough; another
 * account needs its own policies and something of the resource's side. A bucket's policy does not apply to objects of other accounts.
 */
function isAllowed({ principal, acl }: Check, own: boolean, ofResource: boolean, sameAccount: boolean): boolean {
  const isAnonymous = principal.accountId === '';
  const granted = acl?.grants === true;
  if (acl?.objectOwner !== undefined) return granted && (own || isAnonymous);
  if (isAnonymous) return ofResource || granted;
  return sameAccount ? own || ofResource : own && (ofResource || granted);
}

const POLICY_ACTIONS = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy']);

/** The root user of the owner's account can always see and change the policy, even one that shuts everybody out. */
function isOwnersWayBack({ action, principal, bucket }: Check): boolean {
  const isRoot = principal.arn.endsWith(`:iam::${bucket?.settings.ownerAccountId}:root`);
  return isRoot && POLICY_ACTIONS.has(action);
}

/** The denial of RestrictPublicBuckets is an explicit one (S3 User Guide, "Troubleshoot access denied errors"). */
const RESTRICTED = 'with an explicit deny in a resource-based policy';

/** S3's own words, which name the action and the resource, but not to those who did not say who they are. */
export function refusal(principal: Principal, action: string, resource: string, reason: string): S3Error {
  if (principal.accessKeyId === ANONYMOUS) return s3Error('AccessDenied');
  return new S3Error(
    403,
    'AccessDenied',
    `User: ${nameOf(principal)} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
  );
}
