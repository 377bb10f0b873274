import { type Copy, copied, copy, failed, WAYS } from './support';

const restoring: Copy = { props: () => ({ allowRestore: true }) };
const RESTORED_UNTIL = '2099-01-01T00:00:00Z';

describe.each(WAYS)('by %s', (way) => {
  test.each(['GLACIER', 'DEEP_ARCHIVE'])('%s is SourceArchived', async (storageClass) => {
    const report = await failed({ setup: { object: { storageClass } } }, way, 'SourceArchived');
    expect(report.execution.states).toEqual(['Plan']);
  });

  test.each(['GLACIER', 'DEEP_ARCHIVE'])('%s is restored, and waited for', async (storageClass) => {
    const options = { restore: { tier: 'Bulk', days: 1 }, storageClass: 'STANDARD' };
    const setup = { object: { storageClass }, restoreSeconds: 150 };
    // Plan looks 60 and 120 seconds after it has asked for the restore, as long as it gets its time on a busy machine.
    const run = { timeScale: 50 };
    const { execution, requests, copy: made } = await copied({ ...restoring, setup, options, run }, way);
    expect(requests.RestoreObject).toBe(1);
    expect(execution.states.slice(0, 8)).toEqual([
      'Plan',
      'Route',
      'RestoreObject',
      'WaitForRestore',
      'Plan',
      'Route',
      'WaitForRestore',
      'Plan',
    ]);
    expect(made!.storageClass).toBe('STANDARD');
  });

  test('GLACIER that is restored already', async () => {
    const setup = { object: { storageClass: 'GLACIER', restoredUntil: RESTORED_UNTIL } };
    const { execution, copy: made } = await copied({ setup }, way);
    expect(execution.states).not.toContain('RestoreObject');
    expect(made!.storageClass).toBe('GLACIER');
  });

  test('GLACIER whose restored copy is gone', async () => {
    const setup = { object: { storageClass: 'GLACIER', restoredUntil: '2020-01-01T00:00:00Z' } };
    const report = await failed({ setup }, way, 'SourceArchived');
    expect(report.execution.states).toEqual(['Plan']);
    const { requests } = await copied({ ...restoring, setup, options: { restore: {} } }, way);
    expect(requests.RestoreObject).toBe(1);
  });

  test('GLACIER_IR is read as it is', async () => {
    await copied({ setup: { object: { storageClass: 'GLACIER_IR' } } }, way);
  });

  test('an archive tier of INTELLIGENT_TIERING', async () => {
    const setup = { object: { storageClass: 'INTELLIGENT_TIERING', archiveStatus: 'DEEP_ARCHIVE_ACCESS' } };
    await failed({ setup }, way, 'SourceArchived');
    const { requests } = await copied({ ...restoring, setup, options: { restore: {} } }, way);
    expect(requests.RestoreObject).toBe(1);
  });
});

test('a workflow without the permission says so', async () => {
  const given: Copy = { setup: { object: { storageClass: 'GLACIER' } }, options: { restore: {} } };
  const { execution } = await failed(given, 'CopyObject', 'NotAllowed');
  expect(execution.cause).toContain('allowRestore: true');
});

test('a dry run restores nothing', async () => {
  const options = { restore: {}, dryRun: true };
  const report = await copy({ ...restoring, setup: { object: { storageClass: 'GLACIER' } }, options }, 'CopyObject');
  expect(report.result!.status).toBe('PLANNED');
  expect(report.requests.RestoreObject).toBeUndefined();
});
