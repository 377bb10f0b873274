import { canonicalId } from './accounts';
import { s3Error } from './errors';
import type { S3Request } from './http/request';
import type { BucketSettings, Grant } from './store/model';

const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const AUTHENTICATED_USERS = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers';
const LOG_DELIVERY = 'http://acs.amazonaws.com/groups/s3/LogDelivery';
const GROUPS: ReadonlySet<string> = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);

/** Grants beside the owner's FULL_CONTROL that a canned ACL means. */
const CANNED: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  'public-read': [{ permission: 'READ', grantee: { uri: ALL_USERS } }],
  'public-read-write': [
    { permission: 'READ', grantee: { uri: ALL_USERS } },
    { permission: 'WRITE', grantee: { uri: ALL_USERS } },
  ],
  'authenticated-read': [{ permission: 'READ', grantee: { uri: AUTHENTICATED_USERS } }],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
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
 * The grants that the ACL headers of a request ask for, or undefined when it has none: then only the owner has any.
 * @throws AccessControlListNotSupported in a bucket whose owner has disabled ACLs, unless the ACL gives the owner everything.
 */
export function readGrants(request: S3Request, settings: BucketSettings): readonly Grant[] | undefined {
  const canned = request.header('x-amz-acl');
  const granting = Object.keys(GRANT_HEADERS).filter((name) => request.header(name) !== undefined);
  if (canned === undefined && granting.length === 0) return undefined;
  if (canned !== undefined && granting.length > 0) throw s3Error('CannedAndGrants');
  const others = canned === undefined ? undefined : CANNED[canned];
  if (canned !== undefined && others === undefined) {
    throw s3Error('InvalidAclArgument', { ArgumentName: 'x-amz-acl', ArgumentValue: canned });
  }
  const owner: Grant = { permission: 'FULL_CONTROL', grantee: { id: canonicalId(request.principal.accountId) } };
  const grants =
    others === undefined ? granting.flatMap((name) => parseGrantHeader(request, name)) : [owner, ...others];
  checkAclsAllowed(settings, grants);
  return grants;
}

/** BucketOwnerEnforced, the default, takes no ACL but one that gives the owner full control. */
export function checkAclsAllowed(settings: BucketSettings, grants: readonly Grant[]): void {
  if (settings.ownership !== 'BucketOwnerEnforced') return;
  const owner = canonicalId(settings.ownerAccountId);
  const harmless = grants.every(
    ({ permission, grantee }) => permission === 'FULL_CONTROL' && 'id' in grantee && grantee.id === owner,
  );
  if (!harmless) throw s3Error('AccessControlListNotSupported');
}

/** `id="…", uri="…"`: the grantees of one permission. */
function parseGrantHeader(request: S3Request, header: string): Grant[] {
  const value = request.header(header) ?? '';
  const permission = GRANT_HEADERS[header] ?? '';
  return value.split(',').map((item) => {
    const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/.exec(item);
    if (match === null) throw s3Error('GrantFormat', { ArgumentName: header, ArgumentValue: value });
    const [, kind = '', name = ''] = match;
    return { permission, grantee: parseGrantee(kind, name) };
  });
}

function parseGrantee(kind: string, name: string): Grant['grantee'] {
  // Grants by e-mail ended in October 2025.
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
