import { CopyFailed, failureLine, runbookLink } from '../../../bin/copies/outcome';
import { fail } from '../../../bin/fail';

test('says the message of a failed worker in one line, with the section of the runbook', () => {
  const cause = JSON.stringify({ errorType: 'AccessDenied', errorMessage: 'no s3:GetObject\n on s3://a/b', trace: [] });
  expect(new CopyFailed({ status: 'FAILED', error: 'AccessDenied', cause }).message).toMatch(
    /^AccessDenied: no s3:GetObject on s3:\/\/a\/b \(https:\/\/\S+\/docs\/runbook\.md#by-error\)$/,
  );
});

test('a key in a message does not control the terminal', () => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { exitCode } = process;
  fail(new CopyFailed({ status: 'FAILED', error: 'NotAllowed', cause: 's3://raw/\u001b[2J\u202e' }));
  process.exitCode = exitCode;
  expect(write.mock.calls.join('')).toMatch(/^mpcopy: NotAllowed: s3:\/\/raw\/\\u\{001B\}\[2J\\u\{202E\} .*\n$/);
  write.mockRestore();
});

test('says what is known of an execution that was stopped or has timed out', () => {
  expect(failureLine({ status: 'ABORTED' })).toMatch(/^Stopped: the execution was stopped; mpcopy sweep --list/);
  expect(failureLine({ status: 'TIMED_OUT' })).toMatch(/^TimedOut: .*#uploads-left-behind\)$/);
  expect(failureLine({ status: 'FAILED', error: 'Odd', cause: 'not JSON' })).toMatch(/^Odd: not JSON \(/);
});

test('errors that have a section of their own lead there', () => {
  expect(runbookLink('Lambda.TooManyRequestsException')).toMatch(/#by-error$/);
  expect(runbookLink('constructor')).toMatch(/#by-error$/);
  expect(runbookLink('KmsKeyUnavailable')).toMatch(/#kms-keys$/);
});
