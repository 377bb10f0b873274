/** Cancels a timer. */
export type Cancel = () => void;

/** A clock for code in another thread. All times are in milliseconds, points in time since 1970. */
export interface ThreadTime {
  /** How many times faster than real time it runs. */
  readonly scale: number;
  /** A point in real time, and what the clock showed then. */
  readonly real: number;
  readonly model: number;
  /** No limit ends before that much real time, unless it is shorter itself. */
  readonly limitFloorMs: number;
}

/**
 * The time that everything of a workflow runs on: waits, retries, the dispatch of children, time limits, dates in records.
 * Milliseconds are those of AWS; how long they really take is the clock's business.
 */
export interface Clock {
  /** By how many milliseconds a timer may be late, since real timers count whole milliseconds. */
  readonly resolution: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after that many milliseconds. */
  schedule(ms: number, callback: () => void): Cancel;
  /**
   * Like `schedule`, for a time limit on code that really runs. A clock that runs faster than real time still leaves it some
   * real time, since the code does not run faster.
   */
  limit(ms: number, callback: () => void): Cancel;
  /** When a limit that begins now will end, in milliseconds since 1970. */
  deadline(limitMs: number): number;
  /** The time for code in another thread. */
  threadTime(): ThreadTime;
  /** Says that code is really running, which a clock that jumps from timer to timer waits for. @returns says that it ended */
  hold(): () => void;
}

/** Node.js timers hold 2^31-1 ms; longer ones are set again. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Real time, or a time that passes faster (or slower) by a factor. */
export class ScaledClock implements Clock {
  private readonly origin = Date.now();
  private readonly started = performance.now();

  /**
   * @param timeScale how many times faster than real time it runs
   * @param limitFloorSeconds no limit ends before that many real seconds, unless it is shorter itself
   */
  constructor(
    readonly timeScale = 1,
    private readonly limitFloorSeconds = 30,
  ) {}

  get resolution(): number {
    return this.timeScale;
  }

  now(): number {
    return this.origin + (performance.now() - this.started) * this.timeScale;
  }

  schedule(ms: number, callback: () => void): Cancel {
    return setLongTimer(ms / this.timeScale, callback);
  }

  /** The same, for what nobody waits for any more when all else has ended: it does not keep the process running. */
  scheduleInBackground(ms: number, callback: () => void): Cancel {
    return setLongTimer(ms / this.timeScale, callback, { inBackground: true });
  }

  limit(ms: number, callback: () => void): Cancel {
    return setLongTimer(this.realLimit(ms), callback);
  }

  deadline(limitMs: number): number {
    return this.now() + this.realLimit(limitMs) * this.timeScale;
  }

  threadTime(): ThreadTime {
    const { timeScale: scale, origin: model, started, limitFloorSeconds } = this;
    return { scale, real: performance.timeOrigin + started, model, limitFloorMs: limitFloorSeconds * 1000 };
  }

  hold(): () => void {
    return () => undefined;
  }

  private realLimit(ms: number): number {
    return Math.max(ms / this.timeScale, Math.min(ms, this.limitFloorSeconds * 1000));
  }
}

function setLongTimer(ms: number, callback: () => void, { inBackground = false } = {}): Cancel {
  let timer: NodeJS.Timeout;
  const arm = (left: number): void => {
    const next = Math.min(Math.max(left, 0), LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > next ? arm(left - next) : callback()), next);
    if (inBackground) timer.unref();
  };
  arm(ms);
  return () => clearTimeout(timer);
}

interface VirtualTimer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A time that stands still until it is moved. It passes in no real time, and a run on it takes the same course every time,
 * as far as nothing else than timers decides the course.
 */
export class VirtualClock implements Clock {
  readonly resolution = 0;
  /** The next one is the last. Of those at the same time, the one that was set first. */
  private readonly timers: VirtualTimer[] = [];
  private held = 0;
  private readonly waiting = new Set<() => void>();

  /** @param time milliseconds since 1970 */
  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  schedule(ms: number, callback: () => void): Cancel {
    const timer = { at: this.time + Math.max(ms, 0), callback };
    this.timers.splice(this.placeOf(timer.at), 0, timer);
    return () => {
      const index = this.timers.indexOf(timer, this.placeOf(timer.at));
      if (index >= 0) this.timers.splice(index, 1);
    };
  }

  limit(ms: number, callback: () => void): Cancel {
    return this.schedule(ms, callback);
  }

  deadline(limitMs: number): number {
    return this.time + limitMs;
  }

  /** Another thread sees real time pass from here on. */
  threadTime(): ThreadTime {
    const real = performance.timeOrigin + performance.now();
    return { scale: 1, real, model: this.time, limitFloorMs: Infinity };
  }

  hold(): () => void {
    this.held++;
    let isHeld = true;
    return () => {
      if (isHeld) this.held--;
      isHeld = false;
      if (this.held === 0) this.wake();
    };
  }

  /**
   * `schedule` for a server that is called by code which holds the clock: until the callback, the code only waits for the server, and
   * time may pass. Each call lets go of one hold, so such code may have one call at a time.
   */
  scheduleForCaller(ms: number, callback: () => void): Cancel {
    const holdAgain = (): void => void this.held++;
    const cancel = this.schedule(ms, () => {
      holdAgain();
      callback();
    });
    if (--this.held === 0) this.wake();
    return () => {
      cancel();
      holdAgain();
    };
  }

  /** Moves time on, and lets everything that becomes due on the way happen at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await afterPendingWork();
    for (let timer = this.timers.at(-1); timer !== undefined && timer.at <= end; timer = this.timers.at(-1)) {
      this.fireNext();
      await afterPendingWork();
    }
    this.time = end;
  }

  /**
   * Moves time from timer to timer until the promise settles. While something holds the clock, time stands still.
   *
   * @throws Error when neither a timer nor anything that holds the clock is left
   */
  async run<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
      this.wake();
    };
    promise.then(settle, settle);
    await afterPendingWork();
    while (!settled) {
      if (this.held > 0) {
        await new Promise<void>((resolve) => this.waiting.add(resolve));
      } else {
        this.fireNext();
      }
      await afterPendingWork();
    }
    return promise;
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }

  private fireNext(): void {
    const timer = this.timers.pop();
    if (timer === undefined) throw new Error('Nothing is running and no timer is set, but the promise is pending.');
    this.time = Math.max(this.time, timer.at);
    timer.callback();
  }

  /** Where a timer at this time is, or the first one of several. */
  private placeOf(at: number): number {
    let [low, high] = [0, this.timers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timers[middle]!.at > at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Resolves when everything that is already due has happened. */
export function afterPendingWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Starts to count real milliseconds, for reports of how long something took on this machine. @returns how many have passed */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}
