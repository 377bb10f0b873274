import { bucketArn } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import { ALL_USERS, AUTHENTICATED_USERS } from '../iam/acl-grants';
import type { BucketSettings, Grant } from '../store/model';
import { canonicalId, nameInErrors } from '../wire/principal';
import type { S3Request } from '../wire/request';

const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const GROUPS: ReadonlySet<string> = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);

/** Permissions that canned ACLs of objects grant to the bucket owner if it is another account than the writer. */
const FOR_BUCKET_OWNER: ReadonlyMap<string, string> = new Map<string, string>([
  ['bucket-owner-read', 'READ'],
  ['bucket-owner-full-control', 'FULL_CONTROL'],
]);

/** Grants of canned ACLs in addition to the owner's FULL_CONTROL. */
const CANNED: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  'public-read': [{ permission: 'READ', grantee: { uri: ALL_USERS } }],
  'public-read-write': [
    { permission: 'READ', grantee: { uri: ALL_USERS } },
    { permission: 'WRITE', grantee: { uri: ALL_USERS } },
  ],
  'authenticated-read': [{ permission: 'READ', grantee: { uri: AUTHENTICATED_USERS } }],
  'aws-exec-read': [],
  'log-delivery-write': [
    { permission: 'WRITE', grantee: { uri: LOG_DELIVERY } },
    { permission: 'READ_ACP', grantee: { uri: LOG_DELIVERY } },
  ],
};

const GRANT_HEADERS: Readonly<Record<string, string>> = {
  'x-amz-grant-full-control': 'FULL_CONTROL',
  'x-amz-grant-read': 'READ',
  'x-amz-grant-write': 'WRITE',
  'x-amz-grant-read-acp': 'READ_ACP',
  'x-amz-grant-write-acp': 'WRITE_ACP',
};

/**
 * The grants in the ACL headers of a PutObject, CopyObject or CreateMultipartUpload; undefined if there are none. If ACLs are
 * disabled and Block Public Access is on, S3 reports the disabled ACLs.
 */
export function readObjectGrants(request: S3Request, settings: BucketSettings): readonly Grant[] | undefined {
  const grants = readGrants(request, settings);
  if (grants === undefined) return undefined;
  checkAclsAllowed(settings, grants);
  checkNotPublic(request, settings, grants, 's3:PutObject');
  return grants;
}

/** The grants in the ACL headers of a request. Does not check whether the bucket accepts them. */
export function readGrants(
  request: S3Request,
  settings: Pick<BucketSettings, 'ownership' | 'ownerAccountId'>,
): readonly Grant[] | undefined {
  const canned = request.header('x-amz-acl');
  const granting = Object.keys(GRANT_HEADERS).filter((name) => request.header(name) !== undefined);
  if (canned === undefined && granting.length === 0) return undefined;
  if (canned !== undefined && granting.length > 0) throw s3Error('CannedAndGrants');
  return canned === undefined
    ? granting.flatMap((name) => parseGrantHeader(request, name))
    : cannedGrants(canned, request.principal.accountId, settings);
}

function cannedGrants(
  canned: string,
  writerAccountId: string,
  { ownership, ownerAccountId }: Pick<BucketSettings, 'ownership' | 'ownerAccountId'>,
): readonly Grant[] {
  const writer = fullControl(writerAccountId);
  const permission = FOR_BUCKET_OWNER.get(canned);
  const others = Object.hasOwn(CANNED, canned) ? CANNED[canned] : undefined;
  if (others !== undefined) return [writer, ...others];
  if (permission === undefined) {
    throw s3Error('InvalidAclArgument', { ArgumentName: 'x-amz-acl', ArgumentValue: canned });
  }
  if (writerAccountId === ownerAccountId) return [writer];
  // The bucket owner becomes the owner of the object, except with ObjectWriter ownership.
  if (permission === 'FULL_CONTROL' && ownership !== 'ObjectWriter') return [fullControl(ownerAccountId)];
  return [writer, { permission, grantee: { id: canonicalId(ownerAccountId) } }];
}

function fullControl(accountId: string): Grant {
  return { permission: 'FULL_CONTROL', grantee: { id: canonicalId(accountId) } };
}

/** The account that owns a new object, according to the bucket's ownership controls. */
export function objectOwner(
  { ownership, ownerAccountId }: BucketSettings,
  writerAccountId: string,
  grants: readonly Grant[] | undefined,
): string {
  if (ownership === 'BucketOwnerEnforced') return ownerAccountId;
  const [grant] = grants ?? [];
  const ownedByBucketOwner =
    ownership === 'BucketOwnerPreferred' &&
    grants?.length === 1 &&
    grant?.permission === 'FULL_CONTROL' &&
    'id' in grant.grantee &&
    grant.grantee.id === canonicalId(ownerAccountId);
  return ownedByBucketOwner ? ownerAccountId : writerAccountId;
}

/** With BucketOwnerEnforced (the default), S3 accepts only an ACL that grants full control to the bucket owner and nothing else. */
export function checkAclsAllowed(
  settings: Pick<BucketSettings, 'ownership' | 'ownerAccountId'>,
  grants: readonly Grant[],
  refusal: 'AccessControlListNotSupported' | 'AclWithOwnership' = 'AccessControlListNotSupported',
): void {
  if (settings.ownership !== 'BucketOwnerEnforced') return;
  const owner = canonicalId(settings.ownerAccountId);
  const ownerOnly = grants.every(
    ({ permission, grantee }) => permission === 'FULL_CONTROL' && 'id' in grantee && grantee.id === owner,
  );
  if (!ownerOnly) throw s3Error(refusal);
}

/** Whether an ACL grants a permission to everyone or to all authenticated AWS users. */
export function isPublicAcl(grants: readonly Grant[]): boolean {
  return grants.some(
    ({ grantee }) => 'uri' in grantee && (grantee.uri === ALL_USERS || grantee.uri === AUTHENTICATED_USERS),
  );
}

/** @throws AccessDenied for a public ACL if the bucket blocks public ACLs or the request uses an access point, which always does */
export function checkNotPublic(
  { bucket, key, principal, accessPoint }: S3Request,
  { publicAccessBlock, region }: BucketSettings,
  grants: readonly Grant[],
  action: 's3:PutObject' | 's3:PutObjectAcl' | 's3:PutObjectVersionAcl' | 's3:PutBucketAcl',
): void {
  const blocks = publicAccessBlock?.blockPublicAcls === true || accessPoint !== undefined;
  if (!blocks || !isPublicAcl(grants)) return;
  const resource = bucketArn(key === '' ? bucket : `${bucket}/${key}`, region);
  throw s3Error('PublicAclBlocked', {}, { who: nameInErrors(principal), action, resource });
}

const GRANTEE_KINDS: ReadonlySet<string> = new Set(['id', 'uri', 'emailAddress']);

/** Parses the grantees of one permission: `id="…", uri="…"`. */
function parseGrantHeader(request: S3Request, header: string): Grant[] {
  const value = request.header(header) ?? '';
  const permission = (Object.hasOwn(GRANT_HEADERS, header) ? GRANT_HEADERS[header] : undefined) ?? '';
  return value.split(',').map((item) => {
    const [kind = '', ...rest] = item.split('=');
    const name = /^"?([^"]*)"?$/.exec(rest.join('=').trim())?.[1];
    if (name === undefined || rest.length === 0 || !GRANTEE_KINDS.has(kind.trim())) {
      throw s3Error('GrantFormat', { ArgumentName: header, ArgumentValue: value });
    }
    return { permission, grantee: parseGrantee(kind.trim(), name) };
  });
}

function parseGrantee(kind: string, name: string): Grant['grantee'] {
  // S3 has not supported grantees by e-mail address since October 2025.
  if (kind === 'emailAddress') throw s3Error('MethodNotAllowed');
  if (kind === 'uri') {
    checkGroup(name, 'uri');
    return { uri: name };
  }
  checkCanonicalId(name, 'id');
  return { id: name };
}

export function checkGroup(uri: string, argument: string): void {
  if (!GROUPS.has(uri)) throw s3Error('InvalidGroupUri', { ArgumentName: argument, ArgumentValue: uri });
}

export function checkCanonicalId(id: string, argument: string): void {
  if (!/^[0-9a-f]{64}$/.test(id)) throw s3Error('InvalidGranteeId', { ArgumentName: argument, ArgumentValue: id });
}

export function isPermission(name: string): boolean {
  return Object.values(GRANT_HEADERS).includes(name);
}
