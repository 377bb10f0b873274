import type { DescribeMapRunOutput } from '@aws-sdk/client-sfn';
import { progressOf } from '../../../bin/copies/copy-progress';
import { copyOf, inputOf, plannedState } from '../report/answers';
import { at, described, MAP_RUN_ARN, Recording } from '../report/recording';

const GIB = 1024 ** 3;

/** A copy of 100 parts of 1 GiB that goes on with an upload, in which the first parts are there already. */
function resumed(reused: number): { recording: Recording; state: object } {
  const copy = copyOf(100);
  const partNumbers = Array.from({ length: 100 - reused }, (_, index) => reused + index + 1);
  const state = { ...plannedState(copy), partNumbers, reusedParts: reused, upload: { uploadId: 'kept' } };
  const recording = new Recording().start(0, inputOf(copy)).task(0.1, 1, 'Plan', {}, state);
  recording.choice(1, 'Route', state).choice(1, 'FanOut', state).enter(1, 'Map', 'CopyPartsDistributed', state);
  recording.add(1, 'MapStateStarted');
  return { recording, state };
}

const mapRun = (succeeded: number, total: number): DescribeMapRunOutput => ({
  mapRunArn: MAP_RUN_ARN,
  executionArn: undefined,
  status: 'RUNNING',
  startDate: at(1),
  maxConcurrency: 250,
  toleratedFailurePercentage: 0,
  toleratedFailureCount: 0,
  itemCounts: {
    succeeded,
    running: total - succeeded,
    total,
    pending: 0,
    failed: 0,
    timedOut: 0,
    aborted: 0,
    resultsWritten: 0,
  },
  executionCounts: undefined,
});

test('parts that an earlier execution has copied count as done, but not for the rate', () => {
  const { recording } = resumed(60);
  recording.add(1, 'MapRunStarted', { mapRunStartedEventDetails: { mapRunArn: MAP_RUN_ARN } });
  const facts = { execution: described('RUNNING'), events: recording.events, mapRun: mapRun(10, 40) };
  expect(progressOf(facts, at(11).getTime())).toMatchObject({
    parts: { done: 70, running: 30, total: 100 },
    bytes: { done: 70 * GIB, total: 100 * GIB },
    rate: GIB,
    secondsLeft: 30,
    uploadId: 'kept',
  });
});

test('until a part is copied, the time left is that of the model for the parts that are missing', () => {
  const { recording } = resumed(60);
  const early = progressOf({ execution: described('RUNNING'), events: recording.events }, at(3).getTime());
  expect(early).toMatchObject({ parts: { done: 60, total: 100 } });
  expect(early.rate).toBeUndefined();
  expect(early.expectedSeconds).toBeLessThan(60);
  expect(early.secondsLeft).toBeCloseTo(early.expectedSeconds! - 2, 0);
  const late = progressOf({ execution: described('RUNNING'), events: recording.events }, at(300).getTime());
  expect(late.secondsLeft).toBeUndefined();
});

test('nothing is left to copy where all parts are there', () => {
  const { recording } = resumed(100);
  const execution = described('SUCCEEDED', { stopDate: at(2) });
  expect(progressOf({ execution, events: recording.events }, 0)).toMatchObject({
    parts: { done: 100, total: 100 },
    bytes: { done: 100 * GIB, total: 100 * GIB },
    expectedSeconds: 0,
  });
});

test('the Map Run of an earlier Map says nothing about the next one', () => {
  const { recording } = resumed(60);
  const facts = { execution: described('RUNNING'), events: recording.events, mapRun: mapRun(100, 100) };
  expect(progressOf(facts, at(2).getTime())).toMatchObject({ parts: { done: 60, total: 100 } });
});

test('an execution that goes on with an upload has it from its first moment on', () => {
  const input = JSON.stringify({ source: 's3://raw/a', options: { resumeUploadId: 'kept' } });
  const execution = described('RUNNING', { input });
  expect(progressOf({ execution, events: [] }, at(1).getTime())).toMatchObject({ uploadId: 'kept' });
});
