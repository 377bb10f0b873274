import { wholeSeconds } from '../base/dates';
import { S3Error, s3Error } from '../errors/s3-error';
import { unquote } from '../rules/conditions';
import { bypassesGovernance, checkDeletable } from '../rules/lock';
import type { Version } from '../store/model';
import { type Bucket, currentObject, isObjectVersion } from '../store/store';
import { deletionOf, invalidVersionId, wasVersionId } from '../store/versions';
import { checkKeyLength } from '../wire/addressing';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { childrenOf, parseDocument, renderXml, textOf, type XmlElement, type XmlTree } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

const MAX_KEYS = 1000;

interface Deletion {
  /** The delete marker that was created or removed. */
  readonly marker?: string;
  /** The version that was removed. */
  readonly versionId?: string;
}

/** Conditions on the current object of the key. */
interface DeleteConditions {
  /** An ETag, or `*` for any object. */
  readonly ifMatch: string | undefined;
  /** `lastModified` and `size`: directory buckets only. */
  readonly lastModified: string | undefined;
  readonly size: string | undefined;
}

async function deleteObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const conditions = readConditions(request, bucket);
  const bypass = bypassesGovernance(request, bucket.settings);
  checkConditions(bucket, request.key, conditions);
  const done = await deleteOne(context, request, bucket, request.key, request.versionId, bypass);
  return {
    status: 204,
    headers: {
      'x-amz-version-id': done.versionId ?? done.marker,
      'x-amz-delete-marker': done.marker === undefined ? undefined : 'true',
    },
  };
}

function readConditions(request: S3Request, bucket: Bucket): DeleteConditions {
  const { directory } = bucket.settings;
  for (const name of ['x-amz-if-match-last-modified-time', 'x-amz-if-match-size']) {
    if (request.header(name) !== undefined && !directory) throw s3Error('NotImplemented', { Header: name });
  }
  const ifMatch = request.header('if-match');
  // General purpose buckets do not support conditions together with a version ID.
  if (ifMatch !== undefined && request.versionId !== undefined && !directory) {
    throw s3Error('NotImplemented', { Header: 'If-Match' });
  }
  return {
    ifMatch,
    lastModified: request.header('x-amz-if-match-last-modified-time'),
    size: request.header('x-amz-if-match-size'),
  };
}

async function deleteObjects(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  if (request.header('content-md5') === undefined && request.body.declaredAlgorithm() === undefined) {
    throw s3Error('MissingBodyChecksum');
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
      checkConditions(bucket, key, listedConditions(object, bucket));
      if (versionId !== undefined && !isKnownVersion(bucket, key, versionId)) {
        throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
      }
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
  const now = context.clock.now();
  if (versionId === undefined) {
    const { accountId } = request.principal;
    const { changes, marker } = deletionOf(context.store, bucket, key, accountId, wholeSeconds(now));
    await context.store.commit(...changes);
    return marker === undefined ? {} : { marker };
  }
  if (!isKnownVersion(bucket, key, versionId)) throw invalidVersionId(versionId);
  const version = storedVersion(bucket, key, versionId);
  if (version === undefined) return bucket.settings.versioning === undefined ? {} : { versionId };
  if (isObjectVersion(version)) checkDeletable(version, bypass, now);
  await context.store.commit({ type: 'version-deleted', bucket: bucket.name, key, versionId });
  if (bucket.settings.versioning === undefined) return {};
  return isObjectVersion(version) ? { versionId } : { versionId, marker: versionId };
}

function storedVersion(bucket: Bucket, key: string, versionId: string): Version | undefined {
  return bucket.keys.get(key)?.find((candidate) => candidate.versionId === versionId);
}

/** Whether a version exists or has existed. */
function isKnownVersion(bucket: Bucket, key: string, versionId: string): boolean {
  return storedVersion(bucket, key, versionId) !== undefined || wasVersionId(bucket, versionId);
}

function listedConditions(object: XmlElement, bucket: Bucket): DeleteConditions {
  const { directory } = bucket.settings;
  return {
    ifMatch: textOf(object, 'ETag'),
    lastModified: directory ? textOf(object, 'LastModifiedTime') : undefined,
    size: directory ? textOf(object, 'Size') : undefined,
  };
}

function checkConditions(bucket: Bucket, key: string, { ifMatch, lastModified, size }: DeleteConditions): void {
  const current = currentObject(bucket, key);
  if (current === undefined) {
    // For a missing object, conditions on size and date are met.
    if (ifMatch !== undefined) throw s3Error('NoSuchKey', { Key: key });
    return;
  }
  const check = (holds: boolean, Condition: string): void => {
    if (!holds) throw s3Error('PreconditionFailed', { Condition });
  };
  check(ifMatch === undefined || ifMatch === '*' || unquote(ifMatch) === current.etag, 'If-Match');
  const modified = wholeSeconds(Date.parse(lastModified ?? ''));
  check(lastModified === undefined || modified === current.lastModified, 'x-amz-if-match-last-modified-time');
  check(size === undefined || size === String(current.size), 'x-amz-if-match-size');
}

export const deleteOperations: Operations = {
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
};
