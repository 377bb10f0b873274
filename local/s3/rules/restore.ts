import { s3Error } from '../errors/s3-error';
import type { ArchiveStatus, ObjectVersion, Restore } from '../store/model';
import type { XmlTree } from '../wire/xml';
import { ARCHIVE_CLASSES } from './properties';

/** Whether the bytes of an object are in an archive and no restored copy is there. */
export function isArchived(object: ObjectVersion, now: number): boolean {
  if (archiveStatusOf(object, now) !== undefined) return true;
  if (!ARCHIVE_CLASSES.has(object.properties.storageClass)) return false;
  const { restore } = object;
  return restore === undefined || isOngoing(restore, now) || (restore.expiry !== undefined && restore.expiry <= now);
}

/** Whether a restore was asked for and is not done yet. */
export function isOngoing(restore: Restore, now: number): boolean {
  return restore.ongoing && (restore.readyAt === undefined || now < restore.readyAt);
}

/** The archive tier of an INTELLIGENT_TIERING object: a restore moves it out of there for good. */
export function archiveStatusOf(object: ObjectVersion, now: number): ArchiveStatus | undefined {
  const { archiveStatus, restore } = object;
  return restore !== undefined && !isOngoing(restore, now) ? undefined : archiveStatus;
}

/** Throws InvalidObjectState when the bytes cannot be read, by a GET or as the source of a copy. */
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

/** What a listing tells of a restore: nothing of objects that none was asked for, or whose copy is gone. */
export function restoreStatus(object: ObjectVersion, now: number): XmlTree | undefined {
  const { restore } = object;
  if (restore === undefined) return undefined;
  if (isOngoing(restore, now)) return { IsRestoreInProgress: true };
  if (restore.expiry === undefined || restore.expiry <= now) return undefined;
  return { IsRestoreInProgress: false, RestoreExpiryDate: new Date(restore.expiry).toISOString() };
}

/** `x-amz-restore` of an answer. */
export function restoreHeader(object: ObjectVersion, now: number): string | undefined {
  const { restore } = object;
  if (restore === undefined) return undefined;
  if (isOngoing(restore, now)) return 'ongoing-request="true"';
  // What left an archive tier of INTELLIGENT_TIERING stays out of it, and a restored copy that is gone is not told of.
  if (restore.expiry === undefined || restore.expiry <= now) return undefined;
  return `ongoing-request="false", expiry-date="${new Date(restore.expiry).toUTCString()}"`;
}
