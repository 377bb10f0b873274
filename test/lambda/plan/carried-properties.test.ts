import { checkAllowed, resolveCarriedProperties } from '../../../lambda/plan/input/carried-properties';
import { type Feature, FEATURE_NAMES } from '../../../lib/private/protocol';
import type { CopyOptions } from '../../../lib/private/protocol/options';

const SETTINGS = { account: '111122223333', maxConcurrency: 1 };
const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key';
const settle = (options: CopyOptions, features: readonly Feature[], acl?: string) =>
  resolveCarriedProperties(options, acl, { ...SETTINGS, features: [...features] });
const allow = (options: CopyOptions, features: readonly Feature[], customerKeys?: string[]) =>
  checkAllowed(options, { ...SETTINGS, features: [...features], customerKeys });

test('everything that the workflow has permissions for is carried', () => {
  expect(settle({}, FEATURE_NAMES)).toEqual({ tags: 'COPY', acl: true, objectLock: true, annotations: true });
  expect(settle({}, [])).toEqual({ tags: 'NONE', acl: false, objectLock: false, annotations: false });
});

test('an execution can turn off what would be carried', () => {
  const none = {
    taggingDirective: 'NONE',
    aclDirective: 'NONE',
    objectLockDirective: 'NONE',
    annotationDirective: 'EXCLUDE',
  } as const;
  expect(settle(none, FEATURE_NAMES)).toEqual({ tags: 'NONE', acl: false, objectLock: false, annotations: false });
  expect(settle(none, [])).toEqual(settle({}, []));
});

test('a canned ACL replaces the grants of the source', () => {
  expect(settle({}, FEATURE_NAMES, 'private').acl).toBe(false);
});

test.each<[CopyOptions, RegExp]>([
  [{ taggingDirective: 'COPY' }, /options.taggingDirective 'COPY' requires copyTags: true/],
  [{ taggingDirective: 'REPLACE', tagging: 'a=b' }, /copyTags/],
  [{ aclDirective: 'COPY' }, /options.aclDirective 'COPY' requires copyAcl: true/],
  [{ acl: 'private' }, /options.acl 'private' requires copyAcl: true/],
  [{ objectLockDirective: 'COPY' }, /copyObjectLock: true/],
  [{ objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: '2030-01-01' }, /copyObjectLock: true/],
  [{ objectLockLegalHoldStatus: 'ON' }, /copyObjectLock: true/],
  [{ annotationDirective: 'COPY' }, /copyAnnotations: true/],
  [{ restore: {} }, /options.restore requires allowRestore: true/],
  [{ acl: 'private', restore: {} }, /allowRestore.*copyAcl/],
])('an execution with %j fails with NotAllowed if the workflow lacks the permissions', (options, message) => {
  expect(() => allow(options, [])).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
  expect(() => allow(options, [])).toThrow(message);
  expect(() => allow(options, FEATURE_NAMES)).not.toThrow();
});

describe('a secret with a customer-provided key', () => {
  test.each(['sseCustomerKeySecretArn', 'copySourceSseCustomerKeySecretArn'])(
    'is allowed in %s if it is one of the workflow',
    (name) => {
      expect(() => allow({ [name]: SECRET }, [], [SECRET])).not.toThrow();
      expect(() => allow({ [name]: `${SECRET}-AbC123` }, [], [SECRET])).not.toThrow();
    },
  );

  test.each([[undefined], [[]], [[`${SECRET}s`]], [[SECRET.slice(0, -1)]]])(
    'is refused if the workflow has %j',
    (known) => {
      const check = () => allow({ copySourceSseCustomerKeySecretArn: SECRET }, FEATURE_NAMES, known);
      expect(check).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
      expect(check).toThrow(/customerKeys/);
    },
  );
});
