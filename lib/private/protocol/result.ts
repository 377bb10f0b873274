export type CopyStatus = 'COPIED' | 'SKIPPED' | 'PLANNED';

/** The comparison that proved the copy equal to its source, from the strongest to the weakest. */
export type VerifiedBy = 'full-object-checksum' | 'composite-checksum' | 'etag' | 'size';

export interface Integrity {
  readonly verifiedBy: VerifiedBy;
  /** Algorithm of `checksum`. Empty if neither object has a checksum. */
  readonly algorithm: string;
  /** Base64. */
  readonly checksum: string;
}

/** One end of the copy in a result. */
export interface ResultObject {
  readonly bucket: string;
  readonly key: string;
  /** Of the source: the version that Plan read. */
  readonly versionId: string;
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * What ensured that S3 copied the object that Plan read. `version`: its version, which cannot change, and its ETag. `etag`:
 * its ETag alone, because it has no version, its version is `null`, or the role has no permission to name versions.
 */
export type PinnedBy = 'version' | 'etag';

export interface ResultSource extends ResultObject {
  readonly pinnedBy: PinnedBy;
}

/** Output of an execution. A value that S3 did not return is an empty string. */
export interface CopyResult {
  readonly status: CopyStatus;
  /** Why nothing was copied. Empty if something was. */
  readonly reason: string;
  readonly source: ResultSource;
  readonly destination: ResultObject;
  /** 1 if one CopyObject copied the whole object. */
  readonly parts: number;
  /** Parts that an earlier execution had copied, and this one did not copy again. */
  readonly reusedParts: number;
  /** Bytes. */
  readonly partSize: number;
  readonly integrity: Integrity;
  /** `FULL_OBJECT` or `COMPOSITE`. */
  readonly checksumType: string;
  /** Every checksum that S3 stores with the copy: Base64 by algorithm. */
  readonly checksums: { [algorithm: string]: string };
  readonly serverSideEncryption: string;
  readonly ssekmsKeyId: string;
  readonly bucketKeyEnabled: boolean;
  readonly sseCustomerAlgorithm: string;
  readonly sseCustomerKeyMd5: string;
  readonly requestCharged: string;
  readonly elapsedSeconds: number;
}
