import { attributesOperations } from './attributes';
import { bucketOperations } from './buckets';
import { completeOperations } from './complete';
import type { Operations } from './context';
import { copyOperations } from './copy';
import { deleteOperations } from './delete';
import { listingOperations } from './listing';
import { multipartOperations } from './multipart';
import { objectOperations } from './objects';
import { taggingOperations } from './tagging';
import { uploadListingOperations } from './upload-listing';
import { versioningOperations } from './versioning';

/** Every operation that the server has, by its S3 name. */
export const operations: Operations = {
  ...attributesOperations,
  ...bucketOperations,
  ...completeOperations,
  ...copyOperations,
  ...deleteOperations,
  ...listingOperations,
  ...multipartOperations,
  ...objectOperations,
  ...taggingOperations,
  ...uploadListingOperations,
  ...versioningOperations,
};
