import type { Clock } from '../../../local/s3';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();

  /** @param time milliseconds since the epoch. Default: now, as clients sign their requests with the time of this machine */
  constructor(private time = Date.now()) {}

  now(): number {
    return this.time;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** In how many milliseconds each scheduled call is due. */
  dueIn(): number[] {
    return [...this.timers].map(({ due }) => due - this.time);
  }

  /** Lets this many milliseconds pass, and calls what becomes due in its order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const [next] = [...this.timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (next === undefined) break;
      this.timers.delete(next);
      this.time = next.due;
      next.callback();
    }
    this.time = end;
  }
}
