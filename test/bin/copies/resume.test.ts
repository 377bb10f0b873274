import type { CopyProgress } from '../../../bin/copies/copy-progress';
import { resumeInput, stateMachineOf } from '../../../bin/copies/resume';

const stopped: CopyProgress = {
  executionArn: 'arn:aws:states:us-east-1:111122223333:execution:Copy:one',
  name: 'one',
  status: 'ABORTED',
  startedAt: 0,
  retries: 0,
  source: { bucket: 'raw', key: 'a', versionId: 'seen by Plan' },
  destination: { bucket: 'lake', key: 'b', region: 'eu-west-1' },
  uploadId: 'upload',
};

test('keeps source and options, and names destination and upload', () => {
  const input = JSON.stringify({ source: 's3://raw/a', options: { partSize: '64MiB', onFailure: 'KEEP' } });
  expect(resumeInput({ ...stopped, input })).toEqual({
    source: 's3://raw/a',
    destination: { bucket: 'lake', key: 'b' },
    options: { partSize: '64MiB', onFailure: 'KEEP', resumeUploadId: 'upload' },
  });
});

test('goes on again with an upload, also after an execution that failed before Plan answered', () => {
  const input = {
    source: 's3://raw/a',
    destination: { bucket: 'lake', key: 'b' },
    options: { resumeUploadId: 'upload' },
  };
  expect(resumeInput({ ...stopped, destination: undefined, input: JSON.stringify(input) })).toEqual(input);
});

test('makes an input of an event, with its version', () => {
  const detail = { bucket: { name: 'raw' }, object: { key: 'a', 'version-id': 'v1' } };
  expect(
    resumeInput({ ...stopped, input: JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail }) }),
  ).toMatchObject({
    source: { bucket: 'raw', key: 'a', versionId: 'v1' },
    options: { resumeUploadId: 'upload' },
  });
});

test.each([
  [{ status: 'RUNNING' }, /one still runs/],
  [{ status: 'SUCCEEDED' }, /one has succeeded/],
  [{ uploadId: undefined }, /one has created no upload/],
])('refuses %j', (given, message) => {
  expect(() => resumeInput({ ...stopped, ...given })).toThrow(message);
});

test('the state machine is that of the execution', () => {
  expect(stateMachineOf(stopped.executionArn)).toBe('arn:aws:states:us-east-1:111122223333:stateMachine:Copy');
});
