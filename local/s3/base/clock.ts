/** The source of time of the server. Tests and simulations use their own clocks. */
export interface Clock {
  /** The clock for timeouts of idle clients, if this clock is faster than the clients. Default: this clock. */
  readonly ofClients?: Clock;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `callback` once, after this many milliseconds. The timer must not keep the process running.
   * @returns cancels the call
   */
  schedule(milliseconds: number, callback: () => void): () => void;
}

/** The time of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  schedule: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export function sleep(clock: Clock, milliseconds: number): Promise<void> {
  if (milliseconds <= 0) return Promise.resolve();
  return new Promise((resolve) => void clock.schedule(milliseconds, resolve));
}
