import type { GetObjectAclCommandOutput, Grant, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { toGrants } from '../../../lambda/plan/source/acl';
import {
  longTags,
  propertyDifference,
  resolveProperties,
  taggingHeader,
  writeParameters,
  type CarriedProperties,
} from '../../../lambda/shared/properties';
import type { CopyOptions } from '../../../lib/private/protocol/options';

const ALL: CarriedProperties = { tags: 'COPY', acl: true, objectLock: true, annotations: true };
const NONE: CarriedProperties = { tags: 'NONE', acl: false, objectLock: false, annotations: false };
const FUTURE = new Date(Date.now() + 86_400_000);
const PAST = new Date(Date.now() - 86_400_000);

function settle(head: Partial<HeadObjectCommandOutput>, options: CopyOptions = {}, carried = ALL, bucket = 'lake') {
  const source = { head: { $metadata: {}, ...head }, tags: [{ Key: 'a', Value: 'b c' }], hasAnnotations: true };
  return resolveProperties({ ...source, grants: { read: 'id="x"' } }, carried, options, options.acl, bucket);
}

test('leaves out what is not carried', () => {
  const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: FUTURE } as const;
  const properties = settle({ ContentType: 'a/b', ...lock }, {}, NONE);
  expect(JSON.parse(JSON.stringify(properties))).toEqual({
    metadataDirective: 'COPY',
    taggingDirective: 'REPLACE',
    contentType: 'a/b',
  });
});

test('uses only headers and metadata of the options with REPLACE', () => {
  const head = { ContentType: 'a/b', CacheControl: 'x', Metadata: { a: 'b' }, WebsiteRedirectLocation: '/x' };
  const properties = settle(head, { metadataDirective: 'REPLACE', contentType: 'c/d' });
  expect(properties).toMatchObject({ metadataDirective: 'REPLACE', contentType: 'c/d', websiteRedirectLocation: '/x' });
  expect(properties.cacheControl).toBeUndefined();
  expect(properties.metadata).toBeUndefined();
});

test.each([
  ['gzip', 'gzip'],
  ['aws-chunked', undefined],
  ['aws-chunked, gzip', 'gzip'],
  ['gzip,aws-chunked', 'gzip'],
  ['', undefined],
])('plans Content-Encoding %j as S3 stores it, whether it is asked for or that of the source', (encoding, stored) => {
  const head = { $metadata: {}, ContentEncoding: encoding };
  for (const properties of [settle(head), settle({}, { metadataDirective: 'REPLACE', contentEncoding: encoding })]) {
    expect(properties.contentEncoding).toBe(stored);
    expect(propertyDifference({ ...properties, objectLock: undefined }, undefined, head)).toBeUndefined();
  }
});

test('sends no redirect if the option is empty', () => {
  expect(settle({ WebsiteRedirectLocation: '/x' }, { websiteRedirectLocation: '' }).websiteRedirectLocation).toBe(
    undefined,
  );
});

test.each<[string, string | undefined, CopyOptions, string, string | undefined]>([
  ['the source’s', 'GLACIER_IR', {}, 'lake', 'GLACIER_IR'],
  ['the option’s', 'GLACIER_IR', { storageClass: 'STANDARD' }, 'lake', 'STANDARD'],
  ['the bucket’s, out of a directory bucket', 'EXPRESS_ONEZONE', {}, 'lake', undefined],
  ['the bucket’s, into a directory bucket', 'STANDARD_IA', {}, 'lake--use1-az4--x-s3', undefined],
])('the storage class is %s', (_, of, options, bucket, expected) => {
  const head = { StorageClass: of as HeadObjectCommandOutput['StorageClass'] };
  expect(settle(head, options, ALL, bucket).storageClass).toBe(expected);
});

test.each<[CopyOptions, CarriedProperties, string | undefined]>([
  [{}, ALL, 'a=b+c'],
  [{}, NONE, undefined],
  [{ tagging: { x: 'ü&=' } }, { ...ALL, tags: 'REPLACE' }, 'x=%C3%BC%26%3D'],
  [{ tagging: 'x=1&y=2' }, { ...ALL, tags: 'REPLACE' }, 'x=1&y=2'],
  [{ tagging: {} }, { ...ALL, tags: 'REPLACE' }, undefined],
])('resolves the tags with %j', (options, carried, expected) => {
  expect(settle({}, options, carried).tagging).toBe(expected);
});

test('sends tags of more than 2 KiB separately', () => {
  const tagging = (bytes: number) => ({ ...settle({}), tagging: `k=${'v'.repeat(bytes - 2)}` });
  expect(taggingHeader(tagging(2048))).toHaveLength(2048);
  expect(longTags(tagging(2048))).toBeUndefined();
  expect(taggingHeader(tagging(2049))).toBeUndefined();
  expect(longTags(tagging(2049))).toEqual([{ Key: 'k', Value: 'v'.repeat(2047) }]);
});

describe('Object Lock', () => {
  test('is copied from the source', () => {
    const properties = settle({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: FUTURE,
      ObjectLockLegalHoldStatus: 'ON',
      ObjectLockEventHold: 'ON',
      ObjectLockEventHoldDurationDays: 3,
    });
    expect(writeParameters(properties)).toMatchObject({
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: FUTURE,
      ObjectLockLegalHoldStatus: 'ON',
      ObjectLockEventHold: 'ON',
      ObjectLockEventHoldDurationDays: 3,
    });
  });

  test('has no retention if that of the source has ended', () => {
    const head = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: PAST, ObjectLockLegalHoldStatus: 'OFF' };
    expect(settle(head as Partial<HeadObjectCommandOutput>).objectLock).toBeUndefined();
  });

  test('of the options takes precedence', () => {
    const options: CopyOptions = {
      objectLockMode: 'GOVERNANCE',
      objectLockRetainUntilDate: '2099-01-01',
      objectLockLegalHoldStatus: 'OFF',
    };
    const head = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: FUTURE, ObjectLockLegalHoldStatus: 'ON' };
    expect(settle(head as Partial<HeadObjectCommandOutput>, options).objectLock).toEqual({
      mode: 'GOVERNANCE',
      retainUntilDate: '2099-01-01T00:00:00.000Z',
      legalHold: 'OFF',
    });
  });
});

describe('grants', () => {
  const owner = { ID: 'owner' };
  const acl = (...Grants: Grant[]): GetObjectAclCommandOutput => ({ $metadata: {}, Owner: owner, Grants });
  const full: Grant = { Grantee: { Type: 'CanonicalUser', ...owner }, Permission: 'FULL_CONTROL' };

  test('are undefined if only the owner has one', () => {
    expect(toGrants(acl(full))).toBeUndefined();
  });

  test('are grouped by permission, with IDs and groups', () => {
    const group = { Type: 'Group' as const, URI: 'http://acs.amazonaws.com/groups/global/AllUsers' };
    const other = { Type: 'CanonicalUser' as const, ID: 'other' };
    expect(
      toGrants(
        acl(
          full,
          { Grantee: group, Permission: 'READ' },
          { Grantee: other, Permission: 'READ' },
          { Grantee: other, Permission: 'WRITE_ACP' },
        ),
      ),
    ).toEqual({
      fullControl: 'id="owner"',
      read: 'uri="http://acs.amazonaws.com/groups/global/AllUsers", id="other"',
      writeAcp: 'id="other"',
    });
  });
});
