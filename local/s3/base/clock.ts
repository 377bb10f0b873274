/** The time that the server lives by. Tests and simulations bring their own. */
export interface Clock {
  /** The time by which the silence of clients is measured, if this one runs faster than they do. Default: this one. */
  readonly ofClients?: Clock;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `callback` once, after this many milliseconds. It must not keep the process alive.
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
