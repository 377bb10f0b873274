import { wholeSeconds } from '../base/dates';
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM, isCrc } from '../checksums/algorithms';
import { generatedMd5 } from '../content/digests';
import { type Content, EMPTY } from '../content/extents';
import { S3Error } from '../errors/s3-error';
import { InvalidObjectError, NotFoundError } from '../errors/server-errors';
import type { OperationContext } from '../operations/context';
import { DEFAULT_CONTENT_TYPE } from '../rules/properties';
import type { ArchiveStatus, Change, ObjectVersion, Version } from '../store/model';
import { isObject, type Store } from '../store/store';
import { findVersion, shownVersionId, versionIdFor } from '../store/versions';
import { existingBucket } from './buckets';

/** 10,000 parts of 5 GiB: 48.828125 TiB. */
export const MAX_OBJECT_BYTES = 10_000 * 5 * 1024 ** 3;

export interface GeneratedObject {
  bucket: string;
  key: string;
  /** Bytes, at most 48.828125 TiB. */
  size: number;
  /** Equal seeds give equal bytes. Default: bucket and key. */
  seed?: string;
  contentType?: string;
  /** Further headers that S3 keeps, lower case: `cache-control`, `content-encoding`, … */
  headers?: Record<string, string>;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  /** Default `STANDARD`. */
  storageClass?: string;
  /** A CRC, as only those are computed for generated content. Default `CRC64NVME`; `none` for an object older than checksums. */
  checksumAlgorithm?: ChecksumAlgorithm | 'none';
  /** Milliseconds since the epoch. Default: now. */
  lastModified?: number;
  /** Of the version that is made, in a versioned bucket. Default: a new one. */
  versionId?: string;
}

export function generatedVersion(
  context: OperationContext,
  object: GeneratedObject,
): { bucket: string; version: ObjectVersion; shownVersionId: string | undefined } {
  const { size, seed = `${object.bucket}/${object.key}`, checksumAlgorithm = DEFAULT_ALGORITHM } = object;
  if (!Number.isInteger(size) || size < 0 || size > MAX_OBJECT_BYTES) {
    throw new InvalidObjectError(`size ${size} is not an object's: use whole bytes from 0 to ${MAX_OBJECT_BYTES}`);
  }
  if (checksumAlgorithm !== 'none' && !isCrc(checksumAlgorithm)) {
    throw new InvalidObjectError(
      `${checksumAlgorithm} of generated content is not computed: use CRC32, CRC32C, CRC64NVME or none`,
    );
  }
  const bucket = existingBucket(context.store, object.bucket);
  const content: Content = size === 0 ? EMPTY : [{ seed, offset: 0, length: size }];
  const { ownerAccountId, region, encryption } = bucket.settings;
  const { algorithm = 'AES256', kmsKeyId, bucketKeyEnabled } = encryption;
  const sequence = context.store.nextSequence();
  const ownId = bucket.settings.versioning === 'Enabled' ? object.versionId : undefined;
  const version: ObjectVersion = {
    versionId: ownId ?? versionIdFor(bucket, sequence),
    sequence,
    lastModified: wholeSeconds(object.lastModified ?? context.clock.now()),
    ownerAccountId,
    content,
    size,
    etag: generatedMd5(content).toString('hex'),
    properties: {
      headers: { 'content-type': object.contentType ?? DEFAULT_CONTENT_TYPE, ...object.headers },
      userMetadata: { ...object.metadata },
      tags: Object.entries(object.tags ?? {}).map(([key, value]) => ({ key, value })),
      storageClass: object.storageClass ?? (bucket.settings.directory ? 'EXPRESS_ONEZONE' : 'STANDARD'),
      encryption: {
        algorithm,
        ...(algorithm !== 'AES256' && { kmsKeyArn: context.kms.find(kmsKeyId, ownerAccountId, region).arn }),
        ...(algorithm === 'aws:kms' && bucketKeyEnabled === true && { bucketKeyEnabled }),
      },
    },
    ...(checksumAlgorithm !== 'none' && {
      checksum: {
        algorithm: checksumAlgorithm,
        type: 'FULL_OBJECT' as const,
        value: context.digests.generatedCrc(content, checksumAlgorithm).toString('base64'),
      },
    }),
  };
  return { bucket: bucket.name, version, shownVersionId: shownVersionId(bucket, version) };
}

/** An object by name, for callers who are no S3 clients. */
export function objectOf(store: Store, bucketName: string, key: string, versionId?: string): ObjectVersion {
  const bucket = existingBucket(store, bucketName);
  let version;
  try {
    version = findVersion(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
  if (isObject(version)) return version;
  const which = versionId === undefined ? '' : ` with version id '${versionId}'`;
  throw new NotFoundError(`there is no object '${key}'${which} in bucket '${bucketName}'`);
}

/** What no request can say of an object: how it came to be what it is. Undefined leaves it as it is. */
export interface ObjectAmendment {
  bucket: string;
  key: string;
  /** Default: the newest; that of a delete marker too. */
  versionId?: string | undefined;
  /** An id to have instead. */
  newVersionId?: string | undefined;
  /** Milliseconds since the epoch. */
  lastModified?: number | undefined;
  /** `none`: as an object older than checksums, its parts too. */
  checksum?: 'none' | undefined;
  archiveStatus?: ArchiveStatus | undefined;
  /** A restored copy that lasts until then, in milliseconds since the epoch. */
  restoredUntil?: number | undefined;
}

/** The changes that an amendment means. */
export function amendmentOf(store: Store, amendment: ObjectAmendment): Change[] {
  const { bucket, key, newVersionId, lastModified } = amendment;
  const versions = existingBucket(store, bucket).keys.get(key) ?? [];
  const { versionId = versions[0]?.versionId } = amendment;
  const known = versions.find((candidate) => candidate.versionId === versionId);
  if (known === undefined)
    throw new NotFoundError(`there is no version '${versionId}' of '${key}' in bucket '${bucket}'`);
  const version: Version = {
    ...(isObject(known) ? amendedObject(known, amendment) : known),
    ...(lastModified !== undefined && { lastModified: wholeSeconds(lastModified) }),
    versionId: newVersionId ?? known.versionId,
  };
  if (isObject(version) && version.versionId === known.versionId) {
    return [{ type: 'version-changed', bucket, key, version }];
  }
  const replaced: Change = { type: 'version-deleted', bucket, key, versionId: known.versionId };
  return [{ type: 'version', bucket, key, version }, ...(version.versionId === known.versionId ? [] : [replaced])];
}

function amendedObject(known: ObjectVersion, amendment: ObjectAmendment): ObjectVersion {
  const { archiveStatus, restoredUntil } = amendment;
  const { checksum, parts, ...object } = known;
  const keepsChecksum = amendment.checksum !== 'none';
  const bareParts = parts?.map(({ partNumber, size }) => ({ partNumber, size }));
  return {
    ...object,
    ...(keepsChecksum && checksum !== undefined && { checksum }),
    ...(parts !== undefined && { parts: keepsChecksum ? parts : bareParts }),
    ...(archiveStatus !== undefined && { archiveStatus }),
    ...(restoredUntil !== undefined && { restore: { ongoing: false, expiry: restoredUntil } }),
  };
}
