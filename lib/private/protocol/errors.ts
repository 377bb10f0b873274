/** Names of the errors that workers throw. Retry and Catch match them, and users read them. README.md explains each. */
export enum ErrorName {
  INVALID_INPUT = 'InvalidInput',
  NOT_ALLOWED = 'NotAllowed',
  SOURCE_NOT_FOUND = 'SourceNotFound',
  SOURCE_CHANGED = 'SourceChanged',
  SOURCE_ARCHIVED = 'SourceArchived',
  OBJECT_TOO_LARGE = 'ObjectTooLarge',
  BUCKET_NOT_FOUND = 'BucketNotFound',
  PRECONDITION_FAILED = 'PreconditionFailed',
  INTEGRITY_UNAVAILABLE = 'IntegrityUnavailable',
  ETAG_NOT_PRESERVABLE = 'EtagNotPreservable',
  UNSUPPORTED_DESTINATION = 'UnsupportedDestination',
  CUSTOMER_KEY_INVALID = 'CustomerKeyInvalid',
  KMS_KEY_UNAVAILABLE = 'KmsKeyUnavailable',
  DESTINATION_EXISTS = 'DestinationExists',
  DESTINATION_NOT_FOUND = 'DestinationNotFound',
  CONCURRENT_WRITE = 'ConcurrentWrite',
  UPLOAD_NOT_FOUND = 'UploadNotFound',
  UPLOAD_NOT_RESUMABLE = 'UploadNotResumable',
  UNSUPPORTED_COPY_SOURCE = 'UnsupportedCopySource',
  ACCESS_DENIED = 'AccessDenied',
  CHECKSUM_MISMATCH = 'ChecksumMismatch',
  SIZE_MISMATCH = 'SizeMismatch',
  REQUEST_REJECTED = 'RequestRejected',
  /** Retried by the state machine. */
  THROTTLED = 'Throttled',
  /** Retried by the state machine. */
  TRANSIENT_S3_ERROR = 'TransientS3Error',
}

/** The error of a Distributed Map with a failed child execution. It does not contain the error of the child. */
export const MAP_FAILED = 'States.ExceedToleratedFailureThreshold';

/** Errors after which no execution can resume the upload: it is aborted even with `onFailure: KEEP`. */
export const NOT_RESUMABLE: readonly ErrorName[] = [
  ErrorName.SOURCE_CHANGED,
  ErrorName.BUCKET_NOT_FOUND,
  ErrorName.ETAG_NOT_PRESERVABLE,
  ErrorName.UPLOAD_NOT_FOUND,
  ErrorName.UPLOAD_NOT_RESUMABLE,
  ErrorName.UNSUPPORTED_COPY_SOURCE,
  ErrorName.CHECKSUM_MISMATCH,
  ErrorName.SIZE_MISMATCH,
];
