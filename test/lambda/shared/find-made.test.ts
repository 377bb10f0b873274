import { windowsOf } from '../../../lambda/shared/calls/find-made';
import { isWithin } from '../../../lambda/shared/time-window';

/** The clock of S3 is this far ahead of that of the worker. */
const AHEAD = 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const LOST = { from: START, to: START + 500 };
/** When S3 made the object, by its own clock, in whole seconds. */
const MADE = new Date(START + AHEAD);

describe('the time of a lost attempt', () => {
  test.each([
    ['answers at once', 0, 0],
    ['answers slowly', 20_000, 0],
    ['is read slowly', 0, 20_000],
  ])('is known by the clock of S3 when S3 %s', (_, beforeMs, afterMs) => {
    const from = START + 1000;
    const now = new Date(Math.floor((from + beforeMs + AHEAD) / 1000) * 1000);
    const [window] = windowsOf([LOST], { now, from, to: from + beforeMs + afterMs });
    expect(isWithin(MADE, window!)).toBe(true);
  });

  test('is no longer than the attempt, if S3 answers at once', () => {
    const from = START + 60_000;
    const [window] = windowsOf([LOST], { now: new Date(from + AHEAD), from, to: from });
    const after = new Date(MADE.getTime() + 10_000);
    const before = new Date(MADE.getTime() - 10_000);
    expect([before, after].map((date) => isWithin(date, window!))).toEqual([false, false]);
  });
});
