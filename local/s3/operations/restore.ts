import { s3Error } from '../errors';
import type { S3Request } from '../http/request';
import type { S3Response } from '../http/response';
import { ARCHIVE_CLASSES } from '../properties';
import { isArchived } from '../restore';
import { findTaggable } from '../store/versions';
import { parseDocument, textOf } from '../xml';
import type { OperationContext, Operations } from './context';

const DAY = 24 * 60 * 60 * 1000;

/** Restores at once what takes S3 minutes to days: the first request answers 202 and the copy is there. */
async function restoreObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const body = await request.body.text();
  const days = body.trim() === '' ? undefined : textOf(parseDocument(body, 'RestoreRequest'), 'Days');
  if (!ARCHIVE_CLASSES.has(object.properties.storageClass)) {
    throw s3Error('RestoreNotAllowed', { StorageClass: object.properties.storageClass });
  }
  if (days === undefined || !/^[1-9]\d{0,5}$/.test(days)) throw s3Error('MalformedXml');
  const now = context.now();
  // S3 rounds up to the next midnight UTC.
  const expiry = Math.ceil((now + Number(days) * DAY) / DAY) * DAY;
  const version = { ...object, restore: { ongoing: false, expiry } };
  const status = isArchived(object, now) ? 202 : 200;
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key: request.key, version });
  return { status };
}

export const restoreOperations: Operations = { RestoreObject: restoreObject };
