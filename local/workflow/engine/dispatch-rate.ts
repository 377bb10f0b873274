import { type Clock } from '../clock';

/** What a pause may turn into a burst: as much as this many milliseconds of a timer that is late, and no more than so many. */
const BURST_MS = 50;
const LARGEST_BURST = 100;

/** A token bucket. */
export class DispatchRate {
  private readonly capacity: number;
  private tokens = 1;
  private last: number;

  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {
    const burst = (perSecond * BURST_MS * Math.max(1, clock.resolution)) / 1000;
    this.capacity = Math.max(1, Math.min(burst, LARGEST_BURST));
    this.last = clock.now();
  }

  /** Takes one token, or says in how many milliseconds there is one. */
  take(): number {
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.last) * this.perSecond) / 1000);
    this.last = now;
    // Sums of fractions may miss a whole token by a hair.
    if (this.tokens < 1 - 1e-9) return ((1 - this.tokens) * 1000) / this.perSecond;
    this.tokens--;
    return 0;
  }
}
