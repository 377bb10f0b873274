import { type Clock } from '../clock';

/**
 * A pause may cause a burst of at most this many milliseconds, for a timer that is late, and at most this many tokens.
 */
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

  /** Takes one token and returns 0, or returns the milliseconds until there is a token. */
  take(): number {
    const now = this.clock.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.last) * this.perSecond) / 1000);
    this.last = now;
    // Sums of fractions may be slightly less than a whole token.
    if (this.tokens < 1 - 1e-9) return ((1 - this.tokens) * 1000) / this.perSecond;
    this.tokens--;
    return 0;
  }
}
