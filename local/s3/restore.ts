import { s3Error } from './errors';
import { ARCHIVE_CLASSES } from './properties';
import type { ObjectVersion } from './store/model';

/** Whether the bytes of an object are in an archive and no restored copy is there. */
export function isArchived(object: ObjectVersion, now: number): boolean {
  if (!ARCHIVE_CLASSES.has(object.properties.storageClass)) return false;
  const { restore } = object;
  return restore === undefined || restore.ongoing || (restore.expiry !== undefined && restore.expiry <= now);
}

/** Throws InvalidObjectState when the bytes cannot be read, by a GET or as the source of a copy. */
export function checkRestored(object: ObjectVersion, now: number): void {
  if (isArchived(object, now)) {
    throw s3Error('InvalidObjectState', { StorageClass: object.properties.storageClass });
  }
}

/** `x-amz-restore` of an answer. */
export function restoreHeader(object: ObjectVersion): string | undefined {
  const { restore } = object;
  if (restore === undefined) return undefined;
  if (restore.ongoing || restore.expiry === undefined) return 'ongoing-request="true"';
  return `ongoing-request="false", expiry-date="${new Date(restore.expiry).toUTCString()}"`;
}
