import { s3Error } from '../errors/s3-error';
import { checkAclsAllowed, checkCanonicalId, checkGroup, checkNotPublic, isPermission, readGrants } from '../rules/acl';
import type { BucketSettings, Grant } from '../store/model';
import { findObject, findTaggable, shownVersionId } from '../store/versions';
import { canonicalId } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childOf, childrenOf, parseXml, renderXml, textOf, XmlRaw, type XmlElement, type XmlTree } from '../wire/xml';
import type { OperationContext, Operations } from './context';

function getObjectAcl(context: OperationContext, request: S3Request): S3Response {
  const bucket = context.store.bucket(request.bucket);
  const object = findObject(bucket, request.key, request.versionId, request.method);
  const owner = ownerOf(bucket.settings, object.ownerAccountId);
  return xmlResponse(renderXml('AccessControlPolicy', aclXml(owner, object.properties.grants)), {
    'x-amz-version-id': shownVersionId(bucket, object),
  });
}

/** The owner of an object. With BucketOwnerEnforced, the bucket owner owns all objects. */
function ownerOf(settings: BucketSettings, writerAccountId: string): string {
  return settings.ownership === 'BucketOwnerEnforced' ? settings.ownerAccountId : writerAccountId;
}

function aclXml(ownerAccountId: string, grants: readonly Grant[] | undefined): XmlTree {
  const owner = canonicalId(ownerAccountId);
  const shown = grants ?? [{ permission: 'FULL_CONTROL', grantee: { id: owner } }];
  return {
    Owner: { ID: owner },
    AccessControlList: {
      Grant: shown.map(({ permission, grantee }) => ({ Grantee: granteeXml(grantee), Permission: permission })),
    },
  };
}

function granteeXml(grantee: Grant['grantee']): XmlRaw {
  const xsi = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' };
  return 'id' in grantee
    ? new XmlRaw({ ...xsi, 'xsi:type': 'CanonicalUser' }, { ID: grantee.id })
    : new XmlRaw({ ...xsi, 'xsi:type': 'Group' }, { URI: grantee.uri });
}

async function putObjectAcl(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const grants = await requestedGrants(request, bucket.settings);
  const version = { ...object, properties: { ...object.properties, grants } };
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key: request.key, version });
  return { status: 200 };
}

function getBucketAcl(context: OperationContext, request: S3Request): S3Response {
  const { settings } = context.store.bucket(request.bucket);
  return xmlResponse(renderXml('AccessControlPolicy', aclXml(settings.ownerAccountId, settings.grants)));
}

async function putBucketAcl(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const grants = await requestedGrants(request, bucket.settings);
  await context.store.commit({ type: 'bucket', bucket: bucket.name, settings: { ...bucket.settings, grants } });
  return { status: 200 };
}

/** Reads the ACL from headers or from the body; exactly one is required. S3 reports a blocked public ACL before other errors. */
async function requestedGrants(request: S3Request, settings: BucketSettings): Promise<readonly Grant[]> {
  const grants = readGrants(request, settings);
  const action = actionOf(request);
  if (grants !== undefined) {
    checkNotPublic(request, settings, grants, action);
    checkAclsAllowed(settings, grants);
  }
  // With ACLs disabled, S3 also refuses `private`. It accepts only `bucket-owner-full-control`, which has no effect.
  const canned = request.header('x-amz-acl') ?? 'bucket-owner-full-control';
  if (settings.ownership === 'BucketOwnerEnforced' && canned !== 'bucket-owner-full-control') {
    throw s3Error('AccessControlListNotSupported');
  }
  const body = await request.body.text();
  if (grants !== undefined) {
    if (body.trim() !== '') throw s3Error('UnexpectedContent');
    return grants;
  }
  if (body.trim() === '') throw s3Error('MissingSecurityHeader', { MissingHeaderName: 'x-amz-acl' });
  const parsed = parsePolicy(parseXml(body));
  checkNotPublic(request, settings, parsed, action);
  checkAclsAllowed(settings, parsed);
  return parsed;
}

function actionOf({ key, versionId }: S3Request): 's3:PutObjectAcl' | 's3:PutObjectVersionAcl' | 's3:PutBucketAcl' {
  if (key === '') return 's3:PutBucketAcl';
  return versionId === undefined ? 's3:PutObjectAcl' : 's3:PutObjectVersionAcl';
}

function parsePolicy(document: XmlElement): readonly Grant[] {
  const owner = childOf(document, 'Owner');
  const list = childOf(document, 'AccessControlList');
  const ownerId = owner === undefined ? undefined : textOf(owner, 'ID');
  if (document.name !== 'AccessControlPolicy' || ownerId === undefined || list === undefined) {
    throw s3Error('MalformedAcl');
  }
  const grants = childrenOf(list, 'Grant').map(parseGrant);
  checkCanonicalId(ownerId, 'CanonicalUser/ID');
  for (const { grantee } of grants) {
    if ('id' in grantee) checkCanonicalId(grantee.id, 'CanonicalUser/ID');
    else checkGroup(grantee.uri, 'Group/URI');
  }
  return grants;
}

function parseGrant(grant: XmlElement): Grant {
  const grantee = childOf(grant, 'Grantee');
  const permission = textOf(grant, 'Permission');
  if (grantee === undefined || permission === undefined || !isPermission(permission)) throw s3Error('MalformedAcl');
  const type = grantee.attributes.get('type');
  const id = textOf(grantee, 'ID');
  const uri = textOf(grantee, 'URI');
  // S3 has not supported grantees by e-mail address since October 2025.
  if (type === 'AmazonCustomerByEmail') throw s3Error('MethodNotAllowed');
  if (type === 'CanonicalUser' && id !== undefined) return { permission, grantee: { id } };
  if (type === 'Group' && uri !== undefined) return { permission, grantee: { uri } };
  throw s3Error('MalformedAcl');
}

export const aclOperations: Operations = {
  GetObjectAcl: getObjectAcl,
  PutObjectAcl: putObjectAcl,
  GetBucketAcl: getBucketAcl,
  PutBucketAcl: putBucketAcl,
};
