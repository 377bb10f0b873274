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
 * Options of `CopyDestination.bucketName`.
 */
export interface CopyDestinationBucketNameOptions extends CopyBucketNameOptions {
  /**
   * Copies get the canned ACL `bucket-owner-full-control`. Use it for buckets of other accounts that have ACLs enabled
   * (Object Ownership is not "Bucket owner enforced"), where copies belong to the account of the workflow.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
   * @default false - copies get no ACL
   */
  readonly bucketOwnerFullControl?: boolean;
}

/**
 * A location to which objects can be copied.
 *
 * @example
 * const destination = CopyDestination.bucket(new s3.Bucket(stack, 'Lake'), { prefix: 'raw/' });
 */
export abstract class CopyDestination extends CopyLocation {
  /**
   * A general purpose bucket that is a construct of the app, created or imported.
   *
   * S3 encrypts copies with the default encryption of the bucket. For an imported bucket with a customer managed KMS key,
   * pass `encryptionKey`, or import it with `Bucket.fromBucketAttributes(scope, id, { encryptionKey, … })`.
   *
   * @throws if the prefix cannot be the beginning of a key
   *
   * @example
   * CopyDestination.bucket(new s3.Bucket(stack, 'Archive', { encryption: s3.BucketEncryption.KMS }));
   */
  public static bucket(bucket: s3.IBucket, options: CopyBucketOptions = {}): CopyDestination {
    return new BoundDestination(bucketLocation('CopyDestination.bucket', bucket, options));
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
   * CopyDestination.bucketName('archive', { region: 'eu-west-1', versioned: true });
   */
  public static bucketName(bucketName: string, options: CopyDestinationBucketNameOptions = {}): CopyDestination {
    const { encryptionKeyArn: key } = options;
    return new BoundDestination(
      namedLocation('CopyDestination.bucketName', GENERAL_PURPOSE_BUCKET, bucketName, { ...options, key }),
    );
  }

  /**
   * A directory bucket (S3 Express One Zone). For a `CfnDirectoryBucket`, pass its `ref`.
   *
   * Policies of directory buckets do not support keys: the role can write to the whole bucket, and only Plan restricts
   * copies to the prefix.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-buckets-overview.html
   * @throws if the name, the prefix, the account or the Region is invalid
   *
   * @example
   * CopyDestination.directoryBucket('fast--use1-az4--x-s3', { prefix: 'training/' });
   */
  public static directoryBucket(bucketName: string, options: CopyDirectoryBucketOptions = {}): CopyDestination {
    const { encryptionKey: key } = options;
    return new BoundDestination(
      namedLocation('CopyDestination.directoryBucket', DIRECTORY_BUCKET, bucketName, { ...options, key }),
    );
  }

  /**
   * A general purpose bucket, accessed through an access point. For a `CfnAccessPoint`, pass its `attrArn`.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points.html
   * @throws if the ARN is not that of an access point of a general purpose bucket, or if the prefix or the alias is invalid
   *
   * @example
   * declare const bucket: s3.Bucket;
   * declare const accessPoint: s3.CfnAccessPoint;
   * CopyDestination.accessPoint(accessPoint.attrArn, { bucket });
   */
  public static accessPoint(accessPointArn: string, options: CopyAccessPointOptions): CopyDestination {
    return new BoundDestination(accessPointLocation('CopyDestination.accessPoint', accessPointArn, options));
  }
}

class BoundDestination extends CopyDestination {
  public readonly _side = 'destination';

  constructor(public readonly _bind: LocationBinder) {
    super();
  }
}
