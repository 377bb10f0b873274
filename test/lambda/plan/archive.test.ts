import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { availability, planRestore } from '../../../lambda/plan/source/archive';
import type { CopyOptions } from '../../../lib/private/protocol/options';

type Head = Partial<HeadObjectCommandOutput>;
const head = (fields: Head): HeadObjectCommandOutput => ({ $metadata: {}, ...fields });
const ONGOING = 'ongoing-request="true"';
const RESTORED = 'ongoing-request="false", expiry-date="Fri, 21 Dec 2030 00:00:00 GMT"';

test.each<[Head, string]>([
  [{}, 'AVAILABLE'],
  [{ StorageClass: 'STANDARD_IA' }, 'AVAILABLE'],
  [{ StorageClass: 'GLACIER_IR' }, 'AVAILABLE'],
  [{ StorageClass: 'GLACIER' }, 'ARCHIVED'],
  [{ StorageClass: 'GLACIER', Restore: ONGOING }, 'RESTORING'],
  [{ StorageClass: 'GLACIER', Restore: RESTORED }, 'AVAILABLE'],
  [{ StorageClass: 'DEEP_ARCHIVE' }, 'ARCHIVED'],
  [{ StorageClass: 'INTELLIGENT_TIERING' }, 'AVAILABLE'],
  [{ StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'ARCHIVE_ACCESS' }, 'ARCHIVED'],
  [{ StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'DEEP_ARCHIVE_ACCESS', Restore: ONGOING }, 'RESTORING'],
])('a source with %j is %s', (fields, expected) => {
  expect(availability(head(fields))).toBe(expected);
});

const plan = (fields: Head, options: CopyOptions, elapsed = 0) =>
  planRestore({ bucket: 'raw', key: 'k' }, head(fields), options, elapsed);

test('fails with SourceArchived without options.restore, and says what to do', () => {
  expect(() => plan({ StorageClass: 'GLACIER' }, {})).toThrow(expect.objectContaining({ name: 'SourceArchived' }));
  expect(() => plan({ StorageClass: 'GLACIER' }, {})).toThrow(/s3:\/\/raw\/k is in GLACIER.*options.restore/);
  expect(() => plan({ StorageClass: 'GLACIER', Restore: ONGOING }, {})).toThrow(/is being restored/);
});

test('does not restore a source that can be read', () => {
  expect(plan({ StorageClass: 'GLACIER', Restore: RESTORED }, { restore: {} })).toBeUndefined();
});

test.each<[Head, CopyOptions['restore'], object]>([
  [{ StorageClass: 'GLACIER' }, {}, { action: 'RESTORE', restore: { tier: 'Standard', days: 2 } }],
  [{ StorageClass: 'DEEP_ARCHIVE' }, { tier: 'Bulk', days: 9 }, { restore: { tier: 'Bulk', days: 9 } }],
  [{ StorageClass: 'GLACIER', Restore: ONGOING }, {}, { action: 'WAIT_FOR_RESTORE' }],
])('plans the restore of %j with %j', (fields, restore, expected) => {
  expect(plan(fields, { restore })).toMatchObject(expected);
});

test('sends no days for an archive tier of INTELLIGENT_TIERING', () => {
  const planned = plan(
    { StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'ARCHIVE_ACCESS' },
    { restore: { days: 9 } },
  );
  expect(planned?.restore).toEqual({ tier: 'Standard', waitSeconds: 60 });
});

test.each([
  [0, 60],
  [599, 60],
  [3600, 360],
  [86_400, 900],
])('after %d seconds it waits %d seconds', (elapsed, waitSeconds) => {
  expect(plan({ StorageClass: 'GLACIER' }, { restore: {} }, elapsed)?.restore.waitSeconds).toBe(waitSeconds);
});

test.each<[Head]>([
  [{ StorageClass: 'DEEP_ARCHIVE' }],
  [{ StorageClass: 'INTELLIGENT_TIERING', ArchiveStatus: 'DEEP_ARCHIVE_ACCESS' }],
])('fails with InvalidInput for the Expedited tier of %j', (fields) => {
  expect(() => plan(fields, { restore: { tier: 'Expedited' } })).toThrow(
    expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining("'Bulk'") }),
  );
});
