import { createHash, randomBytes } from 'node:crypto';
import { s3Error } from '../errors/s3-error';
import type { Change, ObjectVersion, Version } from './model';
import { type Bucket, isObjectVersion, type Store } from './store';

/** The ID of versions that were created while versioning was not enabled. */
export const NULL_VERSION = 'null';

/** The bytes of a version ID: random salt, the masked sequence number, and a checksum that detects IDs of other origin. */
const ID_BYTES = { salt: 12, sequence: 6, check: 6 };

/** Version IDs are opaque. Those of S3 have 32 characters, and S3 recognizes its own. */
function newVersionId(sequence: number): string {
  const salt = randomBytes(ID_BYTES.salt);
  const place = Buffer.alloc(ID_BYTES.sequence);
  place.writeUIntBE(sequence, 0, ID_BYTES.sequence);
  const body = Buffer.concat([salt, masked(place, salt)]);
  return toId(Buffer.concat([body, checkOf(body)]));
}

/** The sequence number in a version ID, also of a version that no longer exists. Undefined if no version can have had the ID. */
export function sequenceOf(versionId: string): number | undefined {
  const bytes = fromId(versionId);
  const body = bytes.subarray(0, ID_BYTES.salt + ID_BYTES.sequence);
  if (toId(bytes) !== versionId || !checkOf(body).equals(bytes.subarray(body.length))) return undefined;
  const salt = body.subarray(0, ID_BYTES.salt);
  return masked(body.subarray(ID_BYTES.salt), salt).readUIntBE(0, ID_BYTES.sequence);
}

function toId(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '_').replaceAll('/', '.');
}

function fromId(versionId: string): Buffer {
  return Buffer.from(versionId.replaceAll('_', '+').replaceAll('.', '/'), 'base64');
}

function masked(place: Buffer, salt: Buffer): Buffer {
  const mask = createHash('sha256').update('place').update(salt).digest();
  return Buffer.from(place.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

function checkOf(body: Buffer): Buffer {
  return createHash('sha256').update('check').update(body).digest().subarray(0, ID_BYTES.check);
}

/**
 * The ID of a new version: a unique one if versioning is enabled, otherwise `null`, which replaces the null version.
 * @param sequence the version's sequence number
 */
export function versionIdFor(bucket: Bucket, sequence: number): string {
  return bucket.settings.versioning === 'Enabled' ? newVersionId(sequence) : NULL_VERSION;
}

/** The version ID in a response. Undefined in buckets that never had versioning. */
export function shownVersionId(bucket: Bucket, version: { readonly versionId: string }): string | undefined {
  return bucket.settings.versioning === undefined ? undefined : version.versionId;
}

/**
 * The version with an ID, or the newest one, which may be a delete marker.
 * @throws InvalidArgument for an invalid ID, NoSuchVersion, NoSuchKey
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
  // Without versioning, only `null` is valid.
  const possible = bucket.settings.versioning === undefined ? versionId === NULL_VERSION : isVersionIdForm(versionId);
  if (!possible) throw invalidVersionId(versionId);
  if (bucket.settings.versioning === undefined) throw s3Error('NoSuchKey', { Key: key });
  throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
}

function isVersionIdForm(versionId: string): boolean {
  return versionId === NULL_VERSION || /^[\w.-]{32}$/.test(versionId);
}

/** Whether a version can have had this ID, even if it no longer exists, so that deleting it again succeeds. */
export function wasVersionId(bucket: Bucket, versionId: string): boolean {
  if (versionId === NULL_VERSION) return true;
  return bucket.settings.versioning !== undefined && sequenceOf(versionId) !== undefined;
}

export function invalidVersionId(versionId: string, argument = 'versionId'): ReturnType<typeof s3Error> {
  return s3Error('InvalidVersionId', { ArgumentName: argument, ArgumentValue: versionId });
}

/**
 * The object that a request reads. The error for a delete marker is 404 if it is the newest version, and 405 if the request specifies its
 * version ID. Both responses have the header x-amz-delete-marker.
 */
export function findObject(bucket: Bucket, key: string, versionId: string | undefined, method: string): ObjectVersion {
  const version = findVersion(bucket, key, versionId);
  if (isObjectVersion(version)) return version;
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId };
  if (versionId === undefined) throw s3Error('NoSuchKey', { Key: key }).withHeaders(headers);
  throw deleteMarkerNotAllowed(method).withHeaders({
    ...headers,
    'last-modified': new Date(version.lastModified).toUTCString(),
  });
}

/** The object whose tags, retention or other subresource a request reads or changes. The error for a delete marker is always 405. */
export function findTaggable(
  bucket: Bucket,
  key: string,
  versionId: string | undefined,
  method: string,
): ObjectVersion {
  const version = findVersion(bucket, key, versionId);
  if (isObjectVersion(version)) return version;
  throw deleteMarkerNotAllowed(method).withHeaders({ 'x-amz-delete-marker': 'true' });
}

function deleteMarkerNotAllowed(method: string): ReturnType<typeof s3Error> {
  return s3Error('MethodNotAllowed', { Method: method, ResourceType: 'DeleteMarker' }).withHeaders({ allow: 'DELETE' });
}

/** The changes of deleting a key without a version ID: if the bucket has ever had versioning, a delete marker hides the object. */
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
  const sequence = store.nextSequence();
  const version: Version = {
    deleteMarker: true,
    versionId: versionIdFor(bucket, sequence),
    sequence,
    lastModified: now,
    ownerAccountId: accountId,
  };
  return { changes: [{ type: 'version', bucket: bucket.name, key, version }], marker: version.versionId };
}
