/*
 * The limits of S3, Step Functions and Lambda that both the construct and the workers enforce. Sizes are in bytes.
 */

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MIN_PART_SIZE = 5 * MIB;
export const MAX_PART_SIZE = 5 * GIB;
export const MAX_PARTS = 10_000;

/** 48.828125 TiB. */
export const MAX_OBJECT_SIZE = MAX_PARTS * MAX_PART_SIZE;

/** The documentation of CopyObject says 5 GB; the service accepts 5 GiB. */
export const MAX_COPY_OBJECT_SIZE = 5 * GIB;

/** Of UTF-8. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
export const MAX_KEY_BYTES = 1024;

/** Days for which RestoreObject can keep a restored copy. */
export const MAX_RESTORE_DAYS = 36_500;

/** Iterations that an inline Map runs concurrently. Copies with more parts use a Distributed Map. */
export const INLINE_MAP_LIMIT = 40;

/** Child executions that one run of a Distributed Map keeps open at the same time. */
export const MAX_CONCURRENCY = 10_000;

/** Seconds after which an Express execution ends. @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html */
export const MAX_EXPRESS_SECONDS = 300;

/** Seconds after which a try to copy a part in an Express execution ends. There are two. */
export const EXPRESS_TRY_SECONDS = 120;

/** Of one object. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export const MAX_TAGS = 10;
export const MAX_TAG_KEY_CHARACTERS = 128;
export const MAX_TAG_VALUE_CHARACTERS = 256;
