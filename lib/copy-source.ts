import type * as s3 from 'aws-cdk-lib/aws-s3';
import {
  type CopyAccessPointOptions,
  type CopyBucketNameOptions,
  type CopyBucketOptions,
  type CopyDirectoryBucketOptions,
  CopyLocation,
} from './copy-location';
import { accessPointLocation, bucketLocation, type LocationBinder, namedLocation } from './private/bound-location';
import { DIRECTORY_BUCKET, GENERAL_PURPOSE_BUCKET } from './private/protocol/bucket-kinds';

/**
 * A location from which objects can be copied.
 *
 * @example
 * const source = CopySource.bucket(new s3.Bucket(stack, 'Raw'), { prefix: 'incoming/' });
 */
export abstract class CopySource extends CopyLocation {
  /**
   * A general purpose bucket that is a construct of the app, created or imported.
   *
   * For an imported bucket with a customer managed KMS key, pass `encryptionKey`, or import it with
   * `Bucket.fromBucketAttributes(scope, id, { encryptionKey, … })`.
   *
   * @throws if the prefix cannot be the beginning of a key
   *
   * @example
   * const key = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab');
   * const imported = s3.Bucket.fromBucketName(stack, 'Imported', 'partner-data');
   * CopySource.bucket(imported, { prefix: 'outbox/', encryptionKey: key });
   */
  public static bucket(bucket: s3.IBucket, options: CopyBucketOptions = {}): CopySource {
    return new BoundSource(bucketLocation('CopySource.bucket', bucket, options));
  }

  /**
   * A general purpose bucket that is not part of the app. It may belong to another account or be in another Region.
   *
   * If it belongs to another account, its owner has to add the statements that `MultipartCopyWorkflow.ownerStatements`
   * returns to the policies of the bucket and of its key.
   *
   * @throws if the name, the prefix, the account, the Region or the ARN of the key is invalid
   *
   * @example
   * CopySource.bucketName('partner-outbox', { account: '444455556666', region: 'us-west-2' });
   */
  public static bucketName(bucketName: string, options: CopyBucketNameOptions = {}): CopySource {
    const { encryptionKeyArn: key } = options;
    return new BoundSource(
      namedLocation('CopySource.bucketName', GENERAL_PURPOSE_BUCKET, bucketName, { ...options, key }),
    );
  }

  /**
   * A directory bucket (S3 Express One Zone). For a `CfnDirectoryBucket`, pass its `ref`.
   *
   * Policies of directory buckets do not support keys: the role can read the whole bucket, and only Plan restricts copies
   * to the prefix.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-overview.html
   * @throws if the name, the prefix, the account or the Region is invalid
   *
   * @example
   * CopySource.directoryBucket('fast--use1-az4--x-s3', { prefix: 'results/' });
   */
  public static directoryBucket(bucketName: string, options: CopyDirectoryBucketOptions = {}): CopySource {
    const { encryptionKey: key } = options;
    return new BoundSource(
      namedLocation('CopySource.directoryBucket', DIRECTORY_BUCKET, bucketName, { ...options, key }),
    );
  }

  /**
   * A general purpose bucket, accessed through an access point. For a `CfnAccessPoint`, pass its `attrArn`.
   *
   * S3 reads through an access point only if it is in the Region of the destination.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html
   * @throws if the ARN is not that of an access point of a general purpose bucket, or if the prefix or the alias is invalid
   *
   * @example
   * declare const bucket: s3.Bucket;
   * declare const accessPoint: s3.CfnAccessPoint;
   * CopySource.accessPoint(accessPoint.attrArn, { bucket, alias: accessPoint.attrAlias });
   */
  public static accessPoint(accessPointArn: string, options: CopyAccessPointOptions): CopySource {
    return new BoundSource(accessPointLocation('CopySource.accessPoint', accessPointArn, options));
  }
}

class BoundSource extends CopySource {
  public readonly _side = 'source';

  constructor(public readonly _bind: LocationBinder) {
    super();
  }
}
