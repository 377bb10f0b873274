import type { ObjectVersion } from '../store/model';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';

/** An action that an operation requires, and the type of its resource. */
export interface RequiredAction {
  readonly action: string;
  readonly on: 'object' | 'bucket' | 'account';
}

const object = (action: string): RequiredAction => ({ action: `s3:${action}`, on: 'object' });
const bucket = (action: string): RequiredAction => ({ action: `s3:${action}`, on: 'bucket' });

/** Actions with a different name for requests with a version ID. */
const versioned = (current: string, ofVersion: string) => (request: S3Request) => [
  object(request.versionId === undefined ? current : ofVersion),
];

const writeActions = (request: S3Request): RequiredAction[] => {
  const required = [object('PutObject')];
  if (request.header('x-amz-tagging') !== undefined) required.push(object('PutObjectTagging'));
  const holds = ['x-amz-object-lock-mode', 'x-amz-object-lock-event-hold'];
  if (holds.some((name) => request.header(name) !== undefined)) required.push(object('PutObjectRetention'));
  if (request.header('x-amz-object-lock-legal-hold') !== undefined) required.push(object('PutObjectLegalHold'));
  const acl = request.header('x-amz-acl');
  if (acl !== undefined || Object.keys(request.headers).some((name) => name.startsWith('x-amz-grant-'))) {
    required.push(object('PutObjectAcl'));
  }
  return [...required, ...conditionActions(request)];
};

/** A write with If-Match reveals the ETag of the object, so S3 also requires GetObject. */
const conditionActions = (request: S3Request): RequiredAction[] =>
  request.header('if-match') === undefined ? [] : [object('GetObject')];

const deleteActions = (request: S3Request): RequiredAction[] => {
  const required = [object(request.versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion')];
  const bypass = request.header('x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
  return bypass ? [...required, object('BypassGovernanceRetention')] : required;
};

type Rule = readonly RequiredAction[] | ((request: S3Request) => readonly RequiredAction[]);

/** The actions that each operation requires, according to the Service Authorization Reference. */
const RULES: Readonly<Record<OperationName, Rule>> = {
  ListBuckets: [{ action: 's3:ListAllMyBuckets', on: 'account' }],
  ListDirectoryBuckets: [{ action: 's3express:ListAllMyDirectoryBuckets', on: 'account' }],
  CreateBucket: [bucket('CreateBucket')],
  DeleteBucket: [bucket('DeleteBucket')],
  HeadBucket: [bucket('ListBucket')],
  ListObjects: [bucket('ListBucket')],
  ListObjectsV2: [bucket('ListBucket')],
  ListObjectVersions: [bucket('ListBucketVersions')],
  ListMultipartUploads: [bucket('ListBucketMultipartUploads')],
  CreateSession: [{ action: 's3express:CreateSession', on: 'bucket' }],
  GetBucketLocation: [bucket('GetBucketLocation')],
  GetBucketVersioning: [bucket('GetBucketVersioning')],
  PutBucketVersioning: [bucket('PutBucketVersioning')],
  GetBucketEncryption: [bucket('GetEncryptionConfiguration')],
  PutBucketEncryption: [bucket('PutEncryptionConfiguration')],
  DeleteBucketEncryption: [bucket('PutEncryptionConfiguration')],
  GetBucketPolicy: [bucket('GetBucketPolicy')],
  GetBucketPolicyStatus: [bucket('GetBucketPolicyStatus')],
  PutBucketPolicy: [bucket('PutBucketPolicy')],
  DeleteBucketPolicy: [bucket('DeleteBucketPolicy')],
  GetBucketTagging: [bucket('GetBucketTagging')],
  PutBucketTagging: [bucket('PutBucketTagging')],
  DeleteBucketTagging: [bucket('PutBucketTagging')],
  GetBucketLifecycleConfiguration: [bucket('GetLifecycleConfiguration')],
  PutBucketLifecycleConfiguration: [bucket('PutLifecycleConfiguration')],
  DeleteBucketLifecycle: [bucket('PutLifecycleConfiguration')],
  GetObjectLockConfiguration: [bucket('GetBucketObjectLockConfiguration')],
  PutObjectLockConfiguration: [bucket('PutBucketObjectLockConfiguration')],
  GetBucketOwnershipControls: [bucket('GetBucketOwnershipControls')],
  PutBucketOwnershipControls: [bucket('PutBucketOwnershipControls')],
  DeleteBucketOwnershipControls: [bucket('PutBucketOwnershipControls')],
  GetBucketRequestPayment: [bucket('GetBucketRequestPayment')],
  PutBucketRequestPayment: [bucket('PutBucketRequestPayment')],
  GetBucketAcl: [bucket('GetBucketAcl')],
  PutBucketAcl: [bucket('PutBucketAcl')],
  GetPublicAccessBlock: [bucket('GetBucketPublicAccessBlock')],
  PutPublicAccessBlock: [bucket('PutBucketPublicAccessBlock')],
  DeletePublicAccessBlock: [bucket('PutBucketPublicAccessBlock')],

  PutObject: writeActions,
  CopyObject: writeActions,
  CreateMultipartUpload: writeActions,
  UploadPart: [object('PutObject')],
  UploadPartCopy: [object('PutObject')],
  CompleteMultipartUpload: (request) => [object('PutObject'), ...conditionActions(request)],
  ListParts: [object('ListMultipartUploadParts')],
  AbortMultipartUpload: [object('AbortMultipartUpload')],
  GetObject: versioned('GetObject', 'GetObjectVersion'),
  HeadObject: versioned('GetObject', 'GetObjectVersion'),
  GetObjectAttributes: (request) =>
    request.versionId === undefined
      ? [object('GetObject'), object('GetObjectAttributes')]
      : [object('GetObjectVersion'), object('GetObjectVersionAttributes')],
  DeleteObject: deleteActions,
  // Checked for each object of the list by authorizeDeletion.
  DeleteObjects: [],
  GetObjectTagging: versioned('GetObjectTagging', 'GetObjectVersionTagging'),
  PutObjectTagging: versioned('PutObjectTagging', 'PutObjectVersionTagging'),
  DeleteObjectTagging: versioned('DeleteObjectTagging', 'DeleteObjectVersionTagging'),
  GetObjectAcl: versioned('GetObjectAcl', 'GetObjectVersionAcl'),
  PutObjectAcl: versioned('PutObjectAcl', 'PutObjectVersionAcl'),
  GetObjectRetention: [object('GetObjectRetention')],
  PutObjectRetention: [object('PutObjectRetention')],
  GetObjectLegalHold: [object('GetObjectLegalHold')],
  PutObjectLegalHold: [object('PutObjectLegalHold')],
  ListObjectAnnotations: versioned('ListObjectAnnotations', 'ListObjectVersionAnnotations'),
  GetObjectAnnotation: versioned('GetObjectAnnotation', 'GetObjectVersionAnnotation'),
  PutObjectAnnotation: versioned('PutObjectAnnotation', 'PutObjectVersionAnnotation'),
  DeleteObjectAnnotation: versioned('DeleteObjectAnnotation', 'DeleteObjectVersionAnnotation'),
  UpdateObjectEncryption: [object('UpdateObjectEncryption')],
  RestoreObject: [object('RestoreObject')],
};

/** The actions that a request requires on its own bucket and key. The source of a copy is checked separately. */
export function requiredActions(request: S3Request): readonly RequiredAction[] {
  const rule = RULES[request.operation];
  return typeof rule === 'function' ? rule(request) : rule;
}

/** The actions that a CopyObject requires on its source to read tags and annotations. */
export function copySourceActions(request: S3Request, source: ObjectVersion, versionId: string | undefined): string[] {
  const version = versionId === undefined ? '' : 'Version';
  const copied = copiedProperties(request, source);
  return [
    ...(copied.tags ? [`s3:GetObject${version}Tagging`] : []),
    ...(copied.annotations ? [`s3:ListObject${version}Annotations`, `s3:GetObject${version}Annotation`] : []),
  ];
}

/** The actions that a CopyObject requires on its destination to write tags and annotations of the source. */
export function copyDestinationActions(request: S3Request, source: ObjectVersion): string[] {
  const copied = copiedProperties(request, source);
  return [...(copied.tags ? ['s3:PutObjectTagging'] : []), ...(copied.annotations ? ['s3:PutObjectAnnotation'] : [])];
}

function copiedProperties(request: S3Request, source: ObjectVersion): { tags: boolean; annotations: boolean } {
  return {
    tags: source.properties.tags.length > 0 && request.header('x-amz-tagging-directive') !== 'REPLACE',
    annotations:
      (source.annotations ?? []).length > 0 && request.header('x-amz-object-annotation-directive') !== 'EXCLUDE',
  };
}
