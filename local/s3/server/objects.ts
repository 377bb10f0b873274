import { wholeSeconds } from '../base/dates';
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM, isCrc } from '../checksums/algorithms';
import { generatedMd5 } from '../content/digests';
import { type Content, EMPTY } from '../content/extents';
import { S3Error } from '../errors/s3-error';
import { InvalidObjectError, NotFoundError } from '../errors/server-errors';
import type { OperationContext } from '../operations/context';
import { DEFAULT_CONTENT_TYPE } from '../rules/properties';
import type { ArchiveStatus, Change, ObjectVersion, Version } from '../store/model';
import { isObjectVersion, type Store } from '../store/store';
import { findVersion, shownVersionId, versionIdFor } from '../store/versions';
import { existingBucket } from './buckets';

/** Maximum size of an object: 10,000 parts of 5 GiB (48.828125 TiB). */
export const MAX_OBJECT_BYTES = 10_000 * 5 * 1024 ** 3;

export interface GeneratedObject {
  bucket: string;
  key: string;
  /** Size in bytes, at most 48.828125 TiB. */
  size: number;
  /**
   * Determines the bytes: equal seeds generate equal bytes.
   * @default `BUCKET/KEY`
   */
  seed?: string;
  contentType?: string;
  /** Other system metadata, by lower-case header name: `cache-control`, `content-encoding`, … */
  headers?: Record<string, string>;
  metadata?: Record<string, string>;
  tags?: Record<string, string>;
  /** @default `STANDARD` */
  storageClass?: string;
  /**
   * CRC32, CRC32C or CRC64NVME; other checksums are not computed for generated content. `none` creates an object without a checksum, as
   * S3 did before December 2024.
   * @default `CRC64NVME`
   */
  checksumAlgorithm?: ChecksumAlgorithm | 'none';
  /**
   * Milliseconds since the epoch.
   * @default now
   */
  lastModified?: number;
  /**
   * Version ID, in a versioned bucket.
   * @default a new version ID
   */
  versionId?: string;
}

/** @throws NotFoundError, InvalidObjectError */
export function generatedVersion(
  context: OperationContext,
  object: GeneratedObject,
): { bucket: string; version: ObjectVersion; shownVersionId: string | undefined } {
  const { size, seed = `${object.bucket}/${object.key}`, checksumAlgorithm = DEFAULT_ALGORITHM } = object;
  if (!Number.isInteger(size) || size < 0 || size > MAX_OBJECT_BYTES) {
    throw new InvalidObjectError(
      `size ${size} is not a valid object size: use an integer from 0 to ${MAX_OBJECT_BYTES}`,
    );
  }
  if (checksumAlgorithm !== 'none' && !isCrc(checksumAlgorithm)) {
    throw new InvalidObjectError(
      `checksumAlgorithm ${checksumAlgorithm} is not supported for generated content: use CRC32, CRC32C, CRC64NVME or none`,
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

/**
 * Finds an object version.
 * @throws NotFoundError
 */
export function existingObject(store: Store, bucketName: string, key: string, versionId?: string): ObjectVersion {
  const bucket = existingBucket(store, bucketName);
  let version;
  try {
    version = findVersion(bucket, key, versionId);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
  }
  if (isObjectVersion(version)) return version;
  const which = versionId === undefined ? '' : ` with version ID '${versionId}'`;
  throw new NotFoundError(`object '${key}'${which} does not exist in bucket '${bucketName}'`);
}

/** Changes of an object that S3 requests cannot make. Undefined values do not change the object. */
export interface ObjectAmendment {
  bucket: string;
  key: string;
  /**
   * Version ID, may be that of a delete marker.
   * @default the latest version
   */
  versionId?: string | undefined;
  /** Replaces the version ID. */
  newVersionId?: string | undefined;
  /** Replaces the date, in milliseconds since the epoch. */
  lastModified?: number | undefined;
  /** `none` removes the checksums of the object and its parts. */
  checksum?: 'none' | undefined;
  archiveStatus?: ArchiveStatus | undefined;
  /** Adds a restored copy that expires at this time, in milliseconds since the epoch. */
  restoredUntil?: number | undefined;
}

/**
 * The changes for an amendment.
 * @throws NotFoundError
 */
export function amendmentOf(store: Store, amendment: ObjectAmendment): Change[] {
  const { bucket, key, newVersionId, lastModified } = amendment;
  const versions = existingBucket(store, bucket).keys.get(key) ?? [];
  const { versionId = versions[0]?.versionId } = amendment;
  const known = versions.find((candidate) => candidate.versionId === versionId);
  if (known === undefined)
    throw new NotFoundError(`version '${versionId}' of '${key}' does not exist in bucket '${bucket}'`);
  const version: Version = {
    ...(isObjectVersion(known) ? amendedObject(known, amendment) : known),
    ...(lastModified !== undefined && { lastModified: wholeSeconds(lastModified) }),
    versionId: newVersionId ?? known.versionId,
  };
  if (isObjectVersion(version) && version.versionId === known.versionId) {
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
