import { planExpressTries, planTries } from '../../../lambda/copy-part/tries';
import type { CallContext } from '../../../lambda/shared/call-context';
import { ask } from '../../../lambda/shared/calls/ask';

const MIB = 1024 ** 2;
const INVOCATION_MS = 900_000;

const context: CallContext = { api: 'UploadPartCopy' };

/**
 * Copies a part in invocations of 15 minutes, on a clock that only advances while S3 is silent.
 *
 * @param takesMs how long each request takes until S3 answers; Infinity if its answer is lost
 * @returns the invocations, each with the time-outs of its tries, and whether the last one succeeded
 */
async function copyPart(bytes: number, takesMs: (request: number) => number, invocations = 4) {
  let now = 0;
  let requests = 0;
  const tried: number[][] = [];
  for (let retryCount = 0; retryCount < invocations; retryCount++) {
    const ends = now + INVOCATION_MS;
    const timeouts: number[] = [];
    tried.push(timeouts);
    const tries = planTries(bytes, retryCount, () => ends - now);
    const send = () => {
      const timeout = tries.timeoutMs(timeouts.length + 1);
      timeouts.push(Math.round(timeout / 1000));
      const takes = takesMs(++requests);
      now += Math.min(takes, timeout);
      if (takes <= timeout) return Promise.resolve({});
      return Promise.reject(Object.assign(new Error('no answer'), { name: 'TimeoutError' }));
    };
    const time = { now: () => now, sleep: () => Promise.resolve() };
    try {
      await ask({ time, record: () => undefined }, context, send, { hasTime: tries.hasTime });
      expect(now).toBeLessThan(ends);
      return { tried, isCopied: true };
    } catch (error) {
      expect(error).toMatchObject({ name: 'TransientS3Error' });
      // Lambda did not have to stop it.
      expect(now).toBeLessThan(ends);
    }
  }
  return { tried, isCopied: false };
}

const silentOnce = (takesMs: number) => (request: number) => (request === 1 ? Infinity : takesMs);

test.each([
  [5 * MIB, 3_000],
  [64 * MIB, 60_000],
  [1024 * MIB, 100_000],
  [5 * 1024 * MIB, 70_000],
  [5 * 1024 * MIB, 500_000],
])('after one lost answer a part of %d bytes that takes %d ms is copied in the same invocation', async (bytes, ms) => {
  const { tried, isCopied } = await copyPart(bytes, silentOnce(ms));
  expect({ isCopied, tried }).toEqual({ isCopied: true, tried: [[expect.any(Number), expect.any(Number)]] });
});

test('a try waits for five times as long as expected, at least a minute', async () => {
  const firstOf = async (bytes: number) => (await copyPart(bytes, () => 0)).tried[0]![0];
  expect(await firstOf(5 * MIB)).toBe(60);
  expect(await firstOf(5 * 1024 * MIB)).toBe(342);
});

test('later tries wait longer, and a part that takes 14 minutes is copied in the third invocation', async () => {
  expect(await copyPart(5 * 1024 * MIB, () => 840_000)).toEqual({
    isCopied: true,
    tried: [[342, 538], [440, 440], [920]],
  });
});

test('a part whose answers are all lost leaves the rest to the state machine', async () => {
  const { tried, isCopied } = await copyPart(5 * MIB, () => Infinity, 2);
  expect({ isCopied, tried }).toEqual({
    isCopied: false,
    tried: [
      [60, 120, 240, 460],
      [120, 240, 480, 40],
    ],
  });
});

test('after ever so many retries Lambda ends a try that S3 does not answer, which is retried a few times', () => {
  expect(planTries(5 * MIB, 5_000, () => INVOCATION_MS).timeoutMs(1)).toBe(920_000);
  expect(planTries(5 * MIB, 0, () => 0).timeoutMs(1)).toBe(1);
});

describe('in an Express execution, whose state ends after 120 seconds', () => {
  test('a try whose answer is lost ends before the state, and is the last of its invocation', () => {
    let elapsed = 0;
    const tries = planExpressTries(120, () => elapsed);
    elapsed += tries.timeoutMs(1);
    expect(elapsed).toBe(115_000);
    expect(tries.hasTime()).toBe(false);
  });

  test('there is time for another try after a quick error', () => {
    expect(planExpressTries(120, () => 5_000).hasTime()).toBe(true);
    // 60 seconds is the longest that Plan expects of a part in an Express execution.
    const [late, longest] = [29_000, 60_000];
    expect(planExpressTries(120, () => late).hasTime()).toBe(true);
    expect(late + longest).toBeLessThan(115_000);
  });
});
