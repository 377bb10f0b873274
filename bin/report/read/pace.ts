/** The source of time of a `Pace`. */
export interface Timer {
  /** Milliseconds. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const REAL_TIME: Timer = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Limits the rate of calls by a token bucket, which is smaller than that of the service: a burst, then a number of calls per second. */
export class Pace {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly burst: number,
    private readonly perSecond: number,
    private readonly timer: Timer = REAL_TIME,
  ) {
    this.tokens = burst;
    this.filledAt = timer.now();
  }

  /** Resolves when the next call may be made. */
  async take(): Promise<void> {
    const now = this.timer.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.filledAt) / 1000) * this.perSecond) - 1;
    this.filledAt = now;
    if (this.tokens < 0) await this.timer.sleep((-this.tokens / this.perSecond) * 1000);
  }
}
