import type { ObjectVersion } from '../store/model';
import type { OperationName } from '../wire/operation-names';
import type { S3Request } from '../wire/request';

/** A right that an operation needs, on the object or the bucket of its request. */
export interface Need {
  readonly action: string;
  readonly on: 'object' | 'bucket' | 'account';
}

const object = (action: string): Need => ({ action: `s3:${action}`, on: 'object' });
const bucket = (action: string): Need => ({ action: `s3:${action}`, on: 'bucket' });

/** Rights whose name differs when a version is named. */
const versioned = (plain: string, ofVersion: string) => (request: S3Request) => [
  object(request.versionId === undefined ? plain : ofVersion),
];

const writing = (request: S3Request): Need[] => {
  const needs = [object('PutObject')];
  if (request.header('x-amz-tagging') !== undefined) needs.push(object('PutObjectTagging'));
  const holds = ['x-amz-object-lock-mode', 'x-amz-object-lock-event-hold'];
  if (holds.some((name) => request.header(name) !== undefined)) needs.push(object('PutObjectRetention'));
  if (request.header('x-amz-object-lock-legal-hold') !== undefined) needs.push(object('PutObjectLegalHold'));
  const acl = request.header('x-amz-acl');
  if (acl !== undefined || Object.keys(request.headers).some((name) => name.startsWith('x-amz-grant-'))) {
    needs.push(object('PutObjectAcl'));
  }
  return [...needs, ...comparing(request)];
};

/** Who overwrites only a certain ETag learns whether it was that. */
const comparing = (request: S3Request): Need[] =>
  request.header('if-match') === undefined ? [] : [object('GetObject')];

const deleting = (request: S3Request): Need[] => {
  const needs = [object(request.versionId === undefined ? 'DeleteObject' : 'DeleteObjectVersion')];
  const bypass = request.header('x-amz-bypass-governance-retention')?.toLowerCase() === 'true';
  return bypass ? [...needs, object('BypassGovernanceRetention')] : needs;
};

type Rule = readonly Need[] | ((request: S3Request) => readonly Need[]);

/** The rights that the Service Authorization Reference names for each operation. */
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

  PutObject: writing,
  CopyObject: writing,
  CreateMultipartUpload: writing,
  UploadPart: [object('PutObject')],
  UploadPartCopy: [object('PutObject')],
  CompleteMultipartUpload: (request) => [object('PutObject'), ...comparing(request)],
  ListParts: [object('ListMultipartUploadParts')],
  AbortMultipartUpload: [object('AbortMultipartUpload')],
  GetObject: versioned('GetObject', 'GetObjectVersion'),
  HeadObject: versioned('GetObject', 'GetObjectVersion'),
  GetObjectAttributes: (request) =>
    request.versionId === undefined
      ? [object('GetObject'), object('GetObjectAttributes')]
      : [object('GetObjectVersion'), object('GetObjectVersionAttributes')],
  DeleteObject: deleting,
  // Each object of the list is checked by itself, when its turn comes.
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

/** What a request needs on what it names itself; the source of a copy is checked where it is read. */
export function needsOf(request: S3Request): readonly Need[] {
  const rule = RULES[request.operation];
  return typeof rule === 'function' ? rule(request) : rule;
}

/** What a CopyObject reads of its source besides the bytes. */
export function needsOfCopySource(request: S3Request, source: ObjectVersion, versionId: string | undefined): string[] {
  const version = versionId === undefined ? '' : 'Version';
  const carried = carriedBy(request, source);
  return [
    ...(carried.tags ? [`s3:GetObject${version}Tagging`] : []),
    ...(carried.annotations ? [`s3:ListObject${version}Annotations`, `s3:GetObject${version}Annotation`] : []),
  ];
}

/** What a CopyObject writes of its source besides the bytes. */
export function needsOfCopyTarget(request: S3Request, source: ObjectVersion): string[] {
  const carried = carriedBy(request, source);
  return [...(carried.tags ? ['s3:PutObjectTagging'] : []), ...(carried.annotations ? ['s3:PutObjectAnnotation'] : [])];
}

function carriedBy(request: S3Request, source: ObjectVersion): { tags: boolean; annotations: boolean } {
  return {
    tags: source.properties.tags.length > 0 && request.header('x-amz-tagging-directive') !== 'REPLACE',
    annotations:
      (source.annotations ?? []).length > 0 && request.header('x-amz-object-annotation-directive') !== 'EXCLUDE',
  };
}
