import { randomBytes } from 'node:crypto';
import { s3Error } from '../errors';
import type { Change, ObjectVersion, Version } from './model';
import { type Bucket, isObject, type Store } from './store';

/** The id of versions that were made while versioning was not enabled. */
export const NULL_VERSION = 'null';

/** Version ids are opaque; S3's are 32 characters. */
export function newVersionId(): string {
  return randomBytes(24).toString('base64').replaceAll('+', '_').replaceAll('/', '.');
}

/** The id that a new version gets: of its own while versioning is enabled, else `null`, which replaces the null version. */
export function versionIdFor(bucket: Bucket): string {
  return bucket.settings.versioning === 'Enabled' ? newVersionId() : NULL_VERSION;
}

/** The id to show in an answer: none in buckets that never had versioning. */
export function shownVersionId(bucket: Bucket, version: { readonly versionId: string }): string | undefined {
  return bucket.settings.versioning === undefined ? undefined : version.versionId;
}

/**
 * The version that a request names: by id, or the newest. A delete marker is returned as such.
 * @throws InvalidArgument for an id that cannot be one, NoSuchVersion, NoSuchKey.
 */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): Version {
  const versions = bucket.keys.get(key) ?? [];
  if (versionId === undefined) {
    const [newest] = versions;
    if (newest === undefined) throw s3Error('NoSuchKey', { Key: key });
    return newest;
  }
  const version = versions.find((candidate) => candidate.versionId === versionId);
  if (version !== undefined) return version;
  checkVersionId(versionId);
  throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
}

export function checkVersionId(versionId: string): void {
  if (versionId === NULL_VERSION || /^[\w.-]{32}$/.test(versionId)) return;
  throw s3Error('InvalidVersionId', { ArgumentName: 'versionId', ArgumentValue: versionId });
}

/**
 * The object that a request reads. A delete marker is 404 when it is merely the newest version, 405 when named by id; both answers
 * say so in a header.
 */
export function findObject(bucket: Bucket, key: string, versionId: string | undefined, method: string): ObjectVersion {
  const version = findVersion(bucket, key, versionId);
  if (isObject(version)) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (versionId === undefined) throw s3Error('NoSuchKey', { Key: key }).withHeaders(headers);
  throw deleteMarkerNotAllowed(method).withHeaders({
    ...headers,
    'last-modified': new Date(version.lastModified).toUTCString(),
  });
}

/** The object whose sub-resource (tags, retention, …) a request changes or reads: a delete marker is always 405. */
export function findTaggable(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method: string,
): ObjectVersion {
  const version = findVersion(bucket, key, versionId);
  if (isObject(version)) return version;
  throw deleteMarkerNotAllowed(method).withHeaders({ 'x-amz-delete-marker': 'true' });
}

function deleteMarkerNotAllowed(method: string): ReturnType<typeof s3Error> {
  return s3Error('MethodNotAllowed', { Method: method, ResourceType: 'DeleteMarker' }).withHeaders({ allow: 'DELETE' });
}

/** What deleting a key without naming a version does: nothing in memory is lost where versioning was ever on. */
export function deletionOf(
  store: Store,
  bucket: Bucket,
  key: string,
  accountId: string,
  now: number,
): { changes: readonly Change[]; marker?: string } {
  if (bucket.settings.versioning === undefined) {
    const known = bucket.keys.get(key) !== undefined;
    const change: Change = { type: 'version-deleted', bucket: bucket.name, key, versionId: NULL_VERSION };
    return { changes: known ? [change] : [] };
  }
  const version: Version = {
    deleteMarker: true,
    versionId: versionIdFor(bucket),
    sequence: store.nextSequence(),
    lastModified: now,
    ownerAccountId: accountId,
  };
  return { changes: [{ type: 'version', bucket: bucket.name, key, version }], marker: version.versionId };
}
