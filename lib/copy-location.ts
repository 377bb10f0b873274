import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { LocationBinder } from './private/bound-location';
import type { Side } from './private/protocol/permissions';

/**
 * What all locations have in common.
 */
export interface CopyLocationOptions {
  /**
   * Only objects whose key starts with this belong to the location. An execution that names no destination gets the
   * destination's prefix in the place of its source's. Taken literally: `*` and `?` are characters like any other.
   *
   * @default '' - the whole bucket
   */
  readonly prefix?: string;
}

/**
 * What locations in general purpose buckets have in common.
 */
export interface CopyBucketLocationOptions extends CopyLocationOptions {
  /**
   * Whether objects of the bucket may have versions: `true` also for a bucket whose versioning is suspended, or whose
   * `versioned` you have removed. Without versions the workflow is not granted the actions on them.
   *
   * @default - what the CDK knows of a bucket that it makes; `true` for imported buckets and for bucket names
   */
  readonly versioned?: boolean;

  /**
   * Further customer managed KMS keys: of a source, those that objects are encrypted with besides the bucket's; of a
   * destination, those that executions may name in `options.ssekmsKeyId`.
   *
   * @default - none but the bucket's
   */
  readonly encryptionKeys?: kms.IKey[];
}

/**
 * Options of `CopySource.bucket` and `CopyDestination.bucket`.
 */
export interface CopyBucketOptions extends CopyBucketLocationOptions {
  /**
   * The customer managed KMS key of the bucket's default encryption. Needed for imported buckets, whose key the CDK
   * does not know; without it copies fail with `AccessDenied`.
   *
   * @default - the bucket's `encryptionKey`, where it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Options of `CopySource.bucketName` and `CopyDestination.bucketName`.
 */
export interface CopyBucketNameOptions extends CopyBucketLocationOptions {
  /**
   * Account that owns the bucket. S3 is asked to compare it, so that a bucket that changed hands is noticed.
   *
   * @default - the account of the stack
   */
  readonly account?: string;

  /**
   * Region of the bucket.
   *
   * @default - the Region of the stack
   */
  readonly region?: string;

  /**
   * ARN of the customer managed KMS key of the bucket's default encryption.
   *
   * @default - none: copies fail with `AccessDenied` if there is one
   */
  readonly encryptionKeyArn?: string;
}

/**
 * Options of `CopySource.directoryBucket` and `CopyDestination.directoryBucket`.
 */
export interface CopyDirectoryBucketOptions extends CopyLocationOptions {
  /**
   * Account that owns the bucket.
   *
   * @default - the account of the stack
   */
  readonly account?: string;

  /**
   * Region of the bucket.
   *
   * @default - the Region of the stack
   */
  readonly region?: string;

  /**
   * The customer managed KMS key of the bucket, which has one at most.
   *
   * @default - none
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Options of `CopySource.accessPoint` and `CopyDestination.accessPoint`.
 */
export interface CopyAccessPointOptions extends CopyBucketOptions {
  /**
   * The bucket behind the access point: S3 asks its policy, too.
   */
  readonly bucket: s3.IBucket;

  /**
   * Alias of the access point, such as `CfnAccessPoint.attrAlias`, for executions that name it by that.
   *
   * @default - executions name the access point by its ARN only
   */
  readonly alias?: string;
}

/**
 * A source or a destination of copies.
 */
export abstract class CopyLocation {
  /** @internal */
  public abstract readonly _side: Side;

  /** @internal */
  public abstract readonly _bind: LocationBinder;
}

/**
 * What other accounts have to allow the workflow on what is theirs.
 */
export interface OwnerStatements {
  /**
   * For the policy of the bucket.
   */
  readonly bucketPolicy: iam.PolicyStatement[];

  /**
   * For the policy of the access point; empty where the location is none.
   */
  readonly accessPointPolicy: iam.PolicyStatement[];

  /**
   * For the policy of each KMS key of the location; empty where it has none.
   */
  readonly keyPolicy: iam.PolicyStatement[];
}
