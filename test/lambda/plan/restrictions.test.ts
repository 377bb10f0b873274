import { readInput } from '../../../lambda/plan/input/read-input';
import { checkRetention, restrict } from '../../../lambda/plan/input/restrictions';
import type { WorkflowSettings } from '../../../lib/private/protocol';

type Settings = Partial<WorkflowSettings>;

const EVENT = {
  source: 'aws.s3',
  'detail-type': 'Object Created',
  detail: { bucket: { name: 'raw' }, object: { key: 'k', 'version-id': 'v1' } },
};

function request(options: object, settings: Settings = {}, source: object = {}) {
  const all: WorkflowSettings = { account: '111122223333', maxConcurrency: 250, features: [], ...settings };
  return restrict(readInput({ source: { bucket: 'raw', key: 'k', ...source }, options }, all), all);
}

function expectNotAllowed(run: () => unknown, message: string): void {
  expect(run).toThrow(expect.objectContaining({ name: 'NotAllowed' }));
  expect(run).toThrow(message);
}

const UNTIL = { objectLockRetainUntilDate: '2120-01-01T00:00:00Z' };

describe('by default, an execution cannot ask for', () => {
  test.each<[string, object, string]>([
    [
      'more parts at once than the workflow',
      { maxConcurrency: 251 },
      'options.maxConcurrency is 251, and this workflow allows at most 250',
    ],
    ['an ACL for everyone', { acl: 'public-read' }, 'options.acl is "public-read", and this workflow allows private, '],
    ['an ACL that lets everyone write', { acl: 'public-read-write' }, 'options.acl is "public-read-write"'],
    ['an ACL for all accounts', { acl: 'authenticated-read' }, 'options.acl is "authenticated-read"'],
    [
      'a retention that nobody can undo',
      { objectLockMode: 'COMPLIANCE', ...UNTIL },
      'options.objectLockMode is "COMPLIANCE", and this workflow allows GOVERNANCE; nobody can undo \'COMPLIANCE\'',
    ],
    [
      'a restore for years',
      { restore: { days: 36_500 } },
      'options.restore.days is 36500, and this workflow allows at most 30 days',
    ],
  ])('%s', (_, options, message) => {
    expectNotAllowed(() => request(options), message);
  });
});

test('all problems are named', () => {
  expectNotAllowed(
    () => request({ maxConcurrency: 1000, acl: 'public-read' }),
    'options.maxConcurrency is 1000, and this workflow allows at most 250 (maxConcurrency); options.acl is "public-read"',
  );
});

test('what is within the limits is allowed', () => {
  const options = {
    maxConcurrency: 250,
    acl: 'private',
    objectLockMode: 'GOVERNANCE',
    ...UNTIL,
    restore: { days: 30 },
  };
  expect(request(options, {}, { versionId: 'v1' })).toMatchObject({ options, source: { versionId: 'v1' } });
});

test('limits of the workflow replace the defaults', () => {
  const limits = { acls: ['public-read'], compliance: true, restoreDays: 365 };
  const options = { acl: 'public-read', objectLockMode: 'COMPLIANCE', ...UNTIL, restore: { days: 365 } };
  expect(request(options, { limits }).options).toEqual(options);
  expectNotAllowed(() => request({ acl: 'private' }, { limits }), 'allows public-read (limits.cannedAcls)');
  expectNotAllowed(() => request({ restore: { days: 366 } }, { limits }), 'at most 365 days (limits.maxRestoreFor)');
});

test('what the workflow sets by default is beyond no limit', () => {
  const options = { acl: 'public-read', restore: { days: 100 } };
  expect(request({}, { options }).options).toEqual(options);
  expect(request(options, { options }).options).toEqual(options);
  expectNotAllowed(() => request({ acl: 'public-read-write' }, { options }), 'options.acl');
});

describe('fixed options', () => {
  const fixed = {
    integrity: 'required',
    serverSideEncryption: 'aws:kms',
    ssekmsKeyId: 'arn:key',
    restore: { tier: 'Bulk' },
  };

  test('apply to every execution, and take precedence over the defaults of their group', () => {
    const settings = { fixed, options: { serverSideEncryption: 'AES256', storageClass: 'GLACIER_IR' } };
    const expected = { ...fixed, storageClass: 'GLACIER_IR' };
    expect(request({}, settings).options).toEqual(expected);
    const all = { account: '1', maxConcurrency: 1, features: [], ...settings };
    expect(restrict(readInput(EVENT, all), all).options).toEqual(expected);
  });

  test('can be repeated', () => {
    const own = {
      integrity: 'required',
      restore: { tier: 'Bulk' },
      ssekmsKeyId: 'arn:key',
      serverSideEncryption: 'aws:kms',
    };
    expect(request(own, { fixed }).options).toEqual(fixed);
  });

  test.each<[object, string]>([
    [
      { integrity: 'best-effort' },
      'options.integrity "best-effort" conflicts with fixedOptions.integrity "required", which no execution can change',
    ],
    [
      { serverSideEncryption: 'AES256' },
      'options.serverSideEncryption "AES256" conflicts with fixedOptions.serverSideEncryption "aws:kms"',
    ],
    [{ bucketKeyEnabled: false }, 'options.bucketKeyEnabled false conflicts with fixedOptions.serverSideEncryption'],
    [
      { sseCustomerKeySecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:k' },
      'options.sseCustomerKeySecretArn conflicts with fixedOptions.serverSideEncryption',
    ],
    [
      { restore: { tier: 'Expedited' } },
      'options.restore {"tier":"Expedited"} conflicts with fixedOptions.restoreTier',
    ],
  ])('cannot be changed by %j', (own, message) => {
    expectNotAllowed(() => request(own, { fixed }), message);
  });

  test('of an ACL cannot be changed by a directive', () => {
    const settings = { fixed: { acl: 'private' } };
    expectNotAllowed(
      () => request({ aclDirective: 'COPY' }, settings),
      'options.aclDirective "COPY" conflicts with fixedOptions.acl',
    );
  });
});

describe('without sourceVersions', () => {
  const settings = { limits: { versions: false } };

  test('an execution cannot name a version', () => {
    expectNotAllowed(() => request({}, settings, { versionId: 'v1' }), 'source.versionId names a version');
    expect(request({}, settings).source).toEqual({ bucket: 'raw', key: 'k' });
  });

  test('an event, which could have been written by hand, copies the current version', () => {
    const all: WorkflowSettings = { account: '1', maxConcurrency: 1, features: [], ...settings };
    expect(restrict(readInput(EVENT, all), all).source).toEqual({ bucket: 'raw', key: 'k' });
    expect(restrict(readInput(EVENT, all), { ...all, limits: {} }).source).toMatchObject({ versionId: 'v1' });
  });
});

test('maxRetention holds for the retention of the copy, whoever decided it', () => {
  const check = (retainUntilDate: string | undefined, retentionDays?: number) =>
    checkRetention(
      {
        properties: { objectLock: { retainUntilDate } } as never,
        execution: { id: 'e', startTime: '2026-11-27T12:00:00Z' },
      },
      { account: '1', maxConcurrency: 1, features: [], limits: { retentionDays } },
    );
  expect(() => check('2026-12-04T12:00:00.000Z', 7)).not.toThrow();
  expectNotAllowed(
    () => check('2026-12-04T12:00:00.001Z', 7),
    'the copy would be retained until 2026-12-04T12:00:00.001Z, and this workflow allows 7 days, until 2026-12-04T12:00:00.000Z',
  );
  expect(() => check('2120-01-01T00:00:00Z')).not.toThrow();
  expect(() => check(undefined, 7)).not.toThrow();
});
