import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { bucketStatements, validatePrefix } from './private/bucket-statements';
import { SOURCE_PERMISSIONS } from './private/permissions';

/**
 * Options of `CopySource.bucket`.
 */
export interface CopySourceBucketOptions {
  /**
   * Only objects whose key starts with this may be copied. Taken literally: `*` and `?` are characters like any other.
   *
   * @default '' - every object of the bucket
   */
  readonly prefix?: string;

  /**
   * The customer managed KMS key that the objects are encrypted with. Needed for imported buckets, whose key the CDK
   * does not know; without it the copy of such an object fails with `AccessDenied`.
   *
   * @default - the bucket's `encryptionKey`, where it has one
   */
  readonly encryptionKey?: kms.IKey;
}

/**
 * What a source gives to the workflow that it is bound to.
 */
export interface CopySourceConfig {
  /**
   * Name of the bucket, as it appears in the execution input.
   */
  readonly bucketName: string;

  /**
   * Objects whose key starts with this may be copied.
   */
  readonly prefix: string;
}

/**
 * Where objects may be copied from.
 */
export abstract class CopySource {
  /**
   * The objects of a general purpose bucket.
   *
   * Owned and imported buckets both work. For an imported bucket with a customer managed KMS key, pass `encryptionKey`
   * or import it with `Bucket.fromBucketAttributes({ encryptionKey })`.
   *
   * @throws where the prefix cannot be the beginning of a key
   */
  public static bucket(bucket: s3.IBucket, options: CopySourceBucketOptions = {}): CopySource {
    return new BucketSource(bucket, options);
  }

  /**
   * Grants the role what reading from here takes, and says where here is. Called by `MultipartCopyWorkflow`.
   */
  public abstract bind(scope: Construct, copyRole: iam.IRole): CopySourceConfig;
}

class BucketSource extends CopySource {
  private readonly prefix: string;

  constructor(
    private readonly bucket: s3.IBucket,
    private readonly options: CopySourceBucketOptions,
  ) {
    super();
    this.prefix = options.prefix ?? '';
    validatePrefix('CopySource.bucket', this.prefix);
  }

  public bind(scope: Construct, copyRole: iam.IRole): CopySourceConfig {
    const key = this.options.encryptionKey ?? this.bucket.encryptionKey;
    for (const statement of bucketStatements(scope, SOURCE_PERMISSIONS, this.bucket, this.prefix, key)) {
      copyRole.addToPrincipalPolicy(statement);
    }
    return { bucketName: this.bucket.bucketName, prefix: this.prefix };
  }
}
