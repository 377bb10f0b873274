import { s3Error } from '../errors/s3-error';
import type { ArchiveStatus, ObjectVersion, Restore } from '../store/model';
import type { XmlTree } from '../wire/xml';
import { ARCHIVE_CLASSES } from './properties';

/** Whether an object is archived and has no restored copy. */
export function isArchived(object: ObjectVersion, now: number): boolean {
  if (archiveStatusOf(object, now) !== undefined) return true;
  if (!ARCHIVE_CLASSES.has(object.properties.storageClass)) return false;
  const { restore } = object;
  return restore === undefined || isOngoing(restore, now) || (restore.expiry !== undefined && restore.expiry <= now);
}

/** Whether a restore is in progress. */
export function isOngoing(restore: Restore, now: number): boolean {
  return restore.ongoing && (restore.readyAt === undefined || now < restore.readyAt);
}

/** The archive tier of an INTELLIGENT_TIERING object. A restore moves the object out of the tier permanently. */
export function archiveStatusOf(object: ObjectVersion, now: number): ArchiveStatus | undefined {
  const { archiveStatus, restore } = object;
  return restore !== undefined && !isOngoing(restore, now) ? undefined : archiveStatus;
}

/** @throws InvalidObjectState if the object is archived, so that neither GET nor a copy can read it */
export function checkRestored(
  object: ObjectVersion,
  now: number,
  refusal: 'InvalidObjectState' | 'InvalidSourceState' = 'InvalidObjectState',
): void {
  if (!isArchived(object, now)) return;
  throw s3Error(refusal, {
    StorageClass: object.properties.storageClass,
    AccessTier: archiveStatusOf(object, now),
  });
}

/** `RestoreStatus` of a listing; undefined if no restore was requested or the restored copy has expired. */
export function restoreStatus(object: ObjectVersion, now: number): XmlTree | undefined {
  const { restore } = object;
  if (restore === undefined) return undefined;
  if (isOngoing(restore, now)) return { IsRestoreInProgress: true };
  if (restore.expiry === undefined || restore.expiry <= now) return undefined;
  return { IsRestoreInProgress: false, RestoreExpiryDate: new Date(restore.expiry).toISOString() };
}

/** The value of `x-amz-restore`. */
export function restoreHeader(object: ObjectVersion, now: number): string | undefined {
  const { restore } = object;
  if (restore === undefined) return undefined;
  if (isOngoing(restore, now)) return 'ongoing-request="true"';
  // An object that left an archive tier of INTELLIGENT_TIERING has no expiry; an expired copy is not reported.
  if (restore.expiry === undefined || restore.expiry <= now) return undefined;
  return `ongoing-request="false", expiry-date="${new Date(restore.expiry).toUTCString()}"`;
}
