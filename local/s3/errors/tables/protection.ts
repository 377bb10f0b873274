/** Errors of encryption, keys, Object Lock and access control lists. */
export const PROTECTION_ERRORS = {
  /** Only this server has this error. S3 accepts requests of all origins and host names. */
  ForeignRequest: [403, 'AccessDenied', '{detail}'],
  CustomerKeyNeeded: [
    400,
    'InvalidRequest',
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  ],
  CustomerKeyNotApplicable: [400, 'InvalidRequest', 'The encryption parameters are not applicable to this object.'],
  PartEncryptionMissing: [
    400,
    'InvalidRequest',
    'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
  ],
  PartEncryptionDiffers: [
    400,
    'InvalidRequest',
    'The provided encryption parameters did not match the ones used originally.',
  ],
  CustomerAlgorithm: [
    400,
    'InvalidEncryptionAlgorithmError',
    'The Encryption request you specified is not valid. Supported value: AES256.',
  ],
  TwoEncryptions: [
    400,
    'InvalidArgument',
    'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
  ],
  CustomerAlgorithmMissing: [
    400,
    'InvalidArgument',
    'Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
  ],
  CustomerKeyMissing: [
    400,
    'InvalidArgument',
    'Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.',
  ],
  CustomerKeyInvalid: [400, 'InvalidArgument', 'The secret key was invalid for the specified algorithm.'],
  CustomerKeyMd5: [
    400,
    'InvalidArgument',
    'The calculated MD5 hash of the key did not match the hash that was provided.',
  ],
  EncryptionNotApplicable: [
    400,
    'InvalidArgument',
    'x-amz-server-side-encryption header is not supported for this operation.',
  ],
  DirectoryEncryption: [
    400,
    'InvalidRequest',
    'The encryption settings of the request must match the default encryption of the directory bucket.',
  ],
  UnknownEncryption: [400, 'InvalidArgument', 'The encryption method specified is not supported'],
  KmsHeadersWithoutKms: [
    400,
    'InvalidArgument',
    'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms or aws:kms:dsse',
  ],
  KmsKeyId: [400, 'KMS.NotFoundException', "Invalid keyId '{key}'"],
  KmsKeyNotFound: [400, 'KMS.NotFoundException', "Key '{key}' does not exist"],
  KmsKeyRegion: [400, 'KMS.NotFoundException', 'Invalid arn {region}'],
  KmsKeyDisabled: [400, 'KMS.DisabledException', '{key} is disabled.'],
  KmsKeyPendingDeletion: [400, 'KMS.KMSInvalidStateException', '{key} is pending deletion.'],
  /** The answer of S3 if KMS throttles it (aws-samples/cql-replicator#92). */
  KmsThrottled: [503, 'SlowDown', 'Please reduce your request rate for operations involving AWS KMS.'],
  /** The error of KMS itself. */
  KmsThrottlingException: [
    400,
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  ],

  RetentionPair: [
    400,
    'InvalidArgument',
    'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
  ],
  UnknownLockMode: [400, 'InvalidArgument', 'Unknown wormMode directive.'],
  RetentionInPast: [400, 'InvalidArgument', 'The retain until date must be in the future!'],
  RetentionDate: [400, 'InvalidArgument', 'The retain until date must be provided in ISO 8601 format'],
  RetentionPeriod: [400, 'InvalidArgument', 'Default retention period must be a positive integer value.'],
  RetentionPeriodTooLong: [400, 'InvalidArgument', 'Default retention period must not be longer than 100 years.'],
  UnknownLegalHold: [400, 'InvalidArgument', "Legal Hold must be either of 'ON' or 'OFF'"],
  EventHoldDurations: [400, 'InvalidArgument', 'The event hold duration can be in days or in years, not in both.'],
  BypassWithoutLock: [
    400,
    'InvalidArgument',
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
  ],

  CannedAndGrants: [400, 'InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed'],
  InvalidGroupUri: [400, 'InvalidArgument', 'Invalid group uri'],
  InvalidGranteeId: [400, 'InvalidArgument', 'Invalid id'],
  GrantFormat: [400, 'InvalidArgument', 'Argument format not recognized'],
} as const;
