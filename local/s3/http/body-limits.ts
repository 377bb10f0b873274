import type { OperationName } from '../wire/operation-names';

/** How large a document in the body of a request may be. */
export interface BodyLimit {
  readonly bytes: number;
  /** `<` characters, which bound the time that parsing takes: an element has up to two. */
  readonly tags: number;
}

const KIB = 1024;

/** Settings with few elements: versioning, retention, a restore, a bucket policy (20 KB, which its validation checks). */
const SETTING: BodyLimit = { bytes: 64 * KIB, tags: 1000 };

/** Up to 50 tags of 384 characters, or 100 grants. */
const LIST: BodyLimit = { bytes: 256 * KIB, tags: 2000 };

/**
 * S3 documents how many entries a document may have, and refuses larger ones by MaxMessageLengthExceeded without documenting where it
 * begins. The sizes here have room for the documented number of entries in their longest form that a client sends.
 */
const LIMITS: ReadonlyMap<OperationName, BodyLimit> = new Map<OperationName, BodyLimit>([
  // 10,000 parts of three elements: number, ETag, checksum.
  ['CompleteMultipartUpload', { bytes: 4096 * KIB, tags: 100_000 }],
  // 1,000 objects of six elements, with keys of 1,024 bytes.
  ['DeleteObjects', { bytes: 2048 * KIB, tags: 20_000 }],
  // 1,000 rules.
  ['PutBucketLifecycleConfiguration', { bytes: 1024 * KIB, tags: 50_000 }],
  ['PutObjectTagging', LIST],
  ['PutBucketTagging', LIST],
  ['PutObjectAcl', LIST],
  ['PutBucketAcl', LIST],
]);

/** Requests to KMS, whose largest member is a key policy of 32 KB (API reference, CreateKey). */
export const KMS_LIMIT: BodyLimit = { bytes: 128 * KIB, tags: Infinity };

export function bodyLimitOf(operation: OperationName): BodyLimit {
  return LIMITS.get(operation) ?? SETTING;
}

/** Whether a document is within the limit. */
export function isWithin({ bytes, tags }: BodyLimit, text: Uint8Array): boolean {
  if (text.length > bytes) return false;
  let count = 0;
  for (let index = text.indexOf(0x3c); index >= 0; index = text.indexOf(0x3c, index + 1))
    if (++count > tags) return false;
  return true;
}
