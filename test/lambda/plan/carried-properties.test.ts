import { resolveCarriedProperties } from '../../../lambda/plan/input/carried-properties';
import type { CopyOptions } from '../../../lambda/plan/input/input-schema';
import { type Feature, FEATURES } from '../../../lib/private/protocol';

const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key';
const settle = (options: CopyOptions, features: readonly Feature[], acl?: string, customerKeys?: string[]) =>
  resolveCarriedProperties(options, acl, { features: [...features], maxConcurrency: 1, customerKeys });

test('all that the workflow has permissions for is carried', () => {
  expect(settle({}, FEATURES)).toEqual({ tags: 'COPY', acl: true, objectLock: true, annotations: true });
  expect(settle({}, [])).toEqual({ tags: 'NONE', acl: false, objectLock: false, annotations: false });
});

test('unless the execution says otherwise', () => {
  const none = {
    taggingDirective: 'NONE',
    aclDirective: 'NONE',
    objectLockDirective: 'NONE',
    annotationDirective: 'EXCLUDE',
  } as const;
  expect(settle(none, FEATURES)).toEqual({ tags: 'NONE', acl: false, objectLock: false, annotations: false });
  expect(settle(none, [])).toEqual(settle({}, []));
});

test('a canned ACL stands for the grants of the source', () => {
  expect(settle({}, FEATURES, 'private').acl).toBe(false);
});

test.each<[CopyOptions, RegExp]>([
  [{ taggingDirective: 'COPY' }, /options.taggingDirective 'COPY' needs copyTags: true/],
  [{ taggingDirective: 'REPLACE', tagging: 'a=b' }, /copyTags/],
  [{ aclDirective: 'COPY' }, /options.aclDirective 'COPY' needs copyAcl: true/],
  [{ acl: 'private' }, /options.acl 'private' needs copyAcl: true/],
  [{ objectLockDirective: 'COPY' }, /copyObjectLock: true/],
  [{ objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: '2030-01-01' }, /copyObjectLock: true/],
  [{ objectLockLegalHoldStatus: 'ON' }, /copyObjectLock: true/],
  [{ annotationDirective: 'COPY' }, /copyAnnotations: true/],
  [{ restore: {} }, /options.restore needs allowRestore: true/],
  [{ acl: 'private', restore: {} }, /copyAcl.*allowRestore/],
])('%j is NotAllowed where the workflow has no permissions for it', (options, message) => {
  expect(() => settle(options, [])).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
  expect(() => settle(options, [])).toThrow(message);
  expect(() => settle(options, FEATURES)).not.toThrow();
});

describe('customer-provided keys', () => {
  test('come from the secrets of the workflow only', () => {
    expect(() => settle({ sseCustomerKeySecretArn: SECRET }, [], undefined, [SECRET])).not.toThrow();
    expect(() => settle({ sseCustomerKeySecretArn: `${SECRET}-AbC123` }, [], undefined, [SECRET])).not.toThrow();
  });

  test.each([[undefined], [[]], [[`${SECRET}s`]], [[SECRET.slice(0, -1)]]])('and not from others: %j', (known) => {
    const settled = () => settle({ copySourceSseCustomerKeySecretArn: SECRET }, FEATURES, undefined, known);
    expect(settled).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
    expect(settled).toThrow(/customerKeys/);
  });
});
