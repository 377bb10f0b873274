import { wholeSeconds } from '../base/dates';
import { type ChecksumAlgorithm, DEFAULT_ALGORITHM, isCrc } from '../checksums/algorithms';
import { generatedMd5 } from '../content/digests';
import { type Content, EMPTY } from '../content/extents';
import { S3Error } from '../errors/s3-error';
import { BucketExistsError, InvalidBucketNameError, InvalidObjectError, NotFoundError } from '../errors/server-errors';
import { checkPolicyText } from '../iam/policy';
import { type OperationContext } from '../operations/context';
import { DEFAULT_CONTENT_TYPE } from '../rules/properties';
import { isBucketName, newBucketSettings } from '../store/buckets';
import type {
  AccessPoint,
  ArchiveStatus,
  BucketEncryption,
  BucketSettings,
  Change,
  Encryption,
  KmsKey,
  ObjectVersion,
  PublicAccessBlock,
  Version,
  VersioningStatus,
} from '../store/model';
import { type Bucket, isObject, type Store } from '../store/store';
import { findVersion, shownVersionId, versionIdFor } from '../store/versions';

/** 10,000 parts of 5 GiB: 48.828125 TiB. */
export const MAX_OBJECT_BYTES = 10_000 * 5 * 1024 ** 3;

export interface BucketOptions {
  versioning?: VersioningStatus;
  /** Default encryption. A KMS key that does not exist yet is made. Default: SSE-S3. */
  encryption?: {
    sseAlgorithm: Encryption['algorithm'];
    kmsKeyId?: string;
    bucketKeyEnabled?: boolean;
  };
  /** 12 digits. Default: the server's account. */
  ownerAccountId?: string;
  /** Object Lock, which enables versioning. Default false. */
  objectLock?: boolean;
  /** Whether SSE-C is refused, as in new buckets of Amazon S3 since April 2026. Default true. */
  blockCustomerKeys?: boolean;
  /** Default `BucketOwnerEnforced`: ACLs are disabled. */
  objectOwnership?: BucketSettings['ownership'];
  /** Block Public Access. Default true; where `objectOwnership` allows ACLs, public ones are not blocked then. */
  blockPublicAccess?: boolean;
  requesterPays?: boolean;
  /** JSON text. */
  policy?: string;
  /** Access points of this bucket, by name or with their alias and policy. */
  accessPoints?: readonly (string | AccessPoint)[];
  /** Default: the server's. */
  region?: string;
}

/** The settings of a bucket that the programmer asks for. */
export function bucketSettings(context: OperationContext, name: string, options: BucketOptions): BucketSettings {
  if (!isBucketName(name)) {
    throw new InvalidBucketNameError(
      `'${name}' is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens`,
    );
  }
  if (context.store.findBucket(name) !== undefined) {
    throw new BucketExistsError(`bucket '${name}' exists already: choose another name or delete it first`);
  }
  const { versioning, policy } = options;
  const accessPoints = options.accessPoints?.map((point) => (typeof point === 'string' ? { name: point } : point));
  if (policy !== undefined) checkPolicyText(policy, `bucket '${name}'`);
  for (const point of accessPoints ?? []) {
    if (point.policy !== undefined) checkPolicyText(point.policy, `access point '${point.name}'`);
  }
  const settings = newBucketSettings({
    createdAt: wholeSeconds(context.clock.now()),
    region: options.region ?? context.region,
    ownerAccountId: options.ownerAccountId ?? context.accountId,
    objectLock: options.objectLock ?? false,
    directory: name.endsWith('--x-s3'),
    ...(options.objectOwnership !== undefined && { ownership: options.objectOwnership }),
  });
  return {
    ...settings,
    publicAccessBlock: publicAccessBlock(settings, options.blockPublicAccess),
    encryption: bucketEncryption(context, options),
    requesterPays: options.requesterPays ?? false,
    ...(versioning !== undefined && { versioning }),
    ...(policy !== undefined && { policy }),
    ...(accessPoints !== undefined && { accessPoints }),
  };
}

function publicAccessBlock({ ownership }: BucketSettings, asked: boolean | undefined): PublicAccessBlock {
  const blocks = asked ?? true;
  const blocksAcls = asked ?? ownership === 'BucketOwnerEnforced';
  return {
    blockPublicAcls: blocksAcls,
    ignorePublicAcls: blocksAcls,
    blockPublicPolicy: blocks,
    restrictPublicBuckets: blocks,
  };
}

function bucketEncryption(context: OperationContext, options: BucketOptions): BucketEncryption {
  const blocksCustomerKeys = options.blockCustomerKeys ?? true;
  if (options.encryption === undefined) return { blocksCustomerKeys };
  const { sseAlgorithm, kmsKeyId, bucketKeyEnabled } = options.encryption;
  if (kmsKeyId !== undefined) {
    ensureKey(context, kmsKeyId, options.ownerAccountId ?? context.accountId, options.region ?? context.region);
  }
  return {
    algorithm: sseAlgorithm,
    blocksCustomerKeys,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(bucketKeyEnabled !== undefined && { bucketKeyEnabled }),
  };
}

/** Makes the key of a name, unless it is there. */
export function ensureKey(context: OperationContext, kmsKeyId: string, accountId: string, region: string): KmsKey {
  try {
    return context.kms.find(kmsKeyId, accountId, region);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    const relative = kmsKeyId.startsWith('alias/') ? kmsKeyId : `key/${kmsKeyId}`;
    const arn = `arn:aws:kms:${region}:${accountId}:${relative}`;
    return context.kms.createNamed(kmsKeyId.startsWith('arn:') ? kmsKeyId : arn);
  }
}

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

function existingBucket(store: Store, name: string): Bucket {
  const bucket = store.findBucket(name);
  if (bucket === undefined) throw new NotFoundError(`there is no bucket '${name}': create it with createBucket first`);
  return bucket;
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

/** The change that gives an access point another policy. */
export function accessPointPolicyChange(store: Store, bucket: string, accessPoint: string, policy: string): Change {
  const { settings } = existingBucket(store, bucket);
  const known = settings.accessPoints ?? [];
  if (!known.some(({ name }) => name === accessPoint)) {
    throw new NotFoundError(`bucket '${bucket}' has no access point '${accessPoint}'`);
  }
  checkPolicyText(policy, `access point '${accessPoint}'`);
  const accessPoints = known.map((point) => (point.name === accessPoint ? { ...point, policy } : point));
  return { type: 'bucket', bucket, settings: { ...settings, accessPoints } };
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
