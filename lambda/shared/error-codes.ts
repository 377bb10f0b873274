/*
 * Error codes of S3 that are more specific than the HTTP status.
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

/** The error codes of KMS, which S3 returns, if a key cannot be used until somebody changes it. S3 puts `KMS.` before the names of KMS. */
export const KMS_KEY_STATES: ReadonlyMap<string, string> = new Map([
  ['KMS.DisabledException', 'is disabled: enable it (aws kms enable-key)'],
  [
    'KMS.KMSInvalidStateException',
    'is pending deletion or otherwise unusable: cancel its deletion (aws kms cancel-key-deletion) and enable it',
  ],
  ['KMS.InvalidStateException', 'is in a state in which it cannot be used: check the state (aws kms describe-key)'],
  ['KMS.NotFoundException', 'does not exist: check its ARN or alias and its Region (a deleted key cannot be restored)'],
  ['KMS.InvalidKeyUsageException', 'is not a symmetric key for encryption: specify another key'],
  ['KMS.InvalidArnException', 'is not the ARN of a key: specify another key'],
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

/** Codes of transient failures. Lambda replaces credentials before they expire, but a request may have been signed earlier. */
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
