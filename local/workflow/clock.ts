/** Cancels a timer. */
export type Cancel = () => void;

/** A clock for code in another thread. All times are in milliseconds. Points in time are milliseconds since 1970. */
export interface ThreadTime {
  /** How many times faster than real time it runs. */
  readonly scale: number;
  /** A point in real time, and the time of the clock at that point. */
  readonly real: number;
  readonly model: number;
  /** A limit lasts at least this much real time, unless the limit itself is shorter. */
  readonly limitFloorMs: number;
}

/**
 * The clock for everything in a workflow: waits, retries, the dispatch of children, time limits, dates in records.
 * Milliseconds are those of AWS; the clock determines how long they really take.
 */
export interface Clock {
  /** How many milliseconds late a timer may be, since real timers count whole milliseconds. */
  readonly resolution: number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once, after `ms` milliseconds. */
  schedule(ms: number, callback: () => void): Cancel;
  /**
   * Like `schedule`, for a time limit on code that really runs. A clock that is faster than real time still gives such
   * code some real time, since the code does not run faster.
   */
  limit(ms: number, callback: () => void): Cancel;
  /** The end of a limit that begins now, in milliseconds since 1970. */
  deadline(limitMs: number): number;
  /** The clock for code in another thread. */
  threadTime(): ThreadTime;
  /**
   * Registers code that is really running. A clock that jumps from timer to timer waits for it.
   *
   * @returns call it when the code has ended
   */
  hold(): () => void;
}

/** Node.js timers can wait 2^31-1 ms at most; longer timers are set again. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Real time, or a time that is faster (or slower) by a factor. */
export class ScaledClock implements Clock {
  private readonly origin = Date.now();
  private readonly started = performance.now();

  /**
   * @param timeScale how many times faster than real time the clock runs
   * @param limitFloorSeconds a limit lasts at least this many real seconds, unless the limit itself is shorter
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

  /** Like `schedule`, but the timer does not keep the process running. */
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
 * A time that stands still until it is advanced. No real time passes, and a run always takes the same course, if only
 * timers determine the course.
 */
export class VirtualClock implements Clock {
  readonly resolution = 0;
  /** Sorted by time, the next timer last. Of timers at the same time, the one that was set first comes first. */
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

  /** From here on, another thread sees real time pass. */
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
   * `schedule` for a server that is called by code which holds the clock. Until the callback, the code only waits for
   * the server, so time may pass. Each call releases one hold, so such code may have only one call at a time.
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

  /** Advances the time, and runs each timer that becomes due at its own time. */
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
   * Advances the time from timer to timer until the promise settles. While something holds the clock, time stands
   * still.
   *
   * @throws Error if there is neither a timer nor a holder of the clock left
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

  /** Index of a timer at this time, or of the first of several. */
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

/** Resolves when everything that is already due has run. */
export function afterPendingWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Starts to measure real milliseconds, to report how long something took on this machine.
 *
 * @returns returns the elapsed milliseconds
 */
export function stopwatch(): () => number {
  const started = performance.now();
  return () => performance.now() - started;
}
