import type { Clock } from '../../../local/s3';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock that a test advances. */
export class ManualClock implements Clock {
  private readonly timers = new Set<Timer>();

  /** @param time milliseconds since the epoch. The default is the system time, with which clients sign their requests */
  constructor(private time = Date.now()) {}

  now(): number {
    return this.time;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    const timer = { due: this.time + milliseconds, callback };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Milliseconds until each scheduled call. */
  dueIn(): number[] {
    return [...this.timers].map(({ due }) => due - this.time);
  }

  /** Advances the clock, and runs the calls that become due in order of their time. */
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
