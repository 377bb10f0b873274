import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyCannedAcl, CopyDestination, CopyEncryption, CopyStorageClass } from '../../lib';
import { type Copy, copied, WAYS } from './support';

// The table of docs/properties.md, row by row: what the source has, what is asked for, and what the copy has.

const DAY = 86_400_000;
const UNTIL = new Date(Math.ceil(Date.now() / 1000) * 1000 + DAY).toISOString();
const LATER = new Date(Math.ceil(Date.now() / 1000) * 1000 + 2 * DAY).toISOString();
const ALL_USERS = 'http://acs.amazonaws.com/groups/global/AllUsers';
const ACLS: Copy = {
  setup: { sourceBucket: { objectOwnership: 'ObjectWriter' }, destinationBucket: { objectOwnership: 'ObjectWriter' } },
  props: () => ({ copyAcl: true }),
};
const LOCK: Copy = { source: { objectLockEnabled: true }, destination: { objectLockEnabled: true } };
const LONG_TAGS = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`${n}${'ü'.repeat(100)}`, 'ü'.repeat(250)]));
const HEADERS = {
  cacheControl: 'max-age=60',
  contentDisposition: 'attachment; filename="a.bin"',
  contentEncoding: 'gzip',
  contentLanguage: 'de, en',
  contentType: 'application/x-thing',
  expires: 'when it is done',
};

/** S3 stores its default type instead of an empty one, and no `aws-chunked`. */
const UNSTORED = { contentType: '', contentEncoding: 'aws-chunked, gzip' };

/** A source with these fields, and the same in the copy. */
function kept(object: object, given: Copy = {}): [Copy, object] {
  return [{ ...given, setup: { ...given.setup, object } }, object];
}

const ROWS: Record<string, [Copy, object]> = {
  'content headers, and Expires that is no date': kept(HEADERS),
  'content headers, replaced': [
    {
      setup: { object: { ...HEADERS, metadata: { a: 'b' } } },
      options: { metadataDirective: 'REPLACE', contentType: 'a/b', expires: 'never', metadata: { c: 'd' } },
    },
    { contentType: 'a/b', expires: 'never', metadata: { c: 'd' }, cacheControl: undefined },
  ],
  // S3 gives both out as the same encoded word, so that a copy has the source's.
  'beyond ASCII': kept({ metadata: { city: 'Zürich 日本' }, contentDisposition: 'inline; filename="ü"' }),
  'beyond ASCII, replaced': [
    { options: { metadataDirective: 'REPLACE', metadata: { city: 'Zürich 日本', plain: 'value' }, ...UNSTORED } },
    { metadata: { city: 'Zürich 日本', plain: 'value' }, contentType: 'binary/octet-stream', contentEncoding: 'gzip' },
  ],
  'user metadata': kept({ metadata: { plain: 'value', encoded: '=?UTF-8?Q?=C3=BC?=', empty: '' } }),
  'website redirect': kept({ websiteRedirectLocation: '/elsewhere' }),
  'website redirect, another': [
    { setup: { object: { websiteRedirectLocation: '/a' } }, options: { websiteRedirectLocation: '/b' } },
    { websiteRedirectLocation: '/b' },
  ],
  'website redirect, none': [
    { setup: { object: { websiteRedirectLocation: '/a' } }, options: { websiteRedirectLocation: '' } },
    { websiteRedirectLocation: undefined },
  ],
  'storage class': kept({ storageClass: 'STANDARD_IA' }),
  'storage class, another': [
    { setup: { object: { storageClass: 'STANDARD_IA' } }, options: { storageClass: 'GLACIER_IR' } },
    { storageClass: 'GLACIER_IR' },
  ],
  tags: kept({ tags: { team: 'a + b/c=@', empty: '' } }),
  'tags beyond a header': kept({ tags: LONG_TAGS }),
  'tags beyond a header, into a bucket with versions': kept({ tags: LONG_TAGS }, { destination: { versioned: true } }),
  'tags, replaced': [
    { setup: { object: { tags: { a: 'b' } } }, options: { taggingDirective: 'REPLACE', tagging: { c: 'd e' } } },
    { tags: { c: 'd e' } },
  ],
  'tags, replaced beyond a header': [
    { setup: { object: { tags: { a: 'b' } } }, options: { taggingDirective: 'REPLACE', tagging: LONG_TAGS } },
    { tags: LONG_TAGS },
  ],
  'tags, none': [{ setup: { object: { tags: { a: 'b' } } }, options: { taggingDirective: 'NONE' } }, { tags: {} }],
  'tags, of a workflow that does not copy them': [
    { setup: { object: { tags: { a: 'b' } } }, props: () => ({ copyTags: false }) },
    { tags: {} },
  ],
  'the grants of the ACL': [
    {
      ...ACLS,
      setup: {
        ...ACLS.setup,
        object: {
          grants: [
            { permission: 'FULL_CONTROL', account: '123456789012' },
            { permission: 'READ', group: 'AllUsers' },
            { permission: 'READ_ACP', account: '111122223333' },
          ],
        },
      },
    },
    {
      grants: [
        { permission: 'FULL_CONTROL', grantee: { id: expect.any(String) } },
        { permission: 'READ', grantee: { uri: ALL_USERS } },
        { permission: 'READ_ACP', grantee: { id: expect.any(String) } },
      ],
    },
  ],
  'the ACL, of a workflow that does not copy it': [
    { setup: { ...ACLS.setup, object: { acl: 'public-read' } } },
    { grants: undefined },
  ],
  'a canned ACL': [
    {
      ...ACLS,
      props: () => ({ copyAcl: true, limits: { cannedAcls: [CopyCannedAcl.PUBLIC_READ] } }),
      options: { acl: 'public-read' },
    },
    { grants: expect.arrayContaining([{ permission: 'READ', grantee: { uri: ALL_USERS } }]) },
  ],
  retention: kept(
    { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: UNTIL },
    { ...LOCK, props: () => ({ copyObjectLock: true }) },
  ),
  'retention, another': [
    {
      ...LOCK,
      setup: { object: { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: UNTIL } },
      props: () => ({ copyObjectLock: true, limits: { complianceRetention: true } }),
      options: { objectLockMode: 'COMPLIANCE', objectLockRetainUntilDate: LATER },
    },
    { objectLockMode: 'COMPLIANCE', objectLockRetainUntilDate: LATER },
  ],
  'retention, of a workflow that does not copy it': [
    { ...LOCK, setup: { object: { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: UNTIL } } },
    { objectLockMode: undefined },
  ],
  'legal hold': kept({ objectLockLegalHoldStatus: 'ON' }, { ...LOCK, props: () => ({ copyObjectLock: true }) }),
  'event hold': kept(
    { objectLockEventHold: 'ON', objectLockEventHoldDurationDays: 30 },
    { ...LOCK, props: () => ({ copyObjectLock: true }) },
  ),
  annotations: kept(
    { annotations: { note: 'first', 'ai/summary': 'ü'.repeat(1000) } },
    { props: () => ({ copyAnnotations: true }) },
  ),
  'annotations, between buckets with versions': kept(
    { annotations: { note: 'first' } },
    { source: { versioned: true }, destination: { versioned: true }, props: () => ({ copyAnnotations: true }) },
  ),
  'annotations, excluded': [
    {
      setup: { object: { annotations: { note: 'first' } } },
      props: () => ({ copyAnnotations: true }),
      options: { annotationDirective: 'EXCLUDE' },
    },
    { annotations: {} },
  ],
  'annotations, of a workflow that does not copy them': [
    { setup: { object: { annotations: { note: 'first' } } } },
    { annotations: {} },
  ],
  'checksum algorithm': kept({ checksumAlgorithm: 'CRC32C', checksumType: 'FULL_OBJECT' }),
  'default encryption of the bucket: SSE-KMS with a bucket key': [
    { destination: { encryption: s3.BucketEncryption.KMS, bucketKeyEnabled: true } },
    { serverSideEncryption: 'aws:kms', ssekmsKeyId: expect.stringMatching(/^arn:/), bucketKeyEnabled: true },
  ],
  'default encryption of the bucket: DSSE-KMS': [
    { destination: { encryption: s3.BucketEncryption.DSSE } },
    { serverSideEncryption: 'aws:kms:dsse', ssekmsKeyId: expect.stringMatching(/^arn:/) },
  ],
  'from SSE-KMS to SSE-S3': [
    { source: { encryption: s3.BucketEncryption.KMS } },
    { serverSideEncryption: 'AES256', ssekmsKeyId: undefined },
  ],
  'encryption that the workflow has as its default': [
    {
      props: (stack) => {
        const key = new kms.Key(stack, 'Key');
        const lake = new s3.Bucket(stack, 'Lake', { bucketName: 'lake' });
        return {
          destinations: [CopyDestination.bucket(lake, { prefix: 'out/', encryptionKeys: [key] })],
          defaults: {
            serverSideEncryption: CopyEncryption.KMS,
            encryptionKey: key,
            bucketKeyEnabled: true,
            storageClass: CopyStorageClass.STANDARD_IA,
          },
        };
      },
    },
    {
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: expect.stringMatching(/^arn:/),
      bucketKeyEnabled: true,
      storageClass: 'STANDARD_IA',
    },
  ],
  'encryption, SSE-S3 in a bucket of SSE-KMS': [
    { destination: { encryption: s3.BucketEncryption.KMS }, options: { serverSideEncryption: 'AES256' } },
    { serverSideEncryption: 'AES256' },
  ],
};

describe.each(WAYS)('by %s', (way) => {
  test.each(Object.entries(ROWS))('%s', async (_, [given, expected]) => {
    const { copy } = await copied(given, way);
    expect(copy).toMatchObject(expected);
  });
});
