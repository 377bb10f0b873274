import { createHash, randomBytes } from 'node:crypto';
import { s3Error } from '../errors/s3-error';
import type { Change, ObjectVersion, Version } from './model';
import { type Bucket, isObject, type Store } from './store';

/** The id of versions that were made while versioning was not enabled. */
export const NULL_VERSION = 'null';

/** The bytes of an id: chance, the place in the order of versions under a mask, and a check that tells ids from inventions. */
const ID_BYTES = { salt: 12, sequence: 6, check: 6 };

/** Version ids are opaque; S3's are 32 characters, and it knows its own. */
function newVersionId(sequence: number): string {
  const salt = randomBytes(ID_BYTES.salt);
  const place = Buffer.alloc(ID_BYTES.sequence);
  place.writeUIntBE(sequence, 0, ID_BYTES.sequence);
  const body = Buffer.concat([salt, masked(place, salt)]);
  return toId(Buffer.concat([body, checkOf(body)]));
}

/** The place of a version in the order of all, from its id, also when it is gone; undefined when no version had this id. */
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
 * The id that a new version gets: of its own while versioning is enabled, else `null`, which replaces the null version.
 * @param sequence the version's place in the order of versions
 */
export function versionIdFor(bucket: Bucket, sequence: number): string {
  return bucket.settings.versioning === 'Enabled' ? newVersionId(sequence) : NULL_VERSION;
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
  // Where nothing has versions, no id can be one.
  const possible = bucket.settings.versioning === undefined ? versionId === NULL_VERSION : isVersionIdForm(versionId);
  if (!possible) throw invalidVersionId(versionId);
  if (bucket.settings.versioning === undefined) throw s3Error('NoSuchKey', { Key: key });
  throw s3Error('NoSuchVersion', { Key: key, VersionId: versionId });
}

function isVersionIdForm(versionId: string): boolean {
  return versionId === NULL_VERSION || /^[\w.-]{32}$/.test(versionId);
}

/** Whether a version can have had this id, though none has it now: what deletes it anew has nothing to do. */
export function wasVersionId(bucket: Bucket, versionId: string): boolean {
  if (versionId === NULL_VERSION) return true;
  return bucket.settings.versioning !== undefined && sequenceOf(versionId) !== undefined;
}

export function invalidVersionId(versionId: string, argument = 'versionId'): ReturnType<typeof s3Error> {
  return s3Error('InvalidVersionId', { ArgumentName: argument, ArgumentValue: versionId });
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
