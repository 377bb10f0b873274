import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * What becomes of an object that is at the destination already.
 */
export enum CopyOverwrite {
  /** It is overwritten. */
  ALWAYS = 'always',
  /** The copy fails with `DestinationExists`. */
  NEVER = 'never',
  /** It is overwritten unless it is provably equal to the source. */
  IF_DIFFERENT = 'if-different',
}

/**
 * Which proof of equality a copy needs.
 */
export enum CopyIntegrity {
  /** A copy that no checksum can prove fails before it starts. */
  REQUIRED = 'required',
  /** The strongest proof that there is. */
  BEST_EFFORT = 'best-effort',
}

/**
 * Storage classes of general purpose buckets.
 */
export enum CopyStorageClass {
  /** S3 Standard. */
  STANDARD = 'STANDARD',
  /** Reduced Redundancy. */
  REDUCED_REDUNDANCY = 'REDUCED_REDUNDANCY',
  /** S3 Standard-Infrequent Access. */
  STANDARD_IA = 'STANDARD_IA',
  /** S3 One Zone-Infrequent Access. */
  ONEZONE_IA = 'ONEZONE_IA',
  /** S3 Intelligent-Tiering. */
  INTELLIGENT_TIERING = 'INTELLIGENT_TIERING',
  /** S3 Glacier Instant Retrieval. */
  GLACIER_IR = 'GLACIER_IR',
  /** S3 Glacier Flexible Retrieval. */
  GLACIER = 'GLACIER',
  /** S3 Glacier Deep Archive. */
  DEEP_ARCHIVE = 'DEEP_ARCHIVE',
}

/**
 * How S3 encrypts copies.
 */
export enum CopyEncryption {
  /** SSE-S3: keys of Amazon S3. */
  S3_MANAGED = 'AES256',
  /** SSE-KMS. */
  KMS = 'aws:kms',
  /** DSSE-KMS: two layers. */
  KMS_DSSE = 'aws:kms:dsse',
}

/**
 * Canned ACLs of objects.
 */
export enum CopyCannedAcl {
  /** The owner alone. */
  PRIVATE = 'private',
  /** Everybody may read. */
  PUBLIC_READ = 'public-read',
  /** Everybody may read and write. */
  PUBLIC_READ_WRITE = 'public-read-write',
  /** Everybody with an AWS account may read. */
  AUTHENTICATED_READ = 'authenticated-read',
  /** Amazon EC2 may read. */
  AWS_EXEC_READ = 'aws-exec-read',
  /** The bucket's owner may read. */
  BUCKET_OWNER_READ = 'bucket-owner-read',
  /** The bucket's owner may do everything. */
  BUCKET_OWNER_FULL_CONTROL = 'bucket-owner-full-control',
}

/**
 * How fast, and how expensive, an archived object is restored.
 */
export enum CopyRestoreTier {
  /** Minutes. Not for S3 Glacier Deep Archive. */
  EXPEDITED = 'Expedited',
  /** Hours. */
  STANDARD = 'Standard',
  /** Up to two days. */
  BULK = 'Bulk',
}

/**
 * Options of executions that name none: of those that EventBridge starts, too. Each stands for the field of `options` in
 * the execution input that is named with it, and the input goes before.
 */
export interface CopyDefaults {
  /**
   * What becomes of an object that is at the destination already: `overwrite`.
   *
   * @default CopyOverwrite.ALWAYS
   */
  readonly overwrite?: CopyOverwrite;

  /**
   * Which proof of equality a copy needs: `integrity`.
   *
   * @default CopyIntegrity.BEST_EFFORT
   */
  readonly integrity?: CopyIntegrity;

  /**
   * Copies have the ETag of their source, or fail: `preserveEtag`.
   *
   * @default false
   */
  readonly preserveEtag?: boolean;

  /**
   * The workflow pays for requests to buckets that want it: `requestPayer`.
   *
   * @default false
   */
  readonly requesterPays?: boolean;

  /**
   * Storage class of copies: `storageClass`.
   *
   * @default - that of the source
   */
  readonly storageClass?: CopyStorageClass;

  /**
   * How S3 encrypts copies: `serverSideEncryption`.
   *
   * @default - SSE-KMS with an `encryptionKey`, else the default encryption of the destination's bucket
   */
  readonly serverSideEncryption?: CopyEncryption;

  /**
   * The KMS key that copies are encrypted with: `ssekmsKeyId`. Granted on every destination but directory buckets,
   * which have keys of their own.
   *
   * @default - the key of the destination's bucket
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * S3 asks KMS for a key of the bucket instead of one for each object: `bucketKeyEnabled`.
   *
   * @default - the default of the destination's bucket
   */
  readonly bucketKeyEnabled?: boolean;

  /**
   * Canned ACL of copies: `acl`. Needs `copyAcl`.
   *
   * @default - the source's grants with `copyAcl`, else none
   */
  readonly acl?: CopyCannedAcl;

  /**
   * Archived sources are restored first, at this speed: `restore.tier`. Needs `allowRestore`.
   *
   * @default - archived sources fail with `SourceArchived`; `CopyRestoreTier.STANDARD` with a `restoreFor`
   */
  readonly restoreTier?: CopyRestoreTier;

  /**
   * How long the restored source stays: `restore.days`. Whole days, and more than the copy takes. Needs `allowRestore`.
   *
   * @default Duration.days(2)
   */
  readonly restoreFor?: Duration;
}
