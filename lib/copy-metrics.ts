/**
 * How an execution ended, in `MultipartCopyWorkflow.metricCopies`.
 */
export enum CopyStatus {
  /**
   * The object was copied, and the copy was proven to equal its source.
   */
  COPIED = 'COPIED',

  /**
   * The destination already had the object (`overwrite: 'if-different'`).
   */
  SKIPPED = 'SKIPPED',

  /**
   * The copy was only planned (`dryRun`).
   */
  PLANNED = 'PLANNED',
}

/**
 * The proof that a copy equals its source, from the strongest to the weakest, in `MultipartCopyWorkflow.metricCopiesProven`.
 */
export enum CopyProof {
  /**
   * A checksum over all bytes, which both objects have.
   */
  FULL_OBJECT_CHECKSUM = 'full-object-checksum',

  /**
   * A checksum over the checksums of equal parts, which both objects have.
   */
  COMPOSITE_CHECKSUM = 'composite-checksum',

  /**
   * The ETag, if S3 computes it from the bytes.
   */
  ETAG = 'etag',

  /**
   * The sizes of all parts and of the object, if no stronger proof was available.
   */
  SIZE = 'size',
}
