import type { Template } from 'aws-cdk-lib/assertions';
import { allow, sorted, type Statement, statementsOf } from './support';

// Written out here, not taken from lib/, so that an action more or less is seen.
export const READ = ['s3:GetObject', 's3:GetObjectTagging'];
export const READ_VERSIONS = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:GetObjectVersion',
  's3:GetObjectVersionTagging',
];
export const WRITE = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectTagging',
];
export const WRITE_VERSIONS = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
];
export const LIST = ['s3:ListBucket'];
export const LIST_DESTINATION = ['s3:ListBucket', 's3:ListBucketMultipartUploads'];
export const LIST_VERSIONS = ['s3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'];
/** Below a prefix, which is no condition of s3:ListBucketMultipartUploads. */
export const LIST_VERSIONS_BELOW = ['s3:ListBucket', 's3:ListBucketVersions'];
export const LIST_UPLOADS = ['s3:ListBucketMultipartUploads'];
export const STATES = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';
export const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234';

/** What the role has besides, whatever the buckets are. */
export const ALWAYS: Statement[] = [
  ...['Plan', 'Begin', 'CopyPart', 'CheckParts', 'Complete', 'Verify', 'Abort', 'CopyObject'].map((step) =>
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `<Copy${step}FunctionLogs.Arn>`),
  ),
  allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'),
];

export const fromPlainSource = [allow(READ, '<Source.Arn>/*'), allow(LIST, '<Source.Arn>')];
export const toPlainDestination = [allow(WRITE, '<Destination.Arn>/*'), allow(LIST_DESTINATION, '<Destination.Arn>')];

export function listBelow(arn: string, keys: string, actions = LIST): Statement {
  return allow(actions, arn, { StringLike: { 's3:prefix': keys } });
}

export function useKey(actions: string[], key: string, arn: string, keys = '*', region = '<AWS::Region>'): Statement {
  return allow(actions, key, {
    StringEquals: { 'kms:ViaService': `s3.${region}.<AWS::URLSuffix>` },
    StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arn, `${arn}/${keys}`] },
  });
}

export const imported = (name: string) => `arn:<AWS::Partition>:s3:::${name}`;

/** Holds a statement on a bucket to its owner. Only the ARN of a bucket does not contain the account. */
export function ownedBy(account: string, statement: Statement): Statement {
  const { Action, Resource, Condition } = statement;
  const equals = Condition?.StringEquals;
  const isOnBucket = Action[0]!.startsWith('s3:') && !/:accesspoint\/|Point\.Arn/.test(Resource[0]!);
  if (!isOnBucket || equals?.['s3:DataAccessPointArn'] || equals?.['aws:ResourceAccount']) return statement;
  return { ...statement, Condition: { ...Condition, StringEquals: { ...equals, 'aws:ResourceAccount': account } } };
}

export const OURS = '<AWS::AccountId>';

/**
 * Those statements of the copy role that are about where it copies from and to. The buckets belong to the account of the
 * stack, unless a statement names another.
 */
export function expectLocations(template: Template, ...expected: Statement[]): void {
  const owned = expected.map((statement) => ownedBy(OURS, statement));
  expect(statementsOf(template, 'CopyCopyRole')).toEqual(sorted([...owned, ...ALWAYS]));
}
