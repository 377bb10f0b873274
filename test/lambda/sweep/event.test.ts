import { executionOf } from '../../../lambda/sweep/event';
import { NOTHING, toMetrics } from '../../../lambda/sweep/report';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Copy';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:Copy:1';

test.each(['ABORTED', 'TIMED_OUT', 'FAILED'])('an execution that is %s is swept', (status) => {
  const detail = { executionArn: EXECUTION, stateMachineArn: MACHINE, status };
  expect(executionOf({ source: 'aws.states', detail }, MACHINE)).toBe(EXECUTION);
});

test.each([{ 'detail-type': 'Scheduled Event', detail: {} }, {}, null, undefined])(
  'all destinations are looked over for %j',
  (event) => {
    expect(executionOf(event, MACHINE)).toBeUndefined();
  },
);

test.each([
  { executionArn: EXECUTION, stateMachineArn: MACHINE, status: 'RUNNING' },
  { executionArn: EXECUTION, stateMachineArn: MACHINE, status: 'SUCCEEDED' },
  { executionArn: EXECUTION, stateMachineArn: `${MACHINE}2`, status: 'FAILED' },
  { executionArn: EXECUTION, stateMachineArn: `${MACHINE}/CopyParts`, status: 'FAILED' },
  { executionArn: 1, stateMachineArn: MACHINE, status: 'FAILED' },
])('%j is refused', (detail) => {
  expect(() => executionOf({ detail }, MACHINE)).toThrow('the sweeper takes ABORTED, TIMED_OUT, FAILED of');
});

test('metrics are in the embedded metric format', () => {
  const report = { ...NOTHING, aborted: ['a', 'b'], kept: ['c'], problems: ['upload d may be left'] };
  expect(toMetrics(report, 'Test-Copy', 1_767_268_800_000)).toEqual({
    _aws: {
      Timestamp: 1_767_268_800_000,
      CloudWatchMetrics: [
        {
          Namespace: 'cdk-s3-multipart-copy',
          Dimensions: [['Workflow']],
          Metrics: [
            { Name: 'UploadsSwept', Unit: 'Count' },
            { Name: 'UploadsKept', Unit: 'Count' },
            { Name: 'UploadsNotSwept', Unit: 'Count' },
          ],
        },
      ],
    },
    Workflow: 'Test-Copy',
    UploadsSwept: 2,
    UploadsKept: 1,
    UploadsNotSwept: 1,
    uploads: { aborted: ['a', 'b'], kept: ['c'], inUse: [] },
    problems: ['upload d may be left'],
  });
});
