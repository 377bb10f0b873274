import { s3Error } from '../errors/s3-error';
import { ARCHIVE_CLASSES } from '../rules/properties';
import { archiveStatusOf, isArchived, isOngoing } from '../rules/restore';
import { findTaggable } from '../store/versions';
import type { S3Request } from '../wire/request';
import type { S3Response } from '../wire/response';
import { childOf, parseDocument, textOf, type XmlElement } from '../wire/xml';
import type { OperationContext, Operations } from './context';

const DAY = 24 * 60 * 60 * 1000;

/**
 * Starts a restore, which takes minutes to days on S3 and `restoreSeconds` (default 0) here. With 0, the first request returns 202 and
 * the restored copy is available at once.
 */
async function restoreObject(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  const object = findTaggable(bucket, request.key, request.versionId, request.method);
  const body = await request.body.text();
  const document = body.trim() === '' ? undefined : parseDocument(body, 'RestoreRequest');
  const days = document && textOf(document, 'Days');
  const now = context.clock.now();
  const tiered = archiveStatusOf(object, now) !== undefined;
  if (!tiered && !ARCHIVE_CLASSES.has(object.properties.storageClass)) {
    throw s3Error('RestoreNotAllowed', { StorageClass: object.properties.storageClass });
  }
  // Objects leave an archive tier of INTELLIGENT_TIERING permanently, so Days is not allowed.
  const validDays = tiered ? days === undefined : days !== undefined && /^[1-9]\d{0,5}$/.test(days);
  if (!validDays) throw s3Error('MalformedXml');
  if (document !== undefined) checkTier(tierOf(document), object.properties.storageClass);
  if (object.restore !== undefined && isOngoing(object.restore, now)) throw s3Error('RestoreAlreadyInProgress');
  const status = isArchived(object, now) ? 202 : 200;
  const wait = status === 202 ? context.restoreMilliseconds : 0;
  const restore = {
    ongoing: wait > 0,
    ...(wait > 0 && { readyAt: now + wait }),
    // Rounded up to the next midnight UTC, as S3 does.
    ...(days !== undefined && { expiry: Math.ceil((now + Number(days) * DAY) / DAY) * DAY }),
  };
  const version = { ...object, restore };
  await context.store.commit({ type: 'version-changed', bucket: bucket.name, key: request.key, version });
  return { status };
}

/** Reads the tier, from GlacierJobParameters or from the Tier element. */
function tierOf(document: XmlElement): string {
  const parameters = childOf(document, 'GlacierJobParameters');
  return (parameters && textOf(parameters, 'Tier')) ?? textOf(document, 'Tier') ?? 'Standard';
}

function checkTier(tier: string, storageClass: string): void {
  if (!['Standard', 'Bulk', 'Expedited'].includes(tier)) throw s3Error('MalformedXml');
  // DEEP_ARCHIVE does not support expedited retrieval.
  if (tier === 'Expedited' && storageClass === 'DEEP_ARCHIVE') throw s3Error('RestoreTier');
}

export const restoreOperations: Operations = { RestoreObject: restoreObject };
