import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { CallRecord } from '../../../../lambda/shared/logs/call';
import { Harness } from '../../harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.stop());

test('each attempt of a call waits as long as its tries say, not as long as the client', async () => {
  const { askS3, createS3 } = await import('../../../../lambda/shared/calls/s3');
  const hour = 3_600_000;
  harness.server.putGenerated({ bucket: 'raw', key: 'k', size: 5 });
  // The answers to the first two requests never come.
  harness.server.faults.add({ operation: 'HeadObject', times: 2, fault: { kind: 'delay', milliseconds: hour } });
  const records: CallRecord[] = [];
  const time = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const s3 = createS3(hour, { time, record: (call) => records.push(call) });
  const head = await askS3(s3, 'HeadObject', HeadObjectCommand, {
    source: { bucket: 'raw', key: 'k' },
    tries: { timeoutMs: (attempt) => (attempt < 3 ? 20 : hour), hasTime: () => true },
  });
  expect(head.ContentLength).toBe(5);
  expect(records.map(({ error }) => error?.name)).toEqual(['TransientS3Error', 'TransientS3Error', undefined]);
});
