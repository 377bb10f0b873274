/*
 * The IAM actions that each API call of the workers needs, from the Service Authorization Reference and the "Permissions"
 * section of each call in the API reference. The policies, docs/permissions.md and the causes of AccessDenied are made
 * from these tables, and a call that is in none of them does not compile.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import type { Feature } from './features';

/** The end of a copy that a call is about. */
export type Side = 'source' | 'destination';

/** What the Resource of a statement is. */
export type ResourceKind =
  | 'object'
  | 'bucket'
  /** The bucket, for actions that no condition can restrict to a prefix. */
  | 'whole bucket'
  | 'key'
  | 'directory bucket'
  | 'secret'
  | 'secret key'
  | 'state machine'
  | 'execution'
  | 'event bus';

/** What a row depends on besides features of the workflow. */
export type Condition = Feature | 'bucketOwnerFullControl' | 'customerKeys' | 'directoryBucket';

export interface ApiPermission {
  /** The calls, as the API reference names them. */
  readonly apis: readonly string[];
  readonly actions: readonly string[];
  /**
   * What a call needs instead if it names a version. The workers name the version if there is one and they have the permission. They do not
   * know it before HeadObject, so a bucket that may have versions needs both.
   */
  readonly ofVersion?: readonly string[];
  /** Whether the calls are made only once the version is known. If every object has one, `actions` are not needed. */
  readonly namesVersion?: boolean;
  readonly on: ResourceKind;
  /** Absent: the row always applies. */
  readonly onlyWith?: Condition;
  /** Calls of `apis` that S3 answers even without the actions. It then omits what they would show. */
  readonly answeredWithout?: readonly string[];
  /** What the actions are for. */
  readonly why: string;
}

export const SOURCE_PERMISSIONS = [
  {
    apis: ['HeadObject', 'GetObject'],
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'size, ETag, version, checksum and headers; if HeadObject is refused, one byte to learn why',
  },
  {
    apis: ['HeadObject', 'GetObject'],
    actions: ['s3:ListBucket'],
    on: 'bucket',
    why: '404 instead of 403 for a missing key',
  },
  {
    apis: ['UploadPartCopy', 'CopyObject'],
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'reads the bytes',
  },
  {
    apis: ['GetObjectTagging', 'CopyObject', 'HeadObject'],
    actions: ['s3:GetObjectTagging'],
    ofVersion: ['s3:GetObjectVersionTagging'],
    on: 'object',
    onlyWith: 'tags',
    answeredWithout: ['HeadObject'],
    why: 'the tags and their number',
  },
  {
    apis: ['GetObjectAcl'],
    actions: ['s3:GetObjectAcl'],
    ofVersion: ['s3:GetObjectVersionAcl'],
    namesVersion: true,
    on: 'object',
    onlyWith: 'acl',
    why: 'the grants',
  },
  {
    apis: ['HeadObject', 'GetObjectRetention'],
    actions: ['s3:GetObjectRetention'],
    on: 'object',
    onlyWith: 'objectLock',
    answeredWithout: ['HeadObject'],
    why: 'retention and event hold',
  },
  {
    apis: ['HeadObject', 'GetObjectLegalHold'],
    actions: ['s3:GetObjectLegalHold'],
    on: 'object',
    onlyWith: 'objectLock',
    answeredWithout: ['HeadObject'],
    why: 'legal hold',
  },
  {
    apis: ['ListObjectAnnotations', 'CopyObject'],
    actions: ['s3:ListObjectAnnotations'],
    ofVersion: ['s3:ListObjectVersionAnnotations'],
    namesVersion: true,
    on: 'object',
    onlyWith: 'annotations',
    why: 'the names of the annotations',
  },
  {
    apis: ['GetObjectAnnotation', 'CopyObject'],
    actions: ['s3:GetObjectAnnotation'],
    ofVersion: ['s3:GetObjectVersionAnnotation'],
    namesVersion: true,
    on: 'object',
    onlyWith: 'annotations',
    why: 'the annotations',
  },
  {
    apis: ['RestoreObject'],
    actions: ['s3:RestoreObject'],
    on: 'object',
    onlyWith: 'restore',
    why: 'restores archived objects',
  },
  {
    apis: ['HeadObject', 'GetObject', 'UploadPartCopy', 'CopyObject'],
    actions: ['kms:Decrypt'],
    on: 'key',
    why: 'reads an encrypted source and its checksum',
  },
  {
    // @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-UsingKMSEncryption.html
    apis: ['HeadObject', 'GetObject', 'UploadPartCopy', 'CopyObject'],
    actions: ['kms:GenerateDataKey'],
    on: 'key',
    onlyWith: 'directoryBucket',
    why: 'CreateSession needs it besides `kms:Decrypt`, also for reads, by the S3 User Guide',
  },
  {
    apis: ['HeadObject', 'GetObject', 'UploadPartCopy', 'CopyObject'],
    actions: ['s3express:CreateSession'],
    on: 'directory bucket',
    why: 'reads from a directory bucket in a `ReadOnly` session',
  },
] as const satisfies readonly ApiPermission[];

export const DESTINATION_PERMISSIONS = [
  {
    apis: ['HeadObject', 'GetObject'],
    actions: ['s3:GetObject'],
    ofVersion: ['s3:GetObjectVersion'],
    on: 'object',
    why: 'the overwrite rule before the copy, the proof after it',
  },
  {
    apis: ['HeadObject', 'GetObject'],
    actions: ['s3:ListBucket'],
    on: 'bucket',
    why: '404 instead of 403 for a missing key',
  },
  {
    apis: ['ListObjectVersions'],
    actions: [],
    ofVersion: ['s3:ListBucketVersions'],
    on: 'bucket',
    why: 'finds the copy after a lost answer',
  },
  {
    apis: ['CreateMultipartUpload', 'UploadPartCopy', 'CompleteMultipartUpload', 'CopyObject'],
    actions: ['s3:PutObject'],
    on: 'object',
    why: 'writes the copy',
  },
  { apis: ['ListParts'], actions: ['s3:ListMultipartUploadParts'], on: 'object', why: 'checks every part' },
  {
    apis: ['ListMultipartUploads'],
    actions: ['s3:ListBucketMultipartUploads'],
    // It has no condition key s3:prefix.
    on: 'whole bucket',
    why: 'finds uploads whose IDs are unknown',
  },
  {
    apis: ['AbortMultipartUpload'],
    actions: ['s3:AbortMultipartUpload'],
    on: 'object',
    why: 'removes the upload of a failed copy',
  },
  {
    apis: ['CreateMultipartUpload', 'CopyObject', 'PutObjectTagging'],
    actions: ['s3:PutObjectTagging'],
    ofVersion: ['s3:PutObjectVersionTagging'],
    on: 'object',
    onlyWith: 'tags',
    why: 'the tags, in a header if they fit',
  },
  {
    apis: ['CreateMultipartUpload', 'CopyObject'],
    actions: ['s3:PutObjectAcl'],
    on: 'object',
    onlyWith: 'acl',
    why: 'the grants, or a canned ACL',
  },
  {
    apis: ['CreateMultipartUpload', 'CopyObject'],
    actions: ['s3:PutObjectAcl'],
    on: 'object',
    onlyWith: 'bucketOwnerFullControl',
    why: 'only the canned ACL `bucket-owner-full-control`',
  },
  {
    apis: ['CreateMultipartUpload', 'CopyObject'],
    actions: ['s3:PutObjectRetention', 's3:PutObjectLegalHold'],
    on: 'object',
    onlyWith: 'objectLock',
    why: 'retention, event hold and legal hold',
  },
  {
    apis: ['PutObjectAnnotation', 'CopyObject'],
    actions: ['s3:PutObjectAnnotation'],
    ofVersion: ['s3:PutObjectVersionAnnotation'],
    on: 'object',
    onlyWith: 'annotations',
    why: 'the annotations',
  },
  {
    apis: ['CreateMultipartUpload', 'CopyObject'],
    actions: ['kms:GenerateDataKey'],
    on: 'key',
    why: 'encrypts the copy',
  },
  {
    apis: ['UploadPartCopy', 'ListParts', 'CompleteMultipartUpload', 'HeadObject', 'GetObject'],
    actions: ['kms:Decrypt'],
    on: 'key',
    why: 'adds to an encrypted upload and reads its checksum',
  },
  {
    apis: [
      'HeadObject',
      'GetObject',
      'CreateMultipartUpload',
      'UploadPartCopy',
      'ListParts',
      'CompleteMultipartUpload',
      'AbortMultipartUpload',
      'ListMultipartUploads',
      'CopyObject',
    ],
    actions: ['s3express:CreateSession'],
    on: 'directory bucket',
    why: 'writes to a directory bucket in a `ReadWrite` session',
  },
] as const satisfies readonly ApiPermission[];

/** What copies with customer-provided keys (SSE-C) need, whichever end they are for. */
export const SECRET_PERMISSIONS = [
  {
    apis: ['GetSecretValue'],
    actions: ['secretsmanager:GetSecretValue'],
    on: 'secret',
    onlyWith: 'customerKeys',
    why: 'the customer-provided key of an object',
  },
  {
    apis: ['GetSecretValue'],
    actions: ['kms:Decrypt'],
    on: 'secret key',
    onlyWith: 'customerKeys',
    why: 'secrets that are encrypted with a customer managed key, through Secrets Manager only',
  },
] as const satisfies readonly ApiPermission[];

/** What the sweeper needs: on destinations, and on the state machine and its executions. */
export const SWEEPER_PERMISSIONS = [
  {
    apis: ['ListMultipartUploads'],
    actions: ['s3:ListBucketMultipartUploads'],
    on: 'whole bucket',
    why: 'finds the uploads of the workflow',
  },
  { apis: ['AbortMultipartUpload'], actions: ['s3:AbortMultipartUpload'], on: 'object', why: 'removes them' },
  { apis: ['ListParts'], actions: ['s3:ListMultipartUploadParts'], on: 'object', why: 'sees whether they are gone' },
  {
    apis: ['ListMultipartUploads', 'AbortMultipartUpload', 'ListParts'],
    actions: ['s3express:CreateSession'],
    on: 'directory bucket',
    why: 'the same in a directory bucket, in a `ReadWrite` session',
  },
  {
    apis: ['ListExecutions'],
    actions: ['states:ListExecutions'],
    on: 'state machine',
    why: 'finds the executions that run, and those that keep an upload',
  },
  {
    apis: ['DescribeExecution', 'GetExecutionHistory'],
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
    on: 'execution',
    why: 'finds the uploads of an execution',
  },
] as const satisfies readonly ApiPermission[];

/** What the notifier may do, if there is one. */
export const NOTIFIER_PERMISSIONS = [
  {
    apis: ['DescribeExecution', 'GetExecutionHistory'],
    actions: ['states:DescribeExecution', 'states:GetExecutionHistory'],
    on: 'execution',
    why: 'finds out how an execution has ended, and what it copied',
  },
  { apis: ['PutEvents'], actions: ['events:PutEvents'], on: 'event bus', why: 'sends the event' },
] as const satisfies readonly ApiPermission[];

/** Lambda attaches functions to a VPC with the permissions of their role. It supports no narrower resource in advance. */
export const VPC_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
] as const;

export const TRACING_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'] as const;

type ApiOf<T extends readonly { readonly apis: readonly string[] }[]> = T[number]['apis'][number];

/** Every call of S3 that a worker makes. */
export type S3Api = ApiOf<typeof SOURCE_PERMISSIONS> | ApiOf<typeof DESTINATION_PERMISSIONS>;

/** Every call of AWS that a worker makes. */
export type Api =
  S3Api | ApiOf<typeof SECRET_PERMISSIONS> | ApiOf<typeof SWEEPER_PERMISSIONS> | ApiOf<typeof NOTIFIER_PERMISSIONS>;

export function permissionsOf(side: Side): readonly ApiPermission[] {
  return side === 'source' ? SOURCE_PERMISSIONS : DESTINATION_PERMISSIONS;
}

/** Which objects of a bucket have versions. */
export type Versions = 'none' | 'perhaps' | 'all';

/** For what a policy is made. */
export interface PolicyScope {
  readonly conditions: readonly Condition[];
  readonly versions: Versions;
}

/** The actions of a table for one kind of resource, sorted and without duplicates. */
export function actionsFor(table: readonly ApiPermission[], on: ResourceKind, scope: PolicyScope): string[] {
  const actions = table
    .filter((row) => row.on === on && (row.onlyWith === undefined || scope.conditions.includes(row.onlyWith)))
    .flatMap((row) => actionsOf(row, scope.versions));
  return [...new Set(actions)].sort();
}

function actionsOf({ actions, ofVersion = [], namesVersion }: ApiPermission, versions: Versions): readonly string[] {
  if (versions === 'none') return actions;
  return versions === 'all' && namesVersion ? ofVersion : [...actions, ...ofVersion];
}
