import { checkCapabilities } from '../../../lambda/plan/destination/capabilities';
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

test.each(IMPOSSIBLE)('%j fails with UnsupportedDestination in a directory bucket', (properties, message) => {
  const check = () => checkCapabilities(directory, { ...plain, ...properties });
  expect(check).toThrow(expect.objectContaining({ name: 'UnsupportedDestination' }));
  expect(check).toThrow(message);
});

test.each(IMPOSSIBLE)('%j is accepted by general purpose buckets', (properties) => {
  expect(() => checkCapabilities({ bucket: 'lake', key: 'k' }, { ...plain, ...properties })).not.toThrow();
});

test('the error names all problems', () => {
  const check = () => checkCapabilities({ ...directory, customerKey: 'arn' }, { ...plain, tagging: 'a=b' });
  expect(check).toThrow(/tags.*sseCustomerKeySecretArn/);
});

test('a directory bucket accepts its storage class and SSE-KMS', () => {
  const encryption = { serverSideEncryption: 'aws:kms' };
  expect(() => checkCapabilities(directory, { ...plain, storageClass: 'EXPRESS_ONEZONE', encryption })).not.toThrow();
});

test('annotations with a customer-provided key fail with UnsupportedDestination in any bucket', () => {
  const check = () =>
    checkCapabilities({ bucket: 'lake', key: 'k', customerKey: 'arn' }, { ...plain, annotations: true });
  expect(check).toThrow(expect.objectContaining({ name: 'UnsupportedDestination' }));
  expect(check).toThrow(/options.annotationDirective 'EXCLUDE'/);
});
