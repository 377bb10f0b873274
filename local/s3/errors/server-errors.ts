/** An error of the program that uses the server, as opposed to an error response to a request. */
export class S3ServerError extends Error {
  override readonly name: string = 'S3ServerError';
}

/** An option with an invalid value. */
export class InvalidOptionError extends S3ServerError {
  override readonly name = 'InvalidOptionError';
}

/** A bucket name that S3 would not accept. */
export class InvalidBucketNameError extends S3ServerError {
  override readonly name = 'InvalidBucketNameError';
}

export class BucketExistsError extends S3ServerError {
  override readonly name = 'BucketExistsError';
}

/** A bucket, object, upload or key that does not exist. */
export class NotFoundError extends S3ServerError {
  override readonly name = 'NotFoundError';
}

/** Properties that generated content cannot have, such as a size beyond S3's limits. */
export class InvalidObjectError extends S3ServerError {
  override readonly name = 'InvalidObjectError';
}

export class InvalidFaultError extends S3ServerError {
  override readonly name = 'InvalidFaultError';
}

/** A data directory that another server uses. */
export class DirectoryInUseError extends S3ServerError {
  override readonly name = 'DirectoryInUseError';
}

/** A directory with files that do not belong to the server, which it must neither read nor delete. */
export class ForeignDirectoryError extends S3ServerError {
  override readonly name = 'ForeignDirectoryError';
}

/** A journal with a line that is not a commit, so that the contents of the directory are unknown. */
export class DamagedJournalError extends S3ServerError {
  override readonly name = 'DamagedJournalError';
}
