/** The worker steps: each is a folder of `lambda/`, a bundle of `lambda/dist/` and a function of the construct. */
export const STEPS = ['plan', 'restore', 'begin', 'copy-part', 'complete', 'abort', 'copy-object'] as const;

export type Step = (typeof STEPS)[number];

/** How the map over the parts runs. */
export type MapType = 'INLINE' | 'DISTRIBUTED';

/** What Route branches on. */
export type CopyAction = 'NOTHING' | 'COPY_OBJECT' | 'COPY_PARTS' | 'RESTORE' | 'WAIT_FOR_RESTORE';

export type OverwriteRule = 'always' | 'never' | 'if-different';

/** How a bucket is spoken to. */
export interface BucketAccess {
  /** Absent: the workflow's own. */
  readonly region?: string;
  /** Account id that S3 is to compare with the bucket's owner. */
  readonly owner?: string;
  readonly requestPayer?: 'requester';
  /** ARN of the secret that holds the customer-provided key (SSE-C) of the object. The key itself never enters the state. */
  readonly customerKey?: string;
  /** The version of that secret that was current when Plan began: a copy has one key, also while its secret is rotated. */
  readonly customerKeyVersion?: string;
}

export interface ObjectAddress {
  /** Name of a bucket, or ARN of an access point. */
  readonly bucket: string;
  readonly key: string;
}

/** The source before anybody has looked at it. */
export interface SourceAddress extends ObjectAddress, BucketAccess {
  readonly versionId?: string;
}

/** The source as Plan found it. Every later call names this version and this ETag. */
export interface SourceObject extends SourceAddress {
  /** Absent where the bucket was never versioned. */
  readonly versionId?: string;
  /** As S3 gives it, quotes included. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly conditions?: SourceConditions;
}

/** Conditions of the execution on the source, besides that it must not change. Dates are ISO 8601. */
export interface SourceConditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifUnmodifiedSince?: string;
}

export interface DestinationObject extends ObjectAddress, BucketAccess {}

/** What the copy carries besides its bytes, in the words of CreateMultipartUpload. */
export interface ObjectProperties {
  /** Where these come from: CopyObject copies by itself what the source has. */
  readonly metadataDirective: 'COPY' | 'REPLACE';
  readonly taggingDirective: 'COPY' | 'REPLACE';
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentType?: string;
  /** The header as it is stored, which need not be a date. */
  readonly expires?: string;
  readonly metadata?: { [name: string]: string };
  readonly websiteRedirectLocation?: string;
  readonly storageClass?: string;
  /** URL query string, the form of the `x-amz-tagging` header. */
  readonly tagging?: string;
  /** Canned; never together with `grants`. */
  readonly acl?: string;
  readonly grants?: AclGrants;
  readonly objectLock?: ObjectLock;
  readonly encryption?: Encryption;
  /** Whether the annotations of the source are copied. */
  readonly annotations?: boolean;
}

/** Grantees of each permission, in the form of the `x-amz-grant-…` headers. */
export interface AclGrants {
  readonly fullControl?: string;
  readonly read?: string;
  readonly readAcp?: string;
  readonly writeAcp?: string;
}

/** In the words of CreateMultipartUpload; the date is ISO 8601. */
export interface ObjectLock {
  readonly mode?: string;
  readonly retainUntilDate?: string;
  readonly legalHold?: string;
  readonly eventHold?: string;
  readonly eventHoldDurationDays?: number;
  readonly eventHoldDurationYears?: number;
}

/** Other than the default of the destination's bucket. */
export interface Encryption {
  readonly serverSideEncryption?: string;
  readonly ssekmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
}

/** What S3 is told to compute of the copy. */
export interface DeclaredChecksum {
  /** S3's name, such as `CRC64NVME`. */
  readonly algorithm: string;
  /** Absent: S3's default for the algorithm. */
  readonly type?: 'FULL_OBJECT' | 'COMPOSITE';
}

/** A checksum that S3 keeps. */
export interface SourceChecksum extends DeclaredChecksum {
  /** `FULL_OBJECT`: of all bytes. `COMPOSITE`: of the checksums of the parts, so that the copy needs the same parts. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string;
}

/** How the bytes are cut. */
export interface PartPlan {
  readonly parts: number;
  /** First byte of the source that is copied. */
  readonly offset: number;
  /** Bytes that are copied. */
  readonly length: number;
  /** Bytes of every part but the last, which holds the rest; with the source's boundaries, bytes of the first part. */
  readonly partSize: number;
  /** `SOURCE`: as the parts of the source, which the workers ask S3 for. */
  readonly boundaries: 'EVEN' | 'SOURCE';
  readonly mapType: MapType;
  readonly maxConcurrency: number;
}

/** `$$` of the execution, as the definition hands it to Plan. */
export interface ExecutionContext {
  readonly id: string;
  /** ISO 8601. */
  readonly startTime: string;
}

export interface PlanEvent {
  /** The execution input, untouched. */
  readonly input: unknown;
  readonly execution: ExecutionContext;
}

/** What the copy is proven by. */
export interface ProofPlan {
  /** The source's checksum, where a copy made as planned has it too. */
  readonly checksum?: SourceChecksum;
  /** The copy is an error unless it has the source's ETag. */
  readonly sameEtag?: boolean;
}

/** What RestoreObject is to be asked for, and how long to wait before looking again. */
export interface RestorePlan {
  readonly tier: string;
  /** Absent for the archive tiers of INTELLIGENT_TIERING, which are left for good. */
  readonly days?: number;
  readonly waitSeconds: number;
}

/** The state of an execution after Plan. */
export interface CopyState {
  readonly action: CopyAction;
  readonly execution: ExecutionContext;
  readonly source: SourceObject;
  readonly destination: DestinationObject;
  readonly overwrite: OverwriteRule;
  /** ETag that the destination must have. */
  readonly ifMatch?: string;
  readonly properties: ObjectProperties;
  /** Absent: S3 chooses. */
  readonly declared?: DeclaredChecksum;
  readonly proof: ProofPlan;
  /** Absent where nothing is cut into parts. */
  readonly plan?: PartPlan;
  /** 1..parts: the items of the Map. */
  readonly partNumbers?: number[];
  /** What S3 answered when the source was looked at. */
  readonly requestCharged?: string;
  /** Set where the source has to be restored first. */
  readonly restore?: RestorePlan;
  /** Set by Plan where nothing is to be done, else by Complete or CopyObject. */
  readonly result?: CopyResult;
}

export interface Upload {
  readonly uploadId: string;
}

/** Input of the worker of one part: built by the Map's ItemSelector. */
export interface CopyPartEvent {
  readonly partNumber: number;
  readonly source: SourceObject;
  readonly destination: DestinationObject;
  readonly plan: PartPlan;
  readonly upload: Upload;
}

/** The state of an execution after Begin. */
export type CompleteEvent = CopyState & { readonly plan: PartPlan; readonly upload: Upload };

/** What a Catch puts under `$.error`. */
export interface CaughtError {
  readonly Error: string;
  readonly Cause: string;
}

export interface AbortEvent {
  readonly execution: ExecutionContext;
  readonly destination: DestinationObject;
  readonly upload: Upload;
  readonly error: CaughtError;
}

/** What the execution fails with. */
export interface Failure {
  readonly error: string;
  readonly cause: string;
}

export type CopyStatus = 'COPIED' | 'SKIPPED' | 'PLANNED';

/** Which comparison proved the copy equal, the strongest first. */
export type VerifiedBy = 'full-object-checksum' | 'composite-checksum' | 'etag' | 'size';

export interface Integrity {
  readonly verifiedBy: VerifiedBy;
  /** Of `checksum`; empty where neither object has one. */
  readonly algorithm: string;
  /** Base64. */
  readonly checksum: string;
}

/** Output of an execution. Empty strings stand for what S3 did not answer. */
export interface CopyResult {
  readonly status: CopyStatus;
  /** Why nothing was copied; empty where something was. */
  readonly reason: string;
  /** `versionId` is S3's `CopySourceVersionId`; the date is ISO 8601, the size in bytes. */
  readonly source: { bucket: string; key: string; versionId: string; etag: string; lastModified: string; size: number };
  readonly destination: {
    bucket: string;
    key: string;
    versionId: string;
    etag: string;
    lastModified: string;
    size: number;
  };
  /** 1 where one CopyObject copies the whole object. */
  readonly parts: number;
  /** Bytes. */
  readonly partSize: number;
  readonly integrity: Integrity;
  /** `FULL_OBJECT` or `COMPOSITE`. */
  readonly checksumType: string;
  /** Base64, by S3's name of the algorithm: every checksum that S3 keeps of the copy. */
  readonly checksums: { [algorithm: string]: string };
  readonly serverSideEncryption: string;
  readonly ssekmsKeyId: string;
  readonly bucketKeyEnabled: boolean;
  readonly sseCustomerAlgorithm: string;
  readonly sseCustomerKeyMd5: string;
  readonly requestCharged: string;
  readonly elapsedSeconds: number;
}
