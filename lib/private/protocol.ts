/**
 * What the construct and the workers say to each other: environment variables, the data that travels through the state
 * machine, and the names of errors. It is the only file of `lib/` that the workers import, and it imports nothing.
 */

/** The worker steps: each is a folder of `lambda/`, a bundle of `lambda/dist/` and a function of the construct. */
export const STEPS = ['plan', 'begin', 'copy-part', 'complete', 'abort', 'copy-object'] as const;

export type Step = (typeof STEPS)[number];

/** Environment variables that the construct sets on the functions. Only Plan reads them. */
export const ENV_LOCATIONS = 'MPCOPY_LOCATIONS';
export const ENV_DEFAULTS = 'MPCOPY_DEFAULTS';

/** Parts that an inline Map may run at once; a copy with more parts takes the Distributed Map. */
export const INLINE_MAP_LIMIT = 40;

/**
 * What a workflow may carry or do besides bytes and headers. Each brings permissions along, so the construct says which
 * are on, and Plan refuses an execution that asks for another.
 */
export const FEATURES = ['tags', 'acl', 'objectLock', 'annotations', 'restore'] as const;

export type Feature = (typeof FEATURES)[number];

/** A bucket and the key prefix below which the workflow may read or write. */
export interface Location {
  /** Name of a bucket, or ARN or alias of an access point: what the execution input names. */
  readonly bucket: string;
  readonly prefix: string;
  /** Of the bucket; absent: the workflow's own. */
  readonly region?: string;
  /** Account that owns the bucket, where it is not the workflow's own: the default of the expected owners. */
  readonly owner?: string;
}

/** Value of the environment variable `MPCOPY_LOCATIONS`, as JSON. */
export interface Locations {
  readonly sources: Location[];
  readonly destinations: Location[];
}

/** Value of the environment variable `MPCOPY_DEFAULTS`, as JSON. */
export interface Defaults {
  /** Bytes; absent: the planner decides. */
  readonly partSize?: number;
  readonly maxConcurrency: number;
  readonly features: Feature[];
  /** ARNs of the secrets with customer-provided keys (SSE-C) that executions may name. */
  readonly customerKeys?: string[];
  /** Options of executions that name none, in the form of the input's `options`. */
  readonly options?: { readonly [name: string]: unknown };
}

/** How the map over the parts runs. */
export type MapType = 'INLINE' | 'DISTRIBUTED';

/** What Route branches on. */
export type CopyAction = 'NOTHING' | 'COPY_OBJECT' | 'COPY_PARTS';

export type OverwriteRule = 'always' | 'never' | 'if-different';

/** The source as Plan found it. Every later call names this version and this ETag. */
export interface SourceObject {
  readonly bucket: string;
  readonly key: string;
  /** Absent where the bucket was never versioned. */
  readonly versionId?: string;
  /** As S3 gives it, quotes included. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
}

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** What the object carries besides its bytes, in the words of CreateMultipartUpload. */
export interface ObjectProperties {
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
}

/** Of the source, as S3 gives it: what the copy is proven by. */
export interface SourceChecksum {
  /** S3's name, such as `CRC64NVME`. */
  readonly algorithm: string;
  /** `FULL_OBJECT`: of all bytes. `COMPOSITE`: of the checksums of the parts, so that the copy needs the same parts. */
  readonly type: 'FULL_OBJECT' | 'COMPOSITE';
  /** Base64; a composite one ends in `-` and the number of parts. */
  readonly value: string;
}

/** How the bytes are cut. */
export interface PartPlan {
  readonly parts: number;
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

/** The state of an execution after Plan. */
export interface CopyState {
  readonly action: CopyAction;
  readonly execution: ExecutionContext;
  readonly source: SourceObject;
  readonly destination: ObjectAddress;
  readonly overwrite: OverwriteRule;
  readonly properties: ObjectProperties;
  /** Absent where the source has none: the copy is then proven by what is left (see `Integrity`). */
  readonly checksum?: SourceChecksum;
  /** Absent where nothing is cut into parts. */
  readonly plan?: PartPlan;
  /** 1..parts: the items of the Map. */
  readonly partNumbers?: number[];
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
  readonly destination: ObjectAddress;
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
  readonly destination: ObjectAddress;
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
  readonly source: { bucket: string; key: string; versionId: string; etag: string; size: number };
  readonly destination: { bucket: string; key: string; versionId: string; etag: string };
  /** 1 where one CopyObject copies the whole object. */
  readonly parts: number;
  /** Bytes. */
  readonly partSize: number;
  readonly integrity: Integrity;
  readonly serverSideEncryption: string;
  readonly ssekmsKeyId: string;
  readonly bucketKeyEnabled: boolean;
  readonly requestCharged: string;
  readonly elapsedSeconds: number;
}

/** Names of the errors that workers throw: what Retry and Catch match and what people read. */
export enum ErrorName {
  INVALID_INPUT = 'InvalidInput',
  NOT_ALLOWED = 'NotAllowed',
  SOURCE_NOT_FOUND = 'SourceNotFound',
  SOURCE_CHANGED = 'SourceChanged',
  SOURCE_ARCHIVED = 'SourceArchived',
  OBJECT_TOO_LARGE = 'ObjectTooLarge',
  BUCKET_NOT_FOUND = 'BucketNotFound',
  DESTINATION_EXISTS = 'DestinationExists',
  CONCURRENT_WRITE = 'ConcurrentWrite',
  UPLOAD_NOT_FOUND = 'UploadNotFound',
  UNSUPPORTED_COPY_SOURCE = 'UnsupportedCopySource',
  ACCESS_DENIED = 'AccessDenied',
  CHECKSUM_MISMATCH = 'ChecksumMismatch',
  SIZE_MISMATCH = 'SizeMismatch',
  REQUEST_REJECTED = 'RequestRejected',
  ABORT_FAILED = 'AbortFailed',
  /** Retried by the state machine. */
  THROTTLED = 'Throttled',
  /** Retried by the state machine. */
  TRANSIENT_S3_ERROR = 'TransientS3Error',
}

/** What Step Functions calls a Distributed Map whose child failed; the child's own error is not in it. */
export const MAP_FAILED = 'States.ExceedToleratedFailureThreshold';
