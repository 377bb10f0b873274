import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketStatements, validatePrefix } from './private/bucket-statements';
import { DESTINATION_PERMISSIONS } from './private/permissions';

/**
 * Options of `CopyDestination.bucket`.
 */
export interface CopyDestinationBucketOptions {
  /**
   * Copies may only be written below this prefix. An execution that names no destination gets this prefix in the place
   * of its source's prefix. Taken literally: `*` and `?` are characters like any other.
   *
   * @default '' - the whole bucket
   */
  readonly prefix?: string;

  /**
   * The customer managed KMS key of the bucket's default encryption. Needed for imported buckets, whose key the CDK
   * does not know; without it copies into such a bucket fail with `AccessDenied`.
   *
   * @default - the bucket's `encryptionKey`, where it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * What a destination gives to the workflow that it is bound to.
 */
export interface CopyDestinationConfig {
  /**
   * Name of the bucket, as it appears in the execution input.
   */
  readonly bucketName: string;

  /**
   * Copies may only be written below this prefix.
   */
  readonly prefix: string;
}

/**
 * Where objects may be copied to.
 */
export abstract class CopyDestination {
  /**
   * A general purpose bucket.
   *
   * Copies are encrypted with the bucket's default encryption. For an imported bucket with a customer managed KMS key,
   * pass `encryptionKey` or import it with `Bucket.fromBucketAttributes({ encryptionKey })`.
   *
   * @throws where the prefix cannot be the beginning of a key
   */
  public static bucket(bucket: s3.IBucket, options: CopyDestinationBucketOptions = {}): CopyDestination {
    return new BucketDestination(bucket, options);
  }

  /**
   * Grants the role what writing here takes, and says where here is. Called by `MultipartCopyWorkflow`.
   */
  public abstract bind(scope: Construct, copyRole: iam.IRole): CopyDestinationConfig;
}

class BucketDestination extends CopyDestination {
  private readonly prefix: string;

  constructor(
    private readonly bucket: s3.IBucket,
    private readonly options: CopyDestinationBucketOptions,
  ) {
    super();
    this.prefix = options.prefix ?? '';
    validatePrefix('CopyDestination.bucket', this.prefix);
  }

  public bind(scope: Construct, copyRole: iam.IRole): CopyDestinationConfig {
    const key = this.options.encryptionKey ?? this.bucket.encryptionKey;
    for (const statement of bucketStatements(scope, DESTINATION_PERMISSIONS, this.bucket, this.prefix, key)) {
      copyRole.addToPrincipalPolicy(statement);
    }
    return { bucketName: this.bucket.bucketName, prefix: this.prefix };
  }
}
