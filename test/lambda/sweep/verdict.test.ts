import type { ExecutionUploads } from '../../../lambda/sweep/execution-uploads';
import { isLost, type OpenUpload, verdictOn } from '../../../lambda/sweep/verdict';

const at = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 12, minutes));

const UPLOAD: OpenUpload = { bucket: 'lake', key: 'out/a', uploadId: 'u', initiated: at(10) };

const RUNNING: ExecutionUploads = {
  executionArn: 'arn:running',
  status: 'RUNNING',
  startDate: at(5),
  destination: { bucket: 'lake', key: 'out/a' },
  keeps: false,
  uploadIds: [],
  lost: [],
  hadPartsInFlight: false,
  settleSeconds: 15,
};

const ENDED: ExecutionUploads = { ...RUNNING, status: 'ABORTED', stopDate: at(20), uploadIds: ['u'] };

test.each<[string, ExecutionUploads[], string]>([
  ['nobody has', [], 'ABORT'],
  ['a running execution has', [{ ...RUNNING, uploadIds: ['u'] }], 'IN_USE'],
  [
    'a running execution goes on with that started later',
    [{ ...RUNNING, startDate: at(30), uploadIds: ['u'] }],
    'IN_USE',
  ],
  [
    'a running execution asks for that has not planned yet',
    [{ ...RUNNING, startDate: at(59), destination: undefined, resumeUploadId: 'u' }],
    'IN_USE',
  ],
  ['an execution asked for that has failed', [{ ...ENDED, uploadIds: [], resumeUploadId: 'u' }], 'ABORT'],
  ['a running execution may have begun', [RUNNING], 'IN_USE'],
  ['an execution may have begun that has not planned yet', [{ ...RUNNING, destination: undefined }], 'IN_USE'],
  ['a running execution cannot have begun: it has another', [{ ...RUNNING, uploadIds: ['other'] }], 'ABORT'],
  ['a running execution cannot have begun: it started later', [{ ...RUNNING, startDate: at(11) }], 'ABORT'],
  [
    'a running execution cannot have begun: it copies to another key',
    [{ ...RUNNING, destination: { bucket: 'lake', key: 'out/b' } }],
    'ABORT',
  ],
  ['an execution that ended does not keep', [ENDED], 'ABORT'],
  ['an execution that ended keeps', [{ ...ENDED, keeps: true }], 'KEPT'],
  ['an execution kept for too long', [{ ...ENDED, keeps: true, stopDate: at(-45) }], 'ABORT'],
  ['another upload is kept', [{ ...ENDED, keeps: true, uploadIds: ['other'] }], 'ABORT'],
  [
    'was kept for too long, and kept again by the execution that went on with it',
    [
      { ...ENDED, keeps: true, stopDate: at(-45) },
      { ...ENDED, keeps: true },
    ],
    'KEPT',
  ],
])('an upload that %s', (_, executions, verdict) => {
  expect(verdictOn(UPLOAD, executions, { now: at(60), keepForSeconds: 3600 })).toBe(verdict);
});

test.each<[string, Partial<OpenUpload>, boolean]>([
  ['is to the key, and began in time', {}, true],
  ['began before', { initiated: at(8) }, false],
  ['began afterwards', { initiated: at(12) }, false],
  ['is to another key', { key: 'out/ab' }, false],
  ['is to another bucket', { bucket: 'other' }, false],
  ['is known', { uploadId: 'known' }, false],
])('an upload that %s may be one that an execution does not know: %s', (_, upload, expected) => {
  const lost = [{ from: at(9).toISOString(), to: at(11).toISOString() }];
  expect(isLost({ ...ENDED, uploadIds: ['known'], lost }, { ...UPLOAD, ...upload })).toBe(expected);
});
