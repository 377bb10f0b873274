/** Errors of the programmer who uses the server, as opposed to S3's answers to requests. */
export class S3ServerError extends Error {
  override readonly name: string = 'S3ServerError';
}

/** An option of `S3Server.start` that cannot be. */
export class InvalidOptionError extends S3ServerError {
  override readonly name = 'InvalidOptionError';
}

/** A bucket name that S3 would not take. */
export class InvalidBucketNameError extends S3ServerError {
  override readonly name = 'InvalidBucketNameError';
}

export class BucketExistsError extends S3ServerError {
  override readonly name = 'BucketExistsError';
}

/** A bucket or object that is not there. */
export class NotFoundError extends S3ServerError {
  override readonly name = 'NotFoundError';
}

/** Generated content that cannot be: a size beyond S3's limits, say. */
export class InvalidObjectError extends S3ServerError {
  override readonly name = 'InvalidObjectError';
}

export class InvalidFaultError extends S3ServerError {
  override readonly name = 'InvalidFaultError';
}

/** A data directory that another server holds. */
export class DirectoryInUseError extends S3ServerError {
  override readonly name = 'DirectoryInUseError';
}

/** A journal with a line that is no commit: what the directory holds is not known any more. */
export class DamagedJournalError extends S3ServerError {
  override readonly name = 'DamagedJournalError';
}
