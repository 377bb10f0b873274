import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { differenceFromMade, type MadeIdentity } from '../../../lambda/shared/identity';

const properties = { metadataDirective: 'COPY', taggingDirective: 'COPY' } as const;
const window = { from: '2026-11-27T10:00:00.500Z', to: '2026-11-27T10:00:01.000Z' };
const made: MadeIdentity = { etag: '"e-3"', parts: 3, size: 10, dates: [window], properties };
const head = {
  $metadata: {},
  ETag: '"e-3"',
  ContentLength: 10,
  ServerSideEncryption: 'AES256',
  LastModified: new Date('2026-11-27T10:00:00Z'),
} satisfies HeadObjectCommandOutput;

test('an object that has everything is the one that was made', () => {
  expect(differenceFromMade(made, head)).toBeUndefined();
});

test.each<[string, Partial<MadeIdentity>, Partial<HeadObjectCommandOutput>, string]>([
  ['another version', { versionId: 'a' }, { VersionId: 'b' }, 'its version is b instead of a'],
  ['no version', { versionId: 'a' }, {}, 'its version is none instead of a'],
  ['another ETag', {}, { ETag: '"f-3"' }, 'its ETag is "f-3" instead of "e-3"'],
  ['other parts', { etag: undefined }, { ETag: '"f-4"' }, 'its ETag "f-4" is not that of 3 parts'],
  [
    'parts where there are none',
    { etag: undefined, parts: undefined },
    {},
    'its ETag "e-3" is that of an upload in parts',
  ],
  ['another size', {}, { ContentLength: 11 }, 'it has 11 bytes instead of 10'],
  [
    'another checksum',
    { checksum: { algorithm: 'CRC32', type: 'FULL_OBJECT', value: 'x' } },
    { ChecksumCRC32: 'y', ChecksumType: 'FULL_OBJECT' },
    'its CRC32 is y instead of x',
  ],
  ['an earlier date', {}, { LastModified: new Date('2026-11-27T09:59:58Z') }, 'it is dated 2026-11-27T09:59:58.000Z'],
  ['a later date', {}, { LastModified: new Date('2026-11-27T10:00:03Z') }, 'it is dated 2026-11-27T10:00:03.000Z'],
  ['other metadata', {}, { Metadata: { by: 'another' } }, 'its metadata is not the planned one'],
  [
    'another encoded word that is not UTF-8',
    { properties: { ...properties, metadata: { a: '=?UTF-8?Q?=C3?=' } } },
    { Metadata: { a: '=?UTF-8?Q?=C4?=' } },
    'its metadata is not the planned one',
  ],
  ['another storage class', {}, { StorageClass: 'GLACIER' }, 'its storage class is GLACIER instead of STANDARD'],
  [
    'another KMS key',
    { etag: undefined, encryption: { serverSideEncryption: 'aws:kms', ssekmsKeyId: 'a' } },
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'b' },
    'its KMS key is b instead of a',
  ],
])('an object with %s is another one', (_, expected, found, difference) => {
  expect(differenceFromMade({ ...made, ...expected }, { ...head, ...found })).toContain(difference);
});

test.each<[string, Partial<MadeIdentity>, Partial<HeadObjectCommandOutput>]>([
  ['a version', { versionId: 'a' }, { VersionId: 'a' }],
  ['a random ETag', {}, { ServerSideEncryption: 'aws:kms' }],
  ['the ETag of a customer-provided key', {}, { ServerSideEncryption: undefined, SSECustomerAlgorithm: 'AES256' }],
])('%s is enough: S3 has moved the object to another class since', (_, expected, found) => {
  expect(differenceFromMade({ ...made, ...expected }, { ...head, ...found, StorageClass: 'GLACIER' })).toBeUndefined();
});

test('the version null is replaced by each object of a bucket whose versioning is suspended', () => {
  const found = { ...head, VersionId: 'null', LastModified: new Date('2026-11-27T11:00:00Z') };
  expect(differenceFromMade({ ...made, versionId: 'null' }, found)).toContain('it is dated');
});

test.each<[string, object, Partial<HeadObjectCommandOutput>]>([
  ['names in upper case', { metadata: { Name: 'v' } }, { Metadata: { name: 'v' } }],
  ['encoded words', { metadata: { a: '=?UTF-8?B?WsO8cmljaA==?=' } }, { Metadata: { a: '=?UTF-8?Q?Z=C3=BCrich?=' } }],
  ['a word that is not UTF-8', { metadata: { a: '=?UTF-8?Q?=C3?=' } }, { Metadata: { a: '=?UTF-8?Q?=C3?=' } }],
  ['white space', { cacheControl: ' no-cache ' }, { CacheControl: 'no-cache' }],
  ['the default content type', {}, { ContentType: 'binary/octet-stream' }],
  ['a lock that is not shown', { objectLock: { mode: 'GOVERNANCE' } }, {}],
  ['a lock that the bucket has added', {}, { ObjectLockMode: 'GOVERNANCE' }],
  ['the class of directory buckets', {}, { StorageClass: 'EXPRESS_ONEZONE' }],
])('S3 answers in other words what was planned: %s', (_, planned, found) => {
  const expected = { ...made, properties: { ...properties, ...planned } };
  expect(differenceFromMade(expected, { ...head, ...found })).toBeUndefined();
});
