import { checkDirectoryDestination } from '../../../lambda/shared/directory-buckets';
import type { ObjectProperties } from '../../../lib/private/protocol';

const directory = { bucket: 'lake--use1-az4--x-s3', key: 'k' };
const plain = { metadataDirective: 'COPY', taggingDirective: 'COPY', contentType: 'text/plain' } as const;

const IMPOSSIBLE: [Partial<ObjectProperties>, RegExp][] = [
  [{ tagging: 'a=b' }, /tags \(options.taggingDirective 'NONE'/],
  [{ acl: 'private' }, /an ACL/],
  [{ grants: { read: 'id="x"' } }, /an ACL/],
  [{ objectLock: { legalHold: 'ON' } }, /Object Lock/],
  [{ annotations: true }, /annotations/],
  [{ websiteRedirectLocation: '/x' }, /website redirect/],
  [{ contentEncoding: 'gzip' }, /Content-Encoding gzip/],
  [{ storageClass: 'STANDARD_IA' }, /storage class STANDARD_IA/],
  [{ encryption: { serverSideEncryption: 'aws:kms:dsse' } }, /aws:kms:dsse/],
];

test.each(IMPOSSIBLE)('%j is refused', (properties, message) => {
  const check = () => checkDirectoryDestination(directory, { ...plain, ...properties });
  expect(check).toThrow(expect.objectContaining({ name: 'UnsupportedDestination' }));
  expect(check).toThrow(message);
});

test.each(IMPOSSIBLE)('%j is taken by other buckets', (properties) => {
  expect(() => checkDirectoryDestination({ bucket: 'lake', key: 'k' }, { ...plain, ...properties })).not.toThrow();
});

test('all is told at once', () => {
  const check = () => checkDirectoryDestination({ ...directory, customerKey: 'arn' }, { ...plain, tagging: 'a=b' });
  expect(check).toThrow(/tags.*sseCustomerKeySecretArn/);
});

test('what a directory bucket holds is taken', () => {
  const encryption = { serverSideEncryption: 'aws:kms' };
  expect(() =>
    checkDirectoryDestination(directory, { ...plain, storageClass: 'EXPRESS_ONEZONE', encryption }),
  ).not.toThrow();
});
