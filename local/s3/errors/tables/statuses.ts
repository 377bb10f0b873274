/** Errors by HTTP status: forbidden, not found, conflict, … */
export const STATUS_ERRORS = {
  PermanentRedirect: [
    301,
    'PermanentRedirect',
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
  ],

  AccessDenied: [403, 'AccessDenied', 'Access Denied'],
  RequestExpired: [403, 'AccessDenied', 'Request has expired'],
  RequestNotValidYet: [403, 'AccessDenied', 'Request is not yet valid'],
  QueryParametersMissing: [
    403,
    'AccessDenied',
    'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
  ],
  BlockedSseC: [403, 'AccessDenied', 'Access Denied'],
  ObjectLocked: [403, 'AccessDenied', 'Access Denied because object protected by object lock.'],
  PublicPolicyBlocked: [
    403,
    'AccessDenied',
    'User: {who} is not authorized to perform: s3:PutBucketPolicy on resource: "{resource}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.',
  ],
  PublicAclBlocked: [
    403,
    'AccessDenied',
    'User: {who} is not authorized to perform: {action} on resource: "{resource}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.',
  ],
  WrongCustomerKey: [
    403,
    'AccessDenied',
    'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
  ],
  InvalidObjectState: [403, 'InvalidObjectState', "The operation is not valid for the object's storage class"],
  InvalidSourceState: [403, 'InvalidObjectState', "Operation is not valid for the source object's storage class"],
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

  MissingContentLength: [411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.'],
  PreconditionFailed: [412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold'],
  NotModified: [304, 'NotModified', 'Not Modified'],
  InvalidRange: [416, 'InvalidRange', 'The requested range is not satisfiable'],
  InvalidPartNumber: [416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable'],

  InternalError: [500, 'InternalError', 'We encountered an internal error. Please try again.'],
  NotImplemented: [501, 'NotImplemented', 'A header you provided implies functionality that is not implemented'],
  ContentMd5Unsupported: [501, 'NotImplemented', 'This bucket does not support Content Md5 header.'],
  SlowDown: [503, 'SlowDown', 'Please reduce your request rate.'],
} as const;
