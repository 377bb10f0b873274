/*
 * The objects at both ends of a copy, as they travel through the state machine. Property names follow the parameters of
 * S3. Dates are ISO 8601, sizes are bytes, ETags have their quotes.
 */
import type { SourceConditions } from './options';

/** Parameters that every call on a bucket repeats. */
export interface BucketAccess {
  /** Region of the bucket. Absent: the Region of the workflow. */
  readonly region?: string;
  /** Account ID that S3 compares with the owner of the bucket. */
  readonly owner?: string;
  readonly requestPayer?: 'requester';
  /** ARN of the secret that holds the customer-provided key (SSE-C) of the object. The key never enters the state. */
  readonly customerKey?: string;
  /** Version of that secret when Plan ran. Pinned so that all parts use one key even if the secret is rotated. */
  readonly customerKeyVersion?: string;
}

export interface ObjectAddress {
  /** Name of a bucket, or ARN or alias of an access point. */
  readonly bucket: string;
  readonly key: string;
}

/** The source before HeadObject. */
export interface SourceAddress extends ObjectAddress, BucketAccess {
  readonly versionId?: string;
}

/** The source as Plan found it. Every later call names this version, and copies have a condition on this ETag. */
export interface SourceObject extends SourceAddress {
  /** Absent if the bucket was never versioned, or if the copy role may not name the version. */
  readonly versionId?: string;
  /** The version that Plan saw and may not name. */
  readonly unnamedVersionId?: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: string;
  readonly conditions?: SourceConditions;
}

export interface DestinationObject extends ObjectAddress, BucketAccess {}

/** What the copy carries besides its bytes, named as in CreateMultipartUpload. */
export interface ObjectProperties {
  /** `COPY`: the values are the source's, which CopyObject copies by itself. */
  readonly metadataDirective: 'COPY' | 'REPLACE';
  readonly taggingDirective: 'COPY' | 'REPLACE';
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentType?: string;
  /** The header as it is stored. It need not be a date. */
  readonly expires?: string;
  readonly metadata?: { [name: string]: string };
  readonly websiteRedirectLocation?: string;
  readonly storageClass?: string;
  /** A URL query string, as in the `x-amz-tagging` header. */
  readonly tagging?: string;
  /** A canned ACL. Never set together with `grants`. */
  readonly acl?: string;
  readonly grants?: AclGrants;
  readonly objectLock?: ObjectLock;
  readonly encryption?: Encryption;
  /** Whether the annotations of the source are copied. */
  readonly annotations?: boolean;
}

/** Grantees by permission, as in the `x-amz-grant-…` headers. */
export interface AclGrants {
  readonly fullControl?: string;
  readonly read?: string;
  readonly readAcp?: string;
  readonly writeAcp?: string;
}

export interface ObjectLock {
  readonly mode?: string;
  readonly retainUntilDate?: string;
  readonly legalHold?: string;
  readonly eventHold?: string;
  readonly eventHoldDurationDays?: number;
  readonly eventHoldDurationYears?: number;
}

/** Encryption other than the default of the destination bucket. */
export interface Encryption {
  readonly serverSideEncryption?: string;
  readonly ssekmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
}

/** The checksum that S3 is asked to compute for the copy. */
export interface DeclaredChecksum {
  /** S3's name, such as `CRC64NVME`. */
  readonly algorithm: string;
  /** Absent: S3's default for the algorithm. */
  readonly type?: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A checksum that S3 stores with an object. */
export interface SourceChecksum extends DeclaredChecksum {
  /** `FULL_OBJECT`: over all bytes. `COMPOSITE`: over the checksums of the parts; only a copy with the same parts has it. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64. A composite checksum ends in `-` and the number of parts. */
  readonly value: string;
}
