import type { ExecutionListItem } from '@aws-sdk/client-sfn';
import { chooseChildren } from '../../../bin/report/read/choose-children';
import { Pace, type Timer } from '../../../bin/report/read/pace';
import { child } from './recording';

describe('the children whose history is read', () => {
  const names = (children: readonly ExecutionListItem[], limit: number) =>
    chooseChildren(children, limit).map((arn) => Number(arn.slice(-12)));

  test('those that failed, the first of them first; those that ended last; the slowest', () => {
    const plain = Array.from({ length: 100 }, (_, index) => child(index, 'SUCCEEDED', index, index + 10));
    const children = [
      ...plain,
      child(200, 'FAILED', 0, 9),
      child(201, 'TIMED_OUT', 0, 5),
      child(202, 'SUCCEEDED', 1, 40),
    ];
    expect(names(children, 13)).toEqual([201, 200, 99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 202]);
    expect(names(children, 1)).toEqual([201]);
    expect(names(children, 0)).toEqual([]);
    expect(names(children, 1000)).toHaveLength(103);
  });

  test('a child that runs has not ended yet, so it is among the last', () => {
    const children = [child(1, 'SUCCEEDED', 0, 10), child(2, 'RUNNING', 5, undefined), child(3, 'SUCCEEDED', 0, 99)];
    expect(names(children, 1)).toEqual([2]);
  });
});

/** Time that passes by sleeping only. */
class SleepTimer implements Timer {
  time = 0;

  now(): number {
    return this.time;
  }

  sleep(ms: number): Promise<void> {
    this.time += ms;
    return Promise.resolve();
  }
}

describe('the pace of calls', () => {
  test('a burst, and then so many a second', async () => {
    const timer = new SleepTimer();
    const pace = new Pace(300, 15, timer);
    for (let call = 0; call < 300; call++) await pace.take();
    expect(timer.time).toBe(0);
    for (let call = 0; call < 9700; call++) await pace.take();
    expect(timer.time / 1000).toBeCloseTo(9700 / 15, 0);
  });

  test('a pause fills the burst again, and not more', async () => {
    const timer = new SleepTimer();
    const pace = new Pace(10, 1, timer);
    for (let call = 0; call < 10; call++) await pace.take();
    timer.time += 3_600_000;
    const before = timer.time;
    for (let call = 0; call < 10; call++) await pace.take();
    expect(timer.time).toBe(before);
    await pace.take();
    expect(timer.time).toBe(before + 1000);
  });
});
