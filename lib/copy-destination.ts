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
   * Gives the bucket's owner full control of every copy by the canned ACL `bucket-owner-full-control`. For buckets of
   * other accounts that still have ACLs on (Object Ownership is not "Bucket owner enforced"): there, copies belong to
   * the account of the workflow.
   *
   * @default false - no ACL is written
   */
  readonly bucketOwnerFullControl?: boolean;
}

/**
 * Where objects may be copied to.
 */
export abstract class CopyDestination extends CopyLocation {
  /**
   * A general purpose bucket.
   *
   * Copies are encrypted with the bucket's default encryption. For an imported bucket with a customer managed KMS key,
   * pass `encryptionKey` or import it with `Bucket.fromBucketAttributes({ encryptionKey })`.
   *
   * @throws where the prefix cannot be the beginning of a key
   */
  public static bucket(bucket: s3.IBucket, options: CopyBucketOptions = {}): CopyDestination {
    return new BoundDestination(bucketLocation('CopyDestination.bucket', bucket, options));
  }

  /**
   * A general purpose bucket that is not part of the app, another account's perhaps or in another Region.
   *
   * The owner has to add the statements that `MultipartCopyWorkflow.ownerStatements` returns to the bucket's policy.
   *
   * @throws where the name, the prefix, the account, the Region or the key's ARN cannot be one
   */
  public static bucketName(bucketName: string, options: CopyDestinationBucketNameOptions = {}): CopyDestination {
    return new BoundDestination(
      namedLocation('CopyDestination.bucketName', GENERAL_PURPOSE_BUCKET, bucketName, {
        ...options,
        key: options.encryptionKeyArn,
      }),
    );
  }

  /**
   * A directory bucket, S3 Express One Zone. Of a `CfnDirectoryBucket`, pass `ref`.
   *
   * Policies of directory buckets know no keys: the role may write the whole bucket, and it is Plan that holds copies
   * to the prefix.
   *
   * @throws where the name, the prefix, the account or the Region cannot be one
   */
  public static directoryBucket(bucketName: string, options: CopyDirectoryBucketOptions = {}): CopyDestination {
    return new BoundDestination(
      namedLocation('CopyDestination.directoryBucket', DIRECTORY_BUCKET, bucketName, {
        ...options,
        key: options.encryptionKey,
      }),
    );
  }

  /**
   * A general purpose bucket, by way of an access point. Of a `CfnAccessPoint`, pass `attrArn`.
   *
   * @throws where the ARN is not that of an access point of a general purpose bucket, or the prefix cannot be one
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
