import { RunClock } from '../../../local/run/clock';

/** Timers that keep the process running. */
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

test.each([false, true])(
  'a request that takes a while does not keep the process running (started: %j)',
  (isStarted) => {
    const clock = new RunClock(10);
    if (isStarted) clock.start();
    const before = timers();
    const cancel = clock.schedule(3_600_000, () => undefined);
    expect(timers()).toBe(before);
    cancel();
  },
);
