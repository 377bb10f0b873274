import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';

/**
 * What happens if an object already exists at the destination.
 */
export enum CopyOverwrite {
  /** The object is overwritten. */
  ALWAYS = 'always',
  /** The copy fails with `DestinationExists`. */
  NEVER = 'never',
  /** The object is overwritten unless its bytes provably equal those of the source. Other properties are not compared. */
  IF_DIFFERENT = 'if-different',
}

/**
 * The proof of equality that a copy needs.
 */
export enum CopyIntegrity {
  /** A copy that neither a checksum nor an ETag can prove fails before it starts. */
  REQUIRED = 'required',
  /** The strongest proof that is available. */
  BEST_EFFORT = 'best-effort',
}

/**
 * What happens to the multipart upload of a copy that fails or is stopped.
 */
export enum CopyOnFailure {
  /** It is aborted. */
  ABORT = 'ABORT',
  /** It is kept, and another execution can resume it (`options.resumeUploadId`). The sweeper removes it after `sweeper.keepFor`. */
  KEEP = 'KEEP',
}

/**
 * Storage classes of general purpose buckets.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
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
 * Server-side encryption of copies.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 */
export enum CopyEncryption {
  /** SSE-S3: keys that Amazon S3 manages. */
  S3_MANAGED = 'AES256',
  /** SSE-KMS. */
  KMS = 'aws:kms',
  /** DSSE-KMS: two layers of encryption. */
  KMS_DSSE = 'aws:kms:dsse',
}

/**
 * Canned ACLs of objects.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
 */
export enum CopyCannedAcl {
  /** Only the owner has access. */
  PRIVATE = 'private',
  /** Everyone can read. */
  PUBLIC_READ = 'public-read',
  /** Everyone can read and write. */
  PUBLIC_READ_WRITE = 'public-read-write',
  /** Everyone with an AWS account can read. */
  AUTHENTICATED_READ = 'authenticated-read',
  /** Amazon EC2 can read. */
  AWS_EXEC_READ = 'aws-exec-read',
  /** The owner of the bucket can read. */
  BUCKET_OWNER_READ = 'bucket-owner-read',
  /** The owner of the bucket has full control. */
  BUCKET_OWNER_FULL_CONTROL = 'bucket-owner-full-control',
}

/**
 * Retrieval tier of the restore of an archived object: how long the restore takes, and what it costs.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
export enum CopyRestoreTier {
  /** Minutes. Not available for S3 Glacier Deep Archive. */
  EXPEDITED = 'Expedited',
  /** Hours. */
  STANDARD = 'Standard',
  /** Up to two days. */
  BULK = 'Bulk',
}

/**
 * Options of executions, including those that EventBridge starts. Each property sets one field of `options` in the execution
 * input.
 *
 * As `defaults` of a `MultipartCopyWorkflow`, they apply to executions that leave them out: the input takes precedence, so they
 * protect nothing. As `fixedOptions`, no execution can change them: an input with another value, or with an option that
 * contradicts them, fails with `NotAllowed`.
 *
 * @example
 * declare const bucket: s3.Bucket;
 * new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(bucket, { prefix: 'in/' })],
 *   destinations: [CopyDestination.bucket(bucket, { prefix: 'out/' })],
 *   allowRestore: true,
 *   defaults: {
 *     overwrite: CopyOverwrite.NEVER,
 *     storageClass: CopyStorageClass.GLACIER_IR,
 *     restoreTier: CopyRestoreTier.BULK,
 *     restoreFor: Duration.days(3),
 *   },
 * });
 */
export interface CopyDefaults {
  /**
   * What happens if an object already exists at the destination. Sets `overwrite`.
   *
   * @default CopyOverwrite.ALWAYS
   */
  readonly overwrite?: CopyOverwrite;

  /**
   * What happens to the multipart upload of a copy that fails or is stopped. Sets `onFailure`.
   *
   * @default CopyOnFailure.ABORT
   */
  readonly onFailure?: CopyOnFailure;

  /**
   * The proof of equality that a copy needs. Sets `integrity`.
   *
   * @default CopyIntegrity.BEST_EFFORT
   */
  readonly integrity?: CopyIntegrity;

  /**
   * Whether a copy fails unless it has the ETag of its source. Sets `preserveEtag`.
   *
   * @default false
   */
  readonly preserveEtag?: boolean;

  /**
   * Whether the account of the workflow pays for requests to Requester Pays buckets. Sets `requestPayer`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
   * @default false
   */
  readonly requesterPays?: boolean;

  /**
   * Storage class of copies. Sets `storageClass`.
   *
   * @default - the storage class of the source
   */
  readonly storageClass?: CopyStorageClass;

  /**
   * Encryption of copies. Sets `serverSideEncryption`.
   *
   * @default - SSE-KMS if `encryptionKey` is set, otherwise the default encryption of the destination bucket
   */
  readonly serverSideEncryption?: CopyEncryption;

  /**
   * KMS key of copies. Sets `ssekmsKeyId`. The workflow may use the key on all destinations except directory buckets,
   * which support only the key of the bucket.
   *
   * @default - the key of the destination bucket
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether S3 uses an S3 Bucket Key instead of a KMS request for each object. Sets `bucketKeyEnabled`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
   * @default - the setting of the destination bucket
   */
  readonly bucketKeyEnabled?: boolean;

  /**
   * Canned ACL of copies. Sets `acl`. Requires `copyAcl`.
   *
   * @default - the grants of the source with `copyAcl`, otherwise none
   */
  readonly acl?: CopyCannedAcl;

  /**
   * Retrieval tier with which archived sources are restored before the copy. Sets `restore.tier`. Requires `allowRestore`.
   *
   * @default - archived sources fail with `SourceArchived`; `CopyRestoreTier.STANDARD` if `restoreFor` is set
   */
  readonly restoreTier?: CopyRestoreTier;

  /**
   * How long S3 keeps the restored source: whole days, 1 to 36,500, and longer than the copy takes. Sets `restore.days`.
   * Requires `allowRestore`.
   *
   * @default Duration.days(2)
   */
  readonly restoreFor?: Duration;
}
