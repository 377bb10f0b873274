import { matchesPattern } from './patterns';

/** Actions of S3 on objects, by the Service Authorization Reference. */
const OBJECT_ACTIONS = [
  'AbortMultipartUpload',
  'BypassGovernanceRetention',
  'DeleteObject',
  'DeleteObjectAnnotation',
  'DeleteObjectTagging',
  'DeleteObjectVersion',
  'DeleteObjectVersionAnnotation',
  'DeleteObjectVersionTagging',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAnnotation',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectRetention',
  'GetObjectTagging',
  'GetObjectTorrent',
  'GetObjectVersion',
  'GetObjectVersionAcl',
  'GetObjectVersionAnnotation',
  'GetObjectVersionAnnotationForReplication',
  'GetObjectVersionAttributes',
  'GetObjectVersionForReplication',
  'GetObjectVersionTagging',
  'GetObjectVersionTorrent',
  'InitiateReplication',
  'ListMultipartUploadParts',
  'ListObjectAnnotations',
  'ListObjectVersionAnnotations',
  'ObjectOwnerOverrideToBucketOwner',
  'PutObject',
  'PutObjectAcl',
  'PutObjectAnnotation',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'PutObjectVersionAcl',
  'PutObjectVersionAnnotation',
  'PutObjectVersionTagging',
  'ReplicateDelete',
  'ReplicateObject',
  'ReplicateObjectAnnotation',
  'ReplicateTags',
  'RestoreObject',
  'UpdateObjectEncryption',
];

/** Actions of S3 on buckets. */
const BUCKET_ACTIONS = [
  'AllowVendedLogDeliveryForResource',
  'CreateBucket',
  'CreateBucketMetadataTableConfiguration',
  'DeleteBucket',
  'DeleteBucketMetadataTableConfiguration',
  'DeleteBucketPolicy',
  'DeleteBucketWebsite',
  'GetAccelerateConfiguration',
  'GetAnalyticsConfiguration',
  'GetBucketAbac',
  'GetBucketAcl',
  'GetBucketCORS',
  'GetBucketLocation',
  'GetBucketLogging',
  'GetBucketMetadataTableConfiguration',
  'GetBucketNotification',
  'GetBucketObjectLockConfiguration',
  'GetBucketOwnershipControls',
  'GetBucketPolicy',
  'GetBucketPolicyStatus',
  'GetBucketPublicAccessBlock',
  'GetBucketRequestPayment',
  'GetBucketTagging',
  'GetBucketVersioning',
  'GetBucketWebsite',
  'GetEncryptionConfiguration',
  'GetIntelligentTieringConfiguration',
  'GetInventoryConfiguration',
  'GetLifecycleConfiguration',
  'GetMetricsConfiguration',
  'GetReplicationConfiguration',
  'ListBucket',
  'ListBucketMultipartUploads',
  'ListBucketVersions',
  'ListTagsForResource',
  'PauseReplication',
  'PutAccelerateConfiguration',
  'PutAnalyticsConfiguration',
  'PutBucketAbac',
  'PutBucketAcl',
  'PutBucketCORS',
  'PutBucketLogging',
  'PutBucketNotification',
  'PutBucketObjectLockConfiguration',
  'PutBucketOwnershipControls',
  'PutBucketPolicy',
  'PutBucketPublicAccessBlock',
  'PutBucketRequestPayment',
  'PutBucketTagging',
  'PutBucketVersioning',
  'PutBucketWebsite',
  'PutEncryptionConfiguration',
  'PutIntelligentTieringConfiguration',
  'PutInventoryConfiguration',
  'PutLifecycleConfiguration',
  'PutMetricsConfiguration',
  'PutReplicationConfiguration',
  'TagResource',
  'UntagResource',
  'UpdateBucketMetadataAnnotationTableConfiguration',
  'UpdateBucketMetadataInventoryTableConfiguration',
  'UpdateBucketMetadataJournalTableConfiguration',
];

/** What an action of a policy, maybe with wildcards, can be on. */
export interface Reach {
  readonly objects: boolean;
  readonly buckets: boolean;
}

/** Where an action reaches; undefined is no action of S3. */
export function reachOf(action: string): Reach | undefined {
  const pattern = action.toLowerCase();
  const some = (names: readonly string[]): boolean =>
    names.some((name) => matchesPattern(`s3:${name.toLowerCase()}`, pattern));
  const objects = some(OBJECT_ACTIONS);
  const buckets = some(BUCKET_ACTIONS);
  return objects || buckets ? { objects, buckets } : undefined;
}

/** What a resource of a bucket's policy names: the bucket, what is in it, or both by a wildcard. */
export function namedBy(resource: string, bucketArn: string): Reach {
  const rest = resource.slice(bucketArn.length);
  return { objects: rest.startsWith('/') || rest.startsWith('*'), buckets: rest === '' || rest.startsWith('*') };
}
