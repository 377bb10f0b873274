/**
 * Which IAM actions each call of the workers needs. From the Service Authorization Reference and the "Permissions" part
 * of each call's API reference.
 *
 * Calls that name a version are authorised by the `…Version` action instead of the plain one, so both are needed: the
 * workers name the version wherever the bucket has versions.
 */

/** What a statement's Resource is. */
export type ResourceKind = 'bucket' | 'object' | 'key';

export interface ApiPermission {
  readonly api: string;
  readonly actions: string[];
  readonly resource: ResourceKind;
  readonly why: string;
}

const VERSIONED_READ = ['s3:GetObject', 's3:GetObjectVersion'];

export const SOURCE_PERMISSIONS: ApiPermission[] = [
  { api: 'HeadObject', actions: VERSIONED_READ, resource: 'object', why: 'size, ETag, version, checksum and headers' },
  { api: 'HeadObject', actions: ['s3:ListBucket'], resource: 'bucket', why: '404 for a missing key instead of 403' },
  {
    api: 'GetObjectTagging',
    actions: ['s3:GetObjectTagging', 's3:GetObjectVersionTagging'],
    resource: 'object',
    why: 'the tags, which a multipart copy does not take along',
  },
  { api: 'UploadPartCopy', actions: VERSIONED_READ, resource: 'object', why: 'reads the range' },
  {
    api: 'CopyObject',
    actions: [...VERSIONED_READ, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'],
    resource: 'object',
    why: 'reads the object and its tags',
  },
  { api: 'UploadPartCopy', actions: ['kms:Decrypt'], resource: 'key', why: 'reads an encrypted source' },
];

export const DESTINATION_PERMISSIONS: ApiPermission[] = [
  {
    api: 'HeadObject',
    actions: VERSIONED_READ,
    resource: 'object',
    why: 'the overwrite rule before, and the proof after the copy',
  },
  { api: 'HeadObject', actions: ['s3:ListBucket'], resource: 'bucket', why: '404 for a missing key instead of 403' },
  {
    api: 'CreateMultipartUpload',
    actions: ['s3:PutObject', 's3:PutObjectTagging'],
    resource: 'object',
    why: 'starts the upload with the properties and tags of the source',
  },
  { api: 'UploadPartCopy', actions: ['s3:PutObject'], resource: 'object', why: 'writes a part' },
  { api: 'ListParts', actions: ['s3:ListMultipartUploadParts'], resource: 'object', why: 'checks every part' },
  { api: 'CompleteMultipartUpload', actions: ['s3:PutObject'], resource: 'object', why: 'makes the parts an object' },
  {
    api: 'AbortMultipartUpload',
    actions: ['s3:AbortMultipartUpload'],
    resource: 'object',
    why: 'leaves nothing behind',
  },
  { api: 'CopyObject', actions: ['s3:PutObject', 's3:PutObjectTagging'], resource: 'object', why: 'writes the copy' },
  {
    api: 'PutObjectTagging',
    actions: ['s3:PutObjectTagging', 's3:PutObjectVersionTagging'],
    resource: 'object',
    why: 'tags too long for the header of CreateMultipartUpload',
  },
  {
    api: 'CreateMultipartUpload',
    actions: ['kms:GenerateDataKey'],
    resource: 'key',
    why: 'encrypts the copy',
  },
  {
    api: 'UploadPartCopy, CompleteMultipartUpload, ListParts, HeadObject',
    actions: ['kms:Decrypt'],
    resource: 'key',
    why: 'adds to an encrypted upload and reads its checksum',
  },
];

/** Read by Abort to find the error of the child that failed a Distributed Map. */
export const MAP_RUN_ACTIONS = {
  listMapRuns: 'states:ListMapRuns',
  listExecutions: 'states:ListExecutions',
  describeExecution: 'states:DescribeExecution',
} as const;

/** The actions of a table for one kind of resource, without repeats, in alphabetical order. */
export function actionsFor(permissions: ApiPermission[], resource: ResourceKind): string[] {
  const actions = permissions.filter((permission) => permission.resource === resource).flatMap((p) => p.actions);
  return [...new Set(actions)].sort();
}
