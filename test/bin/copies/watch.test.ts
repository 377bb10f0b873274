import type { CopyProgress } from '../../../bin/copies/copy-progress';
import { type Choice, pollMilliseconds, type Watch, type Watched, watchCopy } from '../../../bin/copies/watch';

const running: CopyProgress = { executionArn: 'arn', name: 'n', status: 'RUNNING', startedAt: 0, retries: 0 };
const ended: CopyProgress = { ...running, status: 'SUCCEEDED' };

/** A watch whose sleeps end at once, and whose interrupts come before the reads that are named. */
function watch(
  reads: readonly (CopyProgress | 'interrupt')[],
  answers: readonly Choice[] = [],
): { watched: Promise<Watched>; shown: CopyProgress[]; slept: number[] } {
  const left = [...reads];
  const choices = [...answers];
  const shown: CopyProgress[] = [];
  const slept: number[] = [];
  let interrupt: () => void = () => undefined;
  const given: Watch = {
    read: () => {
      const next = left.shift();
      if (next !== 'interrupt') return Promise.resolve(next ?? ended);
      interrupt();
      return new Promise(() => undefined);
    },
    show: (progress) => shown.push(progress),
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    nextInterrupt: () => new Promise((resolve) => (interrupt = resolve)),
    ask: () => Promise.resolve(choices.shift() ?? 'leave'),
  };
  return { watched: watchCopy(given), shown, slept };
}

test('reads until the execution has ended, and shows what it reads meanwhile', async () => {
  const { watched, shown, slept } = watch([running, running, ended]);
  expect(await watched).toEqual({ by: 'ended', progress: ended });
  expect(shown).toEqual([running, running]);
  expect(slept).toEqual([1000, 1000]);
});

test.each(['leave', 'stop'] as const)('ends on an interrupt by what is answered: %s', async (answer) => {
  const { watched } = watch([running, 'interrupt'], [answer]);
  expect(await watched).toEqual({ by: answer, progress: running });
});

test('goes on after an interrupt if that is answered', async () => {
  const { watched } = watch([running, 'interrupt', running, 'interrupt', ended], ['continue', 'continue']);
  expect(await watched).toEqual({ by: 'ended', progress: ended });
});

test('an interrupt before the first answer knows nothing yet', async () => {
  expect(await watch(['interrupt']).watched).toEqual({ by: 'leave' });
});

test('a failed read ends it', async () => {
  const given = { show: () => undefined, sleep: () => Promise.resolve(), ask: () => Promise.resolve('leave' as const) };
  const read = () => Promise.reject(new Error('denied'));
  await expect(watchCopy({ ...given, read, nextInterrupt: () => new Promise(() => undefined) })).rejects.toThrow(
    'denied',
  );
});

test('polls less and less often', () => {
  expect([0, 10, 40, 1000].map(pollMilliseconds)).toEqual([1000, 2000, 5000, 15_000]);
});
