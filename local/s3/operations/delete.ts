import { unquote } from '../conditions';
import { type ErrorFields, S3Error, s3Error } from '../errors';
import { checkKeyLength } from '../http/addressing';
import type { S3Request } from '../http/request';
import { type S3Response, xmlResponse } from '../http/response';
import { bypassesGovernance, checkDeletable } from '../lock';
import { type Bucket, currentObject, isObject } from '../store/store';
import { checkVersionId, deletionOf } from '../store/versions';
import { childrenOf, parseDocument, renderXml, textOf, type XmlTree } from '../xml';
import { type OperationContext, type Operations, wholeSeconds } from './context';

const MAX_KEYS = 1000;

interface Deletion {
  /** The delete marker that was made or removed. */
  readonly marker?: string;
  /** The version that was removed. */
  readonly versionId?: string;
}

async function deleteObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  // Conditions that only directory buckets know.
  for (const name of ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']) {
    if (request.header(name) !== undefined && !bucket.settings.directory) {
      throw s3Error('NotImplemented', { Header: name });
    }
  }
  const bypass = bypassesGovernance(request, bucket.settings);
  checkEtag(bucket, request.key, request.header('if-match'));
  const done = await deleteOne(context, request, bucket, request.key, request.versionId, bypass);
  return {
    status: 204,
    headers: {
      'x-amz-version-id': done.versionId ?? done.marker,
      'x-amz-delete-marker': done.marker === undefined ? undefined : 'true',
    },
  };
}

async function deleteObjects(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  if (request.header('content-md5') === undefined && request.body.declaredAlgorithm() === undefined) {
    throw s3Error('InvalidRequest', {}, { detail: 'Missing required header for this request: Content-MD5' });
  }
  const document = parseDocument(await request.body.text(), 'Delete');
  const bypass = bypassesGovernance(request, bucket.settings);
  const objects = childrenOf(document, 'Object');
  if (objects.length === 0 || objects.length > MAX_KEYS) throw s3Error('MalformedXml');
  const quiet = textOf(document, 'Quiet')?.toLowerCase() === 'true';
  const deleted: XmlTree[] = [];
  const errors: XmlTree[] = [];
  for (const object of objects) {
    const key = textOf(object, 'Key');
    if (key === undefined || key === '') throw s3Error('MalformedXml');
    const versionId = textOf(object, 'VersionId');
    try {
      checkKeyLength(key);
      context.authorizer?.authorizeDeletion(request, bucket, key, versionId);
      checkEtag(bucket, key, textOf(object, 'ETag'));
      const done = await deleteOne(context, request, bucket, key, versionId, bypass);
      deleted.push({
        Key: key,
        VersionId: versionId,
        DeleteMarker: done.marker === undefined ? undefined : true,
        DeleteMarkerVersionId: done.marker,
      });
    } catch (error) {
      if (!(error instanceof S3Error)) throw error;
      errors.push({ Code: error.code, Key: key, Message: error.description, VersionId: versionId });
    }
  }
  return xmlResponse(renderXml('DeleteResult', { Deleted: quiet ? [] : deleted, Error: errors }));
}

async function deleteOne(
  context: OperationContext,
  request: S3Request,
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  bypass: boolean,
): Promise<Deletion> {
  const now = context.now();
  if (versionId === undefined) {
    const { accountId } = request.principal;
    const { changes, marker } = deletionOf(context.store, bucket, key, accountId, wholeSeconds(now));
    await context.store.commit(...changes);
    return marker === undefined ? {} : { marker };
  }
  checkVersionId(versionId);
  const version = bucket.keys.get(key)?.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) return bucket.settings.versioning === undefined ? {} : { versionId };
  if (isObject(version)) checkDeletable(version, bypass, now);
  await context.store.commit({ type: 'version-deleted', bucket: bucket.name, key, versionId });
  if (bucket.settings.versioning === undefined) return {};
  return isObject(version) ? { versionId } : { versionId, marker: versionId };
}

/** `If-Match` of a delete: an ETag, or `*` for any object. */
function checkEtag(bucket: Bucket, key: string, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const current = currentObject(bucket, key);
  const fields: ErrorFields = { Condition: 'If-Match' };
  if (current === undefined) throw s3Error('NoSuchKey', { Key: key });
  if (ifMatch !== '*' && unquote(ifMatch) !== current.etag) throw s3Error('PreconditionFailed', fields);
}

export const deleteOperations: Operations = {
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
};
