import { explainDenial } from '../../../lambda/shared/access-denied';
import type { CallContext } from '../../../lambda/shared/call-context';
import {
  type Api,
  type ApiPermission,
  DESTINATION_PERMISSIONS,
  SECRET_PERMISSIONS,
  SOURCE_PERMISSIONS,
} from '../../../lib/private/protocol/permissions';

const ROLE = 'User: arn:aws:sts::111122223333:assumed-role/CopyRole/f is not authorized to perform:';
const source = { bucket: 'raw', key: 'k' };
const destination = { bucket: 'lake', key: 'k' };
const call: CallContext = { api: 'UploadPartCopy', detail: 'of part 7 (bytes 0-9)', source, destination };

describe('an answer that names the action', () => {
  test.each([
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" because no identity-based policy allows the s3:PutObject action',
      /perform s3:PutObject on arn:aws:s3:::lake\/k: the policy of the role does not allow it/,
    ],
    [
      's3:GetObject on resource: "arn:aws:s3:::raw/k" because no resource-based policy allows the s3:GetObject action',
      /s3:GetObject on arn:aws:s3:::raw\/k: the bucket policy does not allow it; the account that owns the bucket/,
    ],
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in a resource-based policy',
      /the bucket policy denies it/,
    ],
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in an identity-based policy',
      /the policy of the role denies/,
    ],
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" with an explicit deny in a service control policy',
      /service control policy/,
    ],
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" because no permissions boundary allows the s3:PutObject action',
      /permissions boundary of the role does not allow it/,
    ],
    [
      's3:PutObject on resource: "arn:aws:s3:::lake/k" because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type',
      /perform s3:PutObject on arn:aws:s3:::lake\/k: the bucket blocks customer-provided keys/,
    ],
    [
      'kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1 because no identity-based policy allows the kms:Decrypt action',
      /perform kms:Decrypt on arn:aws:kms:us-east-1:111122223333:key\/1: .*encryptionKey/,
    ],
    [
      'kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1 because no resource-based policy allows the kms:Decrypt action',
      /the key policy does not allow it/,
    ],
    [
      'kms:GenerateDataKey on this resource because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
      /perform kms:GenerateDataKey: check the key policy/,
    ],
  ])('%s', (message, expected) => {
    expect(explainDenial(`${ROLE} ${message}`, call)).toMatch(expected);
  });
});

/** What a bare 403 says that the call needs. */
const needs = (context: CallContext) => explainDenial('UnknownError', context).split('. ')[1];

describe('an answer without words', () => {
  test.each<[CallContext, string]>([
    [
      { api: 'HeadObject', destination, destinationVersionId: 'v' },
      'It needs on s3://lake/k: s3:GetObjectVersion; on the bucket of s3://lake/k: s3:ListBucket (404 instead of 403 for a missing key); on the KMS key of s3://lake/k, if it has one: kms:Decrypt',
    ],
    [
      call,
      'It needs on s3://raw/k: s3:GetObject; on the KMS key of s3://raw/k, if it has one: kms:Decrypt; on s3://lake/k: s3:PutObject; on the KMS key of s3://lake/k, if it has one: kms:Decrypt',
    ],
    [
      { api: 'CreateMultipartUpload', destination },
      'It needs on s3://lake/k: s3:PutObject, s3:PutObjectTagging (for tags), s3:PutObjectAcl (for ACLs), s3:PutObjectRetention, s3:PutObjectLegalHold (for Object Lock); on the KMS key of s3://lake/k, if it has one: kms:GenerateDataKey',
    ],
    [{ api: 'GetObjectTagging', source }, 'It needs on s3://raw/k: s3:GetObjectTagging'],
    [{ api: 'AbortMultipartUpload', destination }, 'It needs on s3://lake/k: s3:AbortMultipartUpload'],
    [
      { api: 'UploadPartCopy', source, destination: { bucket: 'lake--use1-az4--x-s3', key: 'k' } },
      'It needs on s3://raw/k: s3:GetObject; on the KMS key of s3://raw/k, if it has one: kms:Decrypt; on the bucket of s3://lake--use1-az4--x-s3/k: s3express:CreateSession; on the KMS key of s3://lake--use1-az4--x-s3/k, if it has one: kms:Decrypt',
    ],
    [
      { api: 'GetObject', source: { bucket: 'fast--use1-az4--x-s3', key: 'k' } },
      'It needs on the bucket of s3://fast--use1-az4--x-s3/k: s3express:CreateSession; on the KMS key of s3://fast--use1-az4--x-s3/k, if it has one: kms:Decrypt, kms:GenerateDataKey (for directory buckets)',
    ],
    [
      { api: 'GetSecretValue', resource: 'arn:secret' },
      'It needs on arn:secret: secretsmanager:GetSecretValue; on the KMS key of arn:secret, if it has one: kms:Decrypt',
    ],
  ])('%j', (context, expected) => {
    expect(needs(context)).toBe(expected);
  });

  const isRequired =
    (api: string) =>
    ({ apis, answeredWithout = [] }: ApiPermission) =>
      apis.includes(api) && !answeredWithout.includes(api);
  const tables: [string, readonly ApiPermission[], Partial<CallContext>][] = [
    ['source', SOURCE_PERMISSIONS, { source }],
    ['versioned source', SOURCE_PERMISSIONS, { source: { ...source, versionId: 'v' } }],
    ['destination', DESTINATION_PERMISSIONS, { destination }],
    ['version at the destination', DESTINATION_PERMISSIONS, { destination, destinationVersionId: 'v' }],
    ['secret', SECRET_PERMISSIONS, { resource: 'arn:secret' }],
  ];
  const calls = tables.flatMap(([name, table, ends]) =>
    [...new Set(table.flatMap(({ apis }) => apis))].map((api) => [api, name, table, ends] as const),
  );

  test.each(calls)('to %s of a %s names every action that the policies are made of', (api, name, table, ends) => {
    const text = explainDenial('', { api: api as Api, ...ends });
    const rows = table
      .filter(isRequired(api))
      .filter(({ on, onlyWith }) => on !== 'directory bucket' && onlyWith !== 'directoryBucket');
    expect(rows.length).toBeGreaterThan(0);
    for (const { actions, ofVersion } of rows) {
      for (const action of (name.includes('version') ? ofVersion : undefined) ?? actions)
        expect(text).toContain(action);
    }
  });
});

describe('an answer without words names the other causes', () => {
  const others = (context: CallContext) => explainDenial('', context).split('. S3 also answers this way if ')[1];

  test('of every call that names a bucket', () => {
    expect(others({ api: 'GetObjectTagging', source: { ...source, owner: '111122223333' } })).toBe(
      "the bucket of the source does not belong to account 111122223333, its declared owner, or if a bucket is a Requester Pays bucket and options.requestPayer is not 'requester'",
    );
    expect(others({ api: 'ListParts', destination: { ...destination, requestPayer: 'requester' } })).toBeUndefined();
  });

  test('of customer-provided keys', () => {
    const keys = {
      ...call,
      source: { ...source, customerKey: 'arn:1' },
      destination: { ...destination, customerKey: 'arn:2' },
    };
    expect(others(keys)).toMatch(
      /secret arn:1 holds another key.*the bucket of the destination blocks customer-provided keys/,
    );
  });

  test('and not of a source that the call only mentions', () => {
    const complete: CallContext = {
      api: 'CompleteMultipartUpload',
      source: { ...source, customerKey: 'arn:1' },
      destination: { ...destination, requestPayer: 'requester' },
    };
    expect(others(complete)).toBeUndefined();
  });
});
