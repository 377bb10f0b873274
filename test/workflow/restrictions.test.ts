import { Duration } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { CopyCannedAcl, CopyIntegrity } from '../../lib';
import { type Copy, copied, failed } from './support';

// What whoever starts executions cannot ask for, through the synthesized template.

const LATER = '2120-01-01T00:00:00Z';
const LOCK: Copy = { source: { objectLockEnabled: true }, destination: { objectLockEnabled: true } };
const GUARDED: Copy = {
  props: (stack) => ({
    copyAcl: true,
    allowRestore: true,
    copyObjectLock: true,
    fixedOptions: {
      integrity: CopyIntegrity.REQUIRED,
      encryptionKey: new kms.Key(stack, 'Key'),
      acl: CopyCannedAcl.PRIVATE,
    },
  }),
};

test.each<[string, Copy, string]>([
  ['best-effort', { ...GUARDED, options: { integrity: 'best-effort' } }, 'fixedOptions.integrity'],
  [
    'another encryption',
    { ...GUARDED, options: { serverSideEncryption: 'AES256' } },
    'fixedOptions.serverSideEncryption',
  ],
  ['public-read', { ...GUARDED, options: { acl: 'public-read' } }, 'fixedOptions.acl'],
  ['public-read', { props: () => ({ copyAcl: true }), options: { acl: 'public-read' } }, 'limits.cannedAcls'],
  [
    'COMPLIANCE until 2120',
    {
      ...LOCK,
      props: () => ({ copyObjectLock: true }),
      options: { objectLockMode: 'COMPLIANCE', objectLockRetainUntilDate: LATER },
    },
    'limits.complianceRetention',
  ],
  [
    'a retention until 2120',
    {
      ...LOCK,
      props: () => ({ copyObjectLock: true, limits: { maxRetention: Duration.days(365) } }),
      options: { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: LATER },
    },
    'limits.maxRetention',
  ],
  [
    'the retention of a source until 2120',
    {
      ...LOCK,
      props: () => ({ copyObjectLock: true, limits: { maxRetention: Duration.days(365) } }),
      setup: { object: { objectLockMode: 'GOVERNANCE', objectLockRetainUntilDate: LATER } },
    },
    'limits.maxRetention',
  ],
  [
    '36,500 days of a restore',
    { props: () => ({ allowRestore: true }), options: { restore: { days: 36_500 } } },
    'limits.maxRestoreFor',
  ],
  ['10,000 parts at once', { options: { maxConcurrency: 10_000 } }, 'at most 250'],
  [
    'a deleted version',
    {
      source: { versioned: true },
      props: () => ({ limits: { sourceVersions: false } }),
      input: { source: { bucket: 'raw', key: 'in/object.bin', versionId: 'abc' } },
    },
    'limits.sourceVersions',
  ],
])('an execution cannot ask for %s', async (_, given, message) => {
  const report = await failed(given, 'CopyObject', 'NotAllowed');
  expect(report.execution.states).toEqual(['Plan']);
  expect(report.execution.cause).toContain(message);
});

test('NotAllowed does not tell the other locations', async () => {
  const report = await failed({ input: { source: 's3://secret/x' } }, 'CopyObject', 'NotAllowed');
  expect(report.execution.cause).not.toMatch(/raw|lake/);
});

describe('a long input', () => {
  const LONG = 200_000;
  const ACCEPTED = 65_000;
  const numbered = Object.fromEntries(Array.from({ length: LONG / 10 }, (_, index) => [index, 1]));

  test.each<[string, string, Copy]>([
    ['NotAllowed', 'the name of a bucket', { input: { source: { bucket: 'x'.repeat(ACCEPTED), key: 'k' } } }],
    ['UploadNotFound', 'the ID of an upload', { options: { resumeUploadId: 'x'.repeat(ACCEPTED) } }],
    ['InvalidInput', 'its length', { options: { resumeUploadId: 'x'.repeat(LONG) } }],
    ['InvalidInput', 'the key of a tag', { options: { taggingDirective: 'REPLACE', tagging: 'x'.repeat(LONG) } }],
    ['InvalidInput', 'names of options', { options: numbered }],
    ['InvalidInput', 'names of metadata', { options: { metadataDirective: 'REPLACE', metadata: numbered } }],
  ])('is %s because of %s, and its cause is not cut off', async (error, _, given) => {
    const { execution } = await failed(given, 'CopyObject', error);
    expect(JSON.parse(execution.cause)).toMatchObject({ errorType: error });
  });
});

test('fixed options apply to executions that leave them out', async () => {
  const { copy } = await copied(GUARDED, 'CopyObject');
  expect(copy).toMatchObject({ serverSideEncryption: 'aws:kms', ssekmsKeyId: expect.stringMatching(/:key\//) });
});
