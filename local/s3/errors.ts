/**
 * The errors of S3 in S3's words: code, status, message. Where S3 uses one code for many cases (InvalidRequest, InvalidArgument,
 * AccessDenied, …) each case is a row of its own. `{name}` in a message is filled in by whoever throws.
 */
const ERRORS = {
  AccessDenied: [403, 'AccessDenied', 'Access Denied'],
  RequestExpired: [403, 'AccessDenied', 'Request has expired'],
  BlockedSseC: [
    403,
    'AccessDenied',
    'Access Denied. The bucket blocks server-side encryption with customer-provided keys (SSE-C).',
  ],
  ObjectLocked: [403, 'AccessDenied', 'Access Denied because object protected by object lock.'],
  WrongCustomerKey: [
    403,
    'AccessDenied',
    'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
  ],
  InvalidObjectState: [403, 'InvalidObjectState', "The operation is not valid for the object's storage class"],
  RestoreNotAllowed: [403, 'InvalidObjectState', "Restore is not allowed for the object's current storage class"],
  InvalidAccessKeyId: [403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],

  NoSuchBucket: [404, 'NoSuchBucket', 'The specified bucket does not exist'],
  NoSuchKey: [404, 'NoSuchKey', 'The specified key does not exist.'],
  NoSuchVersion: [404, 'NoSuchVersion', 'The specified version does not exist.'],
  NoSuchUpload: [
    404,
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
  ],
  NoSuchTagSet: [404, 'NoSuchTagSet', 'The TagSet does not exist'],
  NoSuchBucketPolicy: [404, 'NoSuchBucketPolicy', 'The bucket policy does not exist'],
  NoSuchPublicAccessBlockConfiguration: [
    404,
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ],
  NoSuchLifecycleConfiguration: [404, 'NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
  OwnershipControlsNotFoundError: [
    404,
    'OwnershipControlsNotFoundError',
    'The bucket ownership controls were not found',
  ],
  ServerSideEncryptionConfigurationNotFoundError: [
    404,
    'ServerSideEncryptionConfigurationNotFoundError',
    'The server side encryption configuration was not found',
  ],
  ObjectLockConfigurationNotFoundError: [
    404,
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ],
  NoSuchObjectLockConfiguration: [
    404,
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
  ],
  NoSuchAccessPoint: [404, 'NoSuchAccessPoint', 'The specified accesspoint does not exist'],
  NoSuchAnnotation: [404, 'NoSuchAnnotation', 'The specified annotation does not exist.'],

  MethodNotAllowed: [405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.'],

  BucketAlreadyExists: [
    409,
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
  ],
  BucketAlreadyOwnedByYou: [
    409,
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
  ],
  BucketNotEmpty: [409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty'],
  VersionedBucketNotEmpty: [
    409,
    'BucketNotEmpty',
    'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
  ],
  ConditionalRequestConflict: [
    409,
    'ConditionalRequestConflict',
    'The conditional request cannot succeed due to a conflicting operation against this resource.',
  ],
  LockedBucketVersioning: [
    409,
    'InvalidBucketState',
    'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
  ],
  LockNeedsVersioning: [
    409,
    'InvalidBucketState',
    "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
  ],
  RestoreAlreadyInProgress: [409, 'RestoreAlreadyInProgress', 'Object restore is already in progress'],
  OperationAborted: [
    409,
    'OperationAborted',
    'A conflicting conditional operation is currently in progress against this resource. Please try again.',
  ],

  MissingContentLength: [411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'],
  PreconditionFailed: [412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold'],
  NotModified: [304, 'NotModified', 'Not Modified'],
  InvalidRange: [416, 'InvalidRange', 'The requested range is not satisfiable'],
  InvalidPartNumber: [416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable'],

  InternalError: [500, 'InternalError', 'We encountered an internal error. Please try again.'],
  NotImplemented: [501, 'NotImplemented', 'A header you provided implies functionality that is not implemented'],
  SlowDown: [503, 'SlowDown', 'Please reduce your request rate.'],
  ServiceUnavailable: [503, 'ServiceUnavailable', 'Service is unable to handle request.'],

  AccessControlListNotSupported: [400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs'],
  AuthorizationHeaderMalformed: [
    400,
    'AuthorizationHeaderMalformed',
    'The authorization header is malformed; {detail}',
  ],
  AuthorizationQueryParametersError: [400, 'AuthorizationQueryParametersError', '{detail}'],
  BadContentMd5: [400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.'],
  BadChecksum: [400, 'BadDigest', 'The {algorithm} you specified did not match the calculated checksum.'],
  BadPartChecksum: [400, 'BadDigest', 'The {algorithm} you specified for part {part} did not match what we received.'],
  EntityTooLarge: [400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size'],
  EntityTooSmall: [400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size'],
  IllegalLocationConstraint: [
    400,
    'IllegalLocationConstraintException',
    'The {location} location constraint is incompatible for the region specific endpoint this request was sent to.',
  ],
  UnspecifiedLocationConstraint: [
    400,
    'IllegalLocationConstraintException',
    'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  ],
  InvalidLocationConstraint: [400, 'InvalidLocationConstraint', 'The specified location-constraint is not valid'],
  IncompleteBody: [
    400,
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  ],
  IncompleteChunk: [400, 'IncompleteBody', 'The request body terminated unexpectedly'],
  InvalidAclArgument: [400, 'InvalidArgument', undefined],
  InvalidArgument: [400, 'InvalidArgument', '{detail}'],
  InvalidBucketName: [400, 'InvalidBucketName', 'The specified bucket is not valid.'],
  InvalidBucketOwner: [
    400,
    'InvalidBucketOwnerAWSAccountID',
    'The value of the expected bucket owner parameter must be an AWS Account ID',
  ],
  InvalidChunkSize: [
    403,
    'InvalidChunkSizeError',
    'Only the last chunk is allowed to have a size less than 8192 bytes',
  ],
  InvalidContentMd5: [400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.'],
  InvalidCopySource: [400, 'InvalidArgument', 'Invalid copy source object key'],
  InvalidCopySourceEncoding: [400, 'InvalidArgument', 'Invalid copy source encoding.'],
  CopySourceBucketName: [400, 'InvalidArgument', 'Invalid copy source bucket name'],
  CopyRangeForm: [
    400,
    'InvalidArgument',
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
  ],
  CopyRangeBeyondEnd: [400, 'InvalidArgument', 'Range specified is not valid for source object of size: {size}'],
  CopyRangeOutside: [400, 'InvalidRequest', 'The specified copy range is invalid for the source object size'],
  CopySourceTooLarge: [
    400,
    'InvalidRequest',
    'The specified copy source is larger than the maximum allowable size for a copy source: 5368709120',
  ],
  CopySourceIsDeleteMarker: [
    400,
    'InvalidRequest',
    'The source of a copy request may not specifically refer to a delete marker by version id.',
  ],
  CopyOntoItself: [
    400,
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  ],
  UnknownMetadataDirective: [400, 'InvalidArgument', 'Unknown metadata directive.'],
  UnknownTaggingDirective: [400, 'InvalidArgument', 'Unknown tagging directive.'],
  InvalidHeaderChecksum: [400, 'InvalidRequest', 'Value for {header} header is invalid.'],
  InvalidTrailerChecksum: [400, 'InvalidRequest', 'Value for {header} trailing header is invalid.'],
  MissingTrailer: [
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  ],
  ManyChecksums: [
    400,
    'InvalidRequest',
    'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
  ],
  ChecksumAlgorithmWithoutValue: [
    400,
    'InvalidRequest',
    'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
  ],
  UnsupportedChecksumAlgorithm: [
    400,
    'InvalidRequest',
    'Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]',
  ],
  ChecksumTypeWithoutAlgorithm: [
    400,
    'InvalidRequest',
    'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
  ],
  UnknownChecksumType: [400, 'InvalidRequest', 'Value for x-amz-checksum-type header is invalid.'],
  ChecksumTypeOfAlgorithm: [
    400,
    'InvalidRequest',
    'The {type} checksum type cannot be used with the {algorithm} checksum algorithm.',
  ],
  PartChecksumType: [
    400,
    'InvalidRequest',
    'Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}',
  ],
  UploadChecksumMode: [
    400,
    'InvalidRequest',
    'The upload was created using the {mode} checksum mode. The complete request must use the same checksum mode.',
  ],
  MissingPartChecksum: [
    400,
    'InvalidRequest',
    'The upload was created using a {algorithm} checksum. The complete request must include the checksum for each part. It was missing for part {part} in the request.',
  ],
  ObjectSizeMismatch: [
    400,
    'InvalidRequest',
    "The provided 'x-amz-mp-object-size' header value {given} does not match what was computed: {computed}",
  ],
  NoParts: [400, 'InvalidRequest', 'You must specify at least one part'],
  InvalidPart: [
    400,
    'InvalidPart',
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
  ],
  InvalidPartOrder: [
    400,
    'InvalidPartOrder',
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  ],
  PartNumberRange: [400, 'InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive'],
  RangeWithPartNumber: [400, 'InvalidRequest', 'Cannot specify both Range header and partNumber query parameter'],
  InvalidRequest: [400, 'InvalidRequest', '{detail}'],
  InvalidTagKey: [400, 'InvalidTag', 'The TagKey you have provided is invalid'],
  InvalidTagValue: [400, 'InvalidTag', 'The TagValue you have provided is invalid'],
  DuplicateTag: [400, 'InvalidTag', 'Cannot provide multiple Tags with the same key'],
  SystemObjectTag: [400, 'InvalidTag', 'Your TagKey cannot be prefixed with aws:'],
  SystemBucketTag: [400, 'InvalidTag', 'System tags cannot be added/updated by requester'],
  TooManyObjectTags: [400, 'BadRequest', 'Object tags cannot be greater than 10'],
  TooManyBucketTags: [400, 'BadRequest', 'Bucket tag count cannot be greater than 50'],
  TaggingHeader: [
    400,
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
  ],
  InvalidStorageClass: [400, 'InvalidStorageClass', 'The storage class you specified is not valid'],
  InvalidUri: [400, 'InvalidURI', "Couldn't parse the specified URI."],
  InvalidVersionId: [400, 'InvalidArgument', 'Invalid version id specified'],
  InvalidEncoding: [400, 'InvalidArgument', 'Invalid Encoding Method specified in Request'],
  KeyTooLong: [400, 'KeyTooLongError', 'Your key is too long'],
  MalformedXml: [
    400,
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MalformedAcl: [
    400,
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
  MalformedPolicy: [400, 'MalformedPolicy', '{detail}'],
  MetadataTooLarge: [400, 'MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size'],
  MissingRequestBody: [400, 'MissingRequestBodyError', 'Request Body is empty'],
  MissingSecurityHeader: [400, 'MissingSecurityHeader', 'Your request was missing a required header'],
  MissingLockChecksum: [
    400,
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  ],
  BucketWithoutLock: [400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration'],
  RequestTimeout: [
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.',
  ],
  UnexpectedContent: [400, 'UnexpectedContent', 'This request does not support content'],
  ContentSha256Mismatch: [
    400,
    'XAmzContentSHA256Mismatch',
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],

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
  KmsThrottled: [
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
  UnknownLegalHold: [400, 'InvalidArgument', "Legal Hold must be either of 'ON' or 'OFF'"],
  BypassWithoutLock: [
    400,
    'InvalidArgument',
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
  ],

  CannedAndGrants: [400, 'InvalidRequest', 'Specifying both Canned ACLs and Header Grants is not allowed'],
  InvalidGroupUri: [400, 'InvalidArgument', 'Invalid group uri'],
  InvalidGranteeId: [400, 'InvalidArgument', 'Invalid id'],
  GrantFormat: [400, 'InvalidArgument', 'Argument format not recognized'],
} as const satisfies Record<string, readonly [status: number, code: string, message: string | undefined]>;

/** A row of the table above. */
export type S3ErrorKind = keyof typeof ERRORS;

/** Elements that S3 adds to the answer beside Code and Message; an undefined one is left out. */
export type ErrorFields = Readonly<Record<string, string | number | undefined>>;

/** An error that S3 answers a request with. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly headers: Record<string, string> = {};

  constructor(
    readonly status: number,
    readonly code: string,
    readonly description: string | undefined,
    readonly fields: ErrorFields = {},
  ) {
    super(`${code}: ${description ?? ''}`);
  }

  /** Headers that go with this error, such as `x-amz-delete-marker`. */
  withHeaders(headers: Record<string, string>): this {
    Object.assign(this.headers, headers);
    return this;
  }
}

/** The error of a row, with the fields of the answer and the values for its message. */
export function s3Error(
  kind: S3ErrorKind,
  fields: ErrorFields = {},
  values: Readonly<Record<string, string | number>> = {},
): S3Error {
  const [status, code, template] = ERRORS[kind];
  const text: string | undefined = template;
  const message = text?.replace(/\{(\w+)\}/g, (placeholder, name: string) => String(values[name] ?? placeholder));
  return new S3Error(status, code, message, fields);
}
