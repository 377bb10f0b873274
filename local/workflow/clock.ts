/** Node.js timers hold 2^31-1 ms. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * The workflow's clock. With a time scale above 1, what AWS spends waiting (Wait, Retry intervals, the dispatch of map
 * children) passes faster; code runs as fast as it runs. So a timeout is shortened too, but never below a floor that leaves
 * real code its real time.
 */
export class Clock {
  constructor(
    readonly timeScale: number,
    private readonly timeoutFloorSeconds: number,
  ) {}

  /** Real milliseconds for a wait of that many seconds on AWS. */
  waitMs(seconds: number): number {
    return clampTimer((seconds * 1000) / this.timeScale);
  }

  /** Real milliseconds for a timeout of that many seconds on AWS. */
  timeoutMs(seconds: number): number {
    const floor = Math.min(seconds, this.timeoutFloorSeconds);
    return clampTimer(Math.max(seconds / this.timeScale, floor) * 1000);
  }
}

function clampTimer(ms: number): number {
  return Math.min(Math.max(ms, 0), LONGEST_TIMER_MS);
}

/** Lets everything that is already due (the interpreter's log among it) happen first. */
export function afterPendingWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
