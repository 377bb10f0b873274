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
 * Where objects may be copied from.
 */
export abstract class CopySource extends CopyLocation {
  /**
   * The objects of a general purpose bucket.
   *
   * Owned and imported buckets both work. For an imported bucket with a customer managed KMS key, pass `encryptionKey`
   * or import it with `Bucket.fromBucketAttributes({ encryptionKey })`.
   *
   * @throws where the prefix cannot be the beginning of a key
   */
  public static bucket(bucket: s3.IBucket, options: CopyBucketOptions = {}): CopySource {
    return new BoundSource(bucketLocation('CopySource.bucket', bucket, options));
  }

  /**
   * The objects of a general purpose bucket that is not part of the app, another account's perhaps or in another Region.
   *
   * The owner has to add the statements that `MultipartCopyWorkflow.ownerStatements` returns to the bucket's policy.
   *
   * @throws where the name, the prefix, the account, the Region or the key's ARN cannot be one
   */
  public static bucketName(bucketName: string, options: CopyBucketNameOptions = {}): CopySource {
    return new BoundSource(
      namedLocation('CopySource.bucketName', GENERAL_PURPOSE_BUCKET, bucketName, {
        ...options,
        key: options.encryptionKeyArn,
      }),
    );
  }

  /**
   * The objects of a directory bucket, S3 Express One Zone. Of a `CfnDirectoryBucket`, pass `ref`.
   *
   * Policies of directory buckets know no keys: the role may read the whole bucket, and it is Plan that holds copies
   * to the prefix.
   *
   * @throws where the name, the prefix, the account or the Region cannot be one
   */
  public static directoryBucket(bucketName: string, options: CopyDirectoryBucketOptions = {}): CopySource {
    return new BoundSource(
      namedLocation('CopySource.directoryBucket', DIRECTORY_BUCKET, bucketName, {
        ...options,
        key: options.encryptionKey,
      }),
    );
  }

  /**
   * The objects of a general purpose bucket, by way of an access point. Of a `CfnAccessPoint`, pass `attrArn`.
   *
   * S3 reads from an access point only in the destination's own Region.
   *
   * @throws where the ARN is not that of an access point of a general purpose bucket, or the prefix cannot be one
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
