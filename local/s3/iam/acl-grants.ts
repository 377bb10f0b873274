import type { BucketSettings, Grant, ObjectVersion } from '../store/model';
import { isObjectVersion } from '../store/store';
import { ANONYMOUS, canonicalId, type Principal } from '../wire/principal';
import type { Subject } from './subject';

export const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
export const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';

type Permission = 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP';

/** The ACL permission on the object for an action (S3 User Guide, "Mapping of ACL permissions and access policy permissions"). */
const OBJECT_PERMISSIONS: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  ['s3:GetObject', 'READ'],
  ['s3:GetObjectVersion', 'READ'],
  ['s3:GetObjectAcl', 'READ_ACP'],
  ['s3:GetObjectVersionAcl', 'READ_ACP'],
  ['s3:PutObjectAcl', 'WRITE_ACP'],
  ['s3:PutObjectVersionAcl', 'WRITE_ACP'],
]);

/** The ACL permission on the bucket for an action. */
const BUCKET_PERMISSIONS: ReadonlyMap<string, Permission> = new Map<string, Permission>([
  ['s3:ListBucket', 'READ'],
  ['s3:ListBucketVersions', 'READ'],
  ['s3:ListBucketMultipartUploads', 'READ'],
  ['s3:PutObject', 'WRITE'],
  ['s3:GetBucketAcl', 'READ_ACP'],
  ['s3:PutBucketAcl', 'WRITE_ACP'],
]);

/** The result of evaluating ACLs for an action. */
export interface AclDecision {
  /** Whether an ACL allows the action. */
  readonly grants: boolean;
  /** Owner of the object if it is not the bucket owner. The bucket policy does not apply to such an object. */
  readonly objectOwner?: string;
}

const NOT_GRANTED: AclDecision = { grants: false };

/** Evaluates the ACLs of a bucket and an object. Disabled ACLs (BucketOwnerEnforced) grant nothing. */
export function decideByAcl(principal: Principal, { bucket, key, versionId }: Subject, action: string): AclDecision {
  if (bucket === undefined || bucket.settings.ownership === 'BucketOwnerEnforced') return NOT_GRANTED;
  const { settings } = bucket;
  const ofObject = OBJECT_PERMISSIONS.get(action);
  if (ofObject === undefined) {
    const ofBucket = BUCKET_PERMISSIONS.get(action);
    const grants = ofBucket !== undefined && isGranted(principal, settings.grants ?? [], ofBucket, settings);
    return { grants };
  }
  const versions = key === undefined ? [] : (bucket.keys.get(key) ?? []);
  const object = versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
  return isObjectVersion(object) ? decideByObject(principal, object, ofObject, settings) : NOT_GRANTED;
}

function decideByObject(
  principal: Principal,
  { ownerAccountId, properties }: ObjectVersion,
  permission: Permission,
  settings: BucketSettings,
): AclDecision {
  // The default ACL grants full control to the owner of the object only.
  const granted = isGranted(principal, properties.grants ?? [], permission, settings);
  return {
    grants: granted || principal.accountId === ownerAccountId,
    ...(ownerAccountId !== settings.ownerAccountId && { objectOwner: ownerAccountId }),
  };
}

function isGranted(
  principal: Principal,
  grants: readonly Grant[],
  permission: Permission,
  { publicAccessBlock }: BucketSettings,
): boolean {
  const isAnonymous = principal.accessKeyId === ANONYMOUS;
  const groups =
    publicAccessBlock?.ignorePublicAcls === true ? [] : [ALL_USERS, ...(isAnonymous ? [] : [AUTHENTICATED_USERS])];
  return grants.some(
    ({ permission: given, grantee }) =>
      (given === permission || given === 'FULL_CONTROL') &&
      ('id' in grantee
        ? !isAnonymous && grantee.id === canonicalId(principal.accountId)
        : groups.includes(grantee.uri)),
  );
}
