import { type DestinationObject, ErrorName, type ObjectProperties } from '../../lib/private/protocol';
import { describeObject } from './describe-object';
import { CopyError } from './errors';

/** Names of directory buckets (S3 Express One Zone) end in this. */
export function isDirectoryBucket(bucket: string): boolean {
  return bucket.endsWith('--x-s3');
}

/**
 * Refuses what a directory bucket cannot hold, before anything is copied: losing it in silence would be worse.
 *
 * @throws UnsupportedDestination that names everything at once
 */
export function checkDirectoryDestination(destination: DestinationObject, properties: ObjectProperties): void {
  if (!isDirectoryBucket(destination.bucket)) return;
  const { encryption, objectLock, storageClass } = properties;
  const impossible: [boolean, string][] = [
    [properties.tagging !== undefined, "tags (options.taggingDirective 'NONE' leaves them out)"],
    [
      properties.acl !== undefined || properties.grants !== undefined,
      "an ACL (options.aclDirective 'NONE' leaves it out)",
    ],
    [objectLock !== undefined, "Object Lock (options.objectLockDirective 'NONE' leaves it out)"],
    [properties.annotations === true, "annotations (options.annotationDirective 'EXCLUDE' leaves them out)"],
    [
      properties.websiteRedirectLocation !== undefined,
      "a website redirect (options.websiteRedirectLocation '' leaves it out)",
    ],
    [
      properties.contentEncoding !== undefined,
      `Content-Encoding ${properties.contentEncoding} (options.metadataDirective 'REPLACE' leaves it out)`,
    ],
    [
      storageClass !== undefined && storageClass !== 'EXPRESS_ONEZONE',
      `storage class ${storageClass} (leave options.storageClass out)`,
    ],
    [encryption?.serverSideEncryption === 'aws:kms:dsse', "options.serverSideEncryption 'aws:kms:dsse'"],
    [destination.customerKey !== undefined, 'options.sseCustomerKeySecretArn'],
    [destination.requestPayer !== undefined, `options.requestPayer '${destination.requestPayer}'`],
  ];
  const problems = impossible.filter(([isWanted]) => isWanted).map(([, text]) => text);
  if (problems.length === 0) return;
  throw new CopyError(
    ErrorName.UNSUPPORTED_DESTINATION,
    `${describeObject(destination)} is in a directory bucket, which does not hold ${problems.join(', ')}`,
  );
}
