import { readFileSync } from 'node:fs';
import type { CopyRunReport } from '../../local/run';
import { file, mpcopy } from './support';

async function local(...args: string[]): Promise<CopyRunReport & { code: number; stderr: string }> {
  const { code, stdout, stderr } = await mpcopy('local', '--time-scale', '200', ...args, '--json');
  return { code, stderr, ...(JSON.parse(stdout) as CopyRunReport) };
}

describe('mpcopy local on a platform that is not always there', () => {
  test('throttles what is above the concurrency of the account, and copies all the same', async () => {
    const report = file('report.html', '');
    const latency = ['--latency', '{"partCopySeconds":60}', '--lambda-concurrency', '2'];
    const { execution, requests, result } = await local('--size', '10GiB', ...latency, '--report', report);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
    expect(requests.UploadPartCopy).toBe(result!.parts);
    expect(readFileSync(report, 'utf8')).toContain('Lambda.TooManyRequestsException');
  });

  test('retries invocations that were refused, and whose answers were lost', async () => {
    const faults = file('platform.json', [
      { state: 'CopyPart', times: 3, fault: { kind: 'throttled' } },
      { state: 'CopyPart', times: 2, fault: { kind: 'answer-lost' } },
      { function: 'CopyPlanFunction', times: 1, fault: { kind: 'error', name: 'ServiceException' } },
    ]);
    const { execution, verified, requests, result } = await local('--size', '1GiB', '--platform-faults', faults);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', error: '' });
    expect(verified).toBe(true);
    expect(requests.UploadPartCopy).toBe(result!.parts + 2);
  });

  test('stops where a rule says', async () => {
    const faults = file('stop.json', [{ state: 'Complete', fault: { kind: 'stop-execution', error: 'Stopped' } }]);
    const { execution, openUploads } = await local('--size', '1GiB', '--platform-faults', faults);
    expect(execution.states.at(-1)).toBe('Complete');
    // The sweeper of the template was there.
    expect(openUploads).toBe(0);
  });

  test.each<[string, string, RegExp]>([
    ['not there', '/nowhere/faults.json', /--platform-faults \/nowhere\/faults\.json/],
    [
      'of a state that is not there',
      file('gone.json', [{ state: 'Gone', fault: { kind: 'throttled' } }]),
      /names the state Gone/,
    ],
    [
      'without a kind',
      file('kind.json', [{ state: 'Plan', fault: {} }]),
      /unknown kind of fault 'undefined': use one of throttled/,
    ],
  ])('refuses a file that is %s', async (_name, path, message) => {
    const { code, stderr } = await mpcopy('local', '--platform-faults', path);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});
