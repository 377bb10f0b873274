import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { LocationBinder } from './private/bound-location';
import type { Side } from './private/protocol/permissions';

/**
 * Options of all locations.
 */
export interface CopyLocationOptions {
  /**
   * Only objects whose key begins with this prefix belong to the location. If an execution names no destination, the
   * prefix of the destination replaces that of the source. The prefix is literal: `*` and `?` are ordinary characters.
   *
   * @default '' - the whole bucket
   */
  readonly prefix?: string;
}

/**
 * Options of locations in general purpose buckets.
 */
export interface CopyBucketLocationOptions extends CopyLocationOptions {
  /**
   * Whether objects of the bucket can have versions. Set it to `true` if versioning is suspended, or if it was enabled in
   * the past. Without versions, the workflow is not granted the actions on them.
   *
   * @default - whether versioning is enabled on a bucket that the app creates; `true` for imported buckets and bucket names
   */
  readonly versioned?: boolean;

  /**
   * Additional customer managed KMS keys. Of a source: keys of objects that are not encrypted with the bucket's key. Of a
   * destination: keys that executions may name in `options.ssekmsKeyId`.
   *
   * @default - only the key of the bucket
   */
  readonly encryptionKeys?: kms.IKey[];
}

/**
 * Options of `CopySource.bucket` and `CopyDestination.bucket`.
 */
export interface CopyBucketOptions extends CopyBucketLocationOptions {
  /**
   * The customer managed KMS key of the bucket's default encryption. Required for imported buckets, whose key the CDK
   * does not know. Without it, copies fail with `AccessDenied`.
   *
   * @default - the `encryptionKey` of the bucket, if it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * Options of `CopySource.bucketName` and `CopyDestination.bucketName`.
 */
export interface CopyBucketNameOptions extends CopyBucketLocationOptions {
  /**
   * Account that owns the bucket. The workflow copies only if it still does: every request names the expected owner, and
   * the policy of the role is limited to buckets of this account.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
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
   * @default - none: copies fail with `AccessDenied` if the bucket has such a key
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
   * The customer managed KMS key of the bucket. A directory bucket has at most one.
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
   * The bucket of the access point. Its policy has to allow the access, too.
   */
  readonly bucket: s3.IBucket;

  /**
   * Alias of the access point, such as `CfnAccessPoint.attrAlias`, for executions that use it as the name of the bucket.
   *
   * @default - executions name the access point by its ARN
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
 * The statements that the owner of a location in another account has to add to its resource policies.
 */
export interface OwnerStatements {
  /**
   * For the policy of the bucket.
   */
  readonly bucketPolicy: iam.PolicyStatement[];

  /**
   * For the policy of the access point. Empty if the location is not an access point.
   */
  readonly accessPointPolicy: iam.PolicyStatement[];

  /**
   * For the policy of each KMS key of the location. Empty if it has no key.
   */
  readonly keyPolicy: iam.PolicyStatement[];
}
