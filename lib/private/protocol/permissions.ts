/**
 * Which IAM actions each API call of the workers needs. From the Service Authorization Reference and the "Permissions" part
 * of each call's API reference. The policies are made from this table, and so is docs/permissions.md.
 */
import type { Feature } from './features';

/** Which end of a copy a call is about. */
export type Side = 'source' | 'destination';

/** What a statement's Resource is. */
export type ResourceKind = 'object' | 'bucket' | 'key' | 'directory bucket' | 'secret' | 'secret key';

/** When a row is needed: a feature, or the one canned ACL that a bucket of somebody else wants. */
export type Need = Feature | 'bucketOwnerFullControl' | 'customerKeys';

export interface ApiPermission {
  /** The calls, as the API reference names them. */
  readonly api: string;
  readonly actions: readonly string[];
  /**
   * What the same call needs instead where it names a version. The workers do so wherever an object has one, and cannot
   * before they have looked: a bucket that may have versions needs both.
   */
  readonly ofVersion?: readonly string[];
  /** Whether the call is made only when the version is known: where every object has one, `actions` are not needed. */
  readonly namesVersion?: boolean;
  readonly on: ResourceKind;
  /** Absent: always. */
  readonly needs?: Need;
  readonly why: string;
}

export const SOURCE_PERMISSIONS: readonly ApiPermission[] = [
  {
    api: 'HeadObject',
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'size, ETag, version, checksum and headers',
  },
  { api: 'HeadObject', actions: ['s3:ListBucket'], on: 'bucket', why: '404 for a missing key instead of 403' },
  {
    api: 'UploadPartCopy, CopyObject',
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'reads the bytes',
  },
  {
    api: 'GetObjectTagging, CopyObject, HeadObject',
    actions: ['s3:GetObjectTagging'],
    ofVersion: ['s3:GetObjectVersionTagging'],
    on: 'object',
    needs: 'tags',
    why: 'the tags and their number',
  },
  {
    api: 'GetObjectAcl',
    actions: ['s3:GetObjectAcl'],
    ofVersion: ['s3:GetObjectVersionAcl'],
    namesVersion: true,
    on: 'object',
    needs: 'acl',
    why: 'the grants',
  },
  {
    api: 'HeadObject, GetObjectRetention, GetObjectLegalHold',
    actions: ['s3:GetObjectRetention', 's3:GetObjectLegalHold'],
    on: 'object',
    needs: 'objectLock',
    why: 'shows retention, event hold and legal hold',
  },
  {
    api: 'ListObjectAnnotations, GetObjectAnnotation, CopyObject',
    actions: ['s3:ListObjectAnnotations', 's3:GetObjectAnnotation'],
    ofVersion: ['s3:ListObjectVersionAnnotations', 's3:GetObjectVersionAnnotation'],
    namesVersion: true,
    on: 'object',
    needs: 'annotations',
    why: 'the annotations',
  },
  {
    api: 'RestoreObject',
    actions: ['s3:RestoreObject'],
    on: 'object',
    needs: 'restore',
    why: 'thaws archived objects',
  },
  {
    api: 'HeadObject, UploadPartCopy, CopyObject',
    actions: ['kms:Decrypt'],
    on: 'key',
    why: 'reads an encrypted source and its checksum',
  },
  {
    api: 'HeadObject, UploadPartCopy, CopyObject',
    actions: ['s3express:CreateSession'],
    on: 'directory bucket',
    why: 'reads from a directory bucket, in a `ReadOnly` session',
  },
];

export const DESTINATION_PERMISSIONS: readonly ApiPermission[] = [
  {
    api: 'HeadObject',
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'the overwrite rule before, and the proof after the copy',
  },
  { api: 'HeadObject', actions: ['s3:ListBucket'], on: 'bucket', why: '404 for a missing key instead of 403' },
  {
    api: 'CreateMultipartUpload, UploadPartCopy, CompleteMultipartUpload, CopyObject',
    actions: ['s3:PutObject'],
    on: 'object',
    why: 'writes the copy',
  },
  { api: 'ListParts', actions: ['s3:ListMultipartUploadParts'], on: 'object', why: 'checks every part' },
  {
    api: 'AbortMultipartUpload',
    actions: ['s3:AbortMultipartUpload'],
    on: 'object',
    why: 'leaves nothing behind',
  },
  {
    api: 'CreateMultipartUpload, CopyObject, PutObjectTagging',
    actions: ['s3:PutObjectTagging'],
    ofVersion: ['s3:PutObjectVersionTagging'],
    on: 'object',
    needs: 'tags',
    why: 'the tags, in a header where they fit',
  },
  {
    api: 'CreateMultipartUpload, CopyObject',
    actions: ['s3:PutObjectAcl'],
    on: 'object',
    needs: 'acl',
    why: 'the grants, or a canned ACL',
  },
  {
    api: 'CreateMultipartUpload, CopyObject',
    actions: ['s3:PutObjectAcl'],
    on: 'object',
    needs: 'bucketOwnerFullControl',
    why: 'the canned ACL `bucket-owner-full-control` and no other',
  },
  {
    api: 'CreateMultipartUpload, CopyObject',
    actions: ['s3:PutObjectRetention', 's3:PutObjectLegalHold'],
    on: 'object',
    needs: 'objectLock',
    why: 'retention, event hold and legal hold',
  },
  {
    api: 'PutObjectAnnotation, CopyObject',
    actions: ['s3:PutObjectAnnotation'],
    ofVersion: ['s3:PutObjectVersionAnnotation'],
    on: 'object',
    needs: 'annotations',
    why: 'the annotations',
  },
  {
    api: 'CreateMultipartUpload, CopyObject',
    actions: ['kms:GenerateDataKey'],
    on: 'key',
    why: 'encrypts the copy',
  },
  {
    api: 'UploadPartCopy, ListParts, CompleteMultipartUpload, HeadObject',
    actions: ['kms:Decrypt'],
    on: 'key',
    why: 'adds to an encrypted upload and reads its checksum',
  },
  {
    api: 'all of them',
    actions: ['s3express:CreateSession'],
    on: 'directory bucket',
    why: 'writes to a directory bucket, in a `ReadWrite` session',
  },
];

/** On neither end: what copies with customer-provided keys (SSE-C) need. */
export const SECRET_PERMISSIONS: readonly ApiPermission[] = [
  {
    api: 'GetSecretValue',
    actions: ['secretsmanager:GetSecretValue'],
    on: 'secret',
    needs: 'customerKeys',
    why: 'the customer-provided key of an object',
  },
  {
    api: 'GetSecretValue',
    actions: ['kms:Decrypt'],
    on: 'secret key',
    needs: 'customerKeys',
    why: 'secrets with a key of their own, by way of Secrets Manager only',
  },
];

/** Read by Abort to find the error of the child that failed a Distributed Map. */
export const MAP_RUN_ACTIONS = {
  listMapRuns: 'states:ListMapRuns',
  listExecutions: 'states:ListExecutions',
  describeExecution: 'states:DescribeExecution',
} as const;

/** Lambda puts functions into a VPC with the rights of their role. They know no narrower resource in advance. */
export const VPC_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;

export const TRACING_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] as const;

/** Which objects of a bucket have versions. */
export type Versions = 'none' | 'perhaps' | 'all';

export interface Asked {
  readonly needs: readonly Need[];
  readonly versions: Versions;
}

/** The actions of a table for one kind of resource, without repeats, in alphabetical order. */
export function actionsFor(table: readonly ApiPermission[], on: ResourceKind, asked: Asked): string[] {
  const actions = table
    .filter((row) => row.on === on && (row.needs === undefined || asked.needs.includes(row.needs)))
    .flatMap((row) => actionsOf(row, asked.versions));
  return [...new Set(actions)].sort();
}

function actionsOf({ actions, ofVersion = [], namesVersion }: ApiPermission, versions: Versions): readonly string[] {
  if (versions === 'none') return actions;
  return versions === 'all' && namesVersion ? ofVersion : [...actions, ...ofVersion];
}
