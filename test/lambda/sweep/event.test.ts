import { executionOf, tracedArn } from '../../../lambda/sweep/event';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Copy';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:Copy:1';

test.each(['ABORTED', 'TIMED_OUT', 'FAILED'])('an execution that is %s is swept', (status) => {
  const detail = { executionArn: EXECUTION, stateMachineArn: MACHINE, status };
  expect(executionOf({ source: 'aws.states', detail }, MACHINE)).toEqual({ executionArn: EXECUTION, redriveCount: 0 });
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
  expect(() => executionOf({ detail }, MACHINE)).toThrow('the sweeper handles only ABORTED, TIMED_OUT, FAILED of');
});

test.each([
  [{ detail: { executionArn: EXECUTION } }, EXECUTION],
  [{ detail: {} }, MACHINE],
  [null, MACHINE],
])('log lines about %j name %s', (event, arn) => {
  expect(tracedArn(event, MACHINE)).toBe(arn);
});
