import { aclOperations } from './acl';
import { annotationOperations } from './annotations';
import { attributesOperations } from './attributes';
import { bucketEncryptionOperations } from './bucket-encryption';
import { bucketSettingsOperations } from './bucket-settings';
import { bucketOperations } from './buckets';
import { completeOperations } from './complete';
import type { Operations } from './context';
import { copyOperations } from './copy';
import { deleteOperations } from './delete';
import { lifecycleOperations } from './lifecycle';
import { listingOperations } from './listing';
import { multipartOperations } from './multipart';
import { objectEncryptionOperations } from './object-encryption';
import { objectLockOperations } from './object-lock';
import { objectOperations } from './objects';
import { restoreOperations } from './restore';
import { sessionOperations } from './session';
import { taggingOperations } from './tagging';
import { uploadListingOperations } from './upload-listing';
import { versioningOperations } from './versioning';

/** All operations by name. */
export const operations: Operations = {
  ...aclOperations,
  ...annotationOperations,
  ...attributesOperations,
  ...bucketEncryptionOperations,
  ...bucketSettingsOperations,
  ...bucketOperations,
  ...completeOperations,
  ...copyOperations,
  ...deleteOperations,
  ...lifecycleOperations,
  ...listingOperations,
  ...multipartOperations,
  ...objectEncryptionOperations,
  ...objectLockOperations,
  ...objectOperations,
  ...restoreOperations,
  ...sessionOperations,
  ...taggingOperations,
  ...uploadListingOperations,
  ...versioningOperations,
};
