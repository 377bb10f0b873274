/*
 * Error codes of S3 that say more than the HTTP status.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */

/**
 * The status that belongs to a code. S3 begins long answers with 200 and can only name the code in the body, and the SDK reports such
 * errors with status 503, as if they were transient (aws-sdk-java-v2#6023).
 */
export const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    400: [
      'EntityTooSmall',
      'InvalidArgument',
      'InvalidDigest',
      'InvalidEncryptionAlgorithmError',
      'InvalidPart',
      'InvalidPartOrder',
      'InvalidRange',
      'InvalidStorageClass',
      'InvalidTag',
      'KeyTooLongError',
      'MalformedXML',
      'MetadataTooLarge',
      'AccessControlListNotSupported',
    ],
    403: ['AccessDenied', 'AccountProblem', 'AllAccessDisabled', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
    405: ['MethodNotAllowed'],
    409: ['InvalidBucketState'],
    412: ['PreconditionFailed'],
    501: ['NotImplemented'],
  }).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

/** What KMS answers through S3 if a key cannot be used until somebody changes that. S3 puts `KMS.` before the names of KMS. */
export const KMS_KEY_STATES: ReadonlyMap<string, string> = new Map([
  ['KMS.DisabledException', 'is disabled: enable it (aws kms enable-key)'],
  [
    'KMS.KMSInvalidStateException',
    'is pending deletion or otherwise unusable: cancel its deletion (aws kms cancel-key-deletion) and enable it',
  ],
  ['KMS.InvalidStateException', 'is in a state in which it cannot be used: see aws kms describe-key'],
  ['KMS.NotFoundException', 'does not exist: restore it, or name another key'],
  ['KMS.InvalidKeyUsageException', 'is not a symmetric key for encryption: name another key'],
  ['KMS.InvalidArnException', 'is not the ARN of a key: name another key'],
]);

/** Codes of throttling, of S3 and of KMS. */
export const THROTTLING_CODES: readonly string[] = [
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'KMS.ThrottlingException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'BandwidthLimitExceeded',
];

/** Codes of failures that end by themselves. Credentials of a worker are replaced before they expire, but may be read too late. */
export const TRANSIENT_CODES: readonly string[] = [
  'InternalError',
  'ServiceUnavailable',
  'OperationAborted',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'KMS.KMSInternalException',
  'KMS.DependencyTimeoutException',
  'KMS.KeyUnavailableException',
];
