import { ScaledClock, VirtualClock } from '../../../local/workflow';

describe('a virtual clock', () => {
  test('stands still until it is moved, and calls timers back at their own time', async () => {
    const clock = new VirtualClock(1000);
    const told: [string, number][] = [];
    const tell = (name: string) => () => told.push([name, clock.now()]);
    clock.schedule(300, tell('c'));
    clock.schedule(100, tell('a'));
    clock.limit(100, tell('b'));
    clock.schedule(200, tell('never'))();
    expect([clock.now(), told]).toEqual([1000, []]);
    await clock.advance(250);
    expect(told).toEqual([
      ['a', 1100],
      ['b', 1100],
    ]);
    expect(clock.now()).toBe(1250);
    await clock.advance(50);
    expect(told.at(-1)).toEqual(['c', 1300]);
  });

  test('runs timers that timers set, until a promise settles', async () => {
    const clock = new VirtualClock(0);
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.schedule(ms, resolve));
    const work = async (): Promise<string> => {
      for (let hour = 0; hour < 24; hour++) await sleep(3_600_000);
      return 'a day later';
    };
    clock.schedule(1e12, () => undefined);
    expect(await clock.run(work())).toBe('a day later');
    expect(clock.now()).toBe(24 * 3_600_000);
  });

  test('does not move while code really runs', async () => {
    const clock = new VirtualClock(0);
    const release = clock.hold();
    let time = NaN;
    const done = new Promise<void>((resolve) => clock.schedule(5, resolve));
    setImmediate(() =>
      setImmediate(() => {
        time = clock.now();
        release();
        release();
      }),
    );
    await clock.run(done);
    expect([time, clock.now()]).toEqual([0, 5]);
  });

  test('moves while code that holds it only waits for a server', async () => {
    const clock = new VirtualClock(0);
    const release = clock.hold();
    const times: number[] = [];
    clock.schedule(150, () => times.push(clock.now()));
    const call = async (): Promise<void> => {
      await new Promise<void>((resolve) => clock.scheduleForCaller(100, resolve));
      // The answer is on its way back, and then code runs.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      times.push(clock.now());
      release();
      await new Promise<void>((resolve) => clock.schedule(200, resolve));
    };
    await clock.run(call());
    expect([...times, clock.now()]).toEqual([100, 150, 300]);
  });

  test('says that nothing will ever happen, instead of waiting for it', async () => {
    await expect(new VirtualClock().run(new Promise(() => undefined))).rejects.toThrow(/Nothing is running/);
  });
});

describe('a scaled clock', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('runs so many times faster, and so do its timers', () => {
    const clock = new ScaledClock(100);
    const start = clock.now();
    const callback = jest.fn();
    clock.schedule(60_000, callback);
    jest.advanceTimersByTime(599);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
    expect(clock.now() - start).toBeCloseTo(60_000);
  });

  test('leaves code its real time within a limit, unless the limit is shorter itself', () => {
    const clock = new ScaledClock(1000, 30);
    const [long, short, cancelled] = [jest.fn(), jest.fn(), jest.fn()];
    clock.limit(900_000, long);
    clock.limit(5000, short);
    clock.limit(5000, cancelled)();
    jest.advanceTimersByTime(5000);
    expect([short.mock.calls.length, cancelled.mock.calls.length]).toEqual([1, 0]);
    jest.advanceTimersByTime(24_999);
    expect(long).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(long).toHaveBeenCalledTimes(1);
    expect(clock.deadline(900_000) - clock.now()).toBeCloseTo(30_000_000);
  });

  test('sets timers beyond what Node.js holds', () => {
    const clock = new ScaledClock(1);
    const callback = jest.fn();
    const year = 365 * 24 * 3_600_000;
    clock.schedule(year, callback);
    jest.advanceTimersByTime(year - 1);
    expect(callback).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });
});
