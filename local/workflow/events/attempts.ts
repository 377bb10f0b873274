import { type Clock } from '../clock';

/** The attempts to deliver events: those that are running, and those that wait until they are due. */
export class Attempts {
  private readonly running = new Set<Promise<void>>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Whether an attempt is running. */
  get isBusy(): boolean {
    return this.running.size > 0;
  }

  /** Resolves when no attempt is running. Waiting attempts are ignored. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** @param attempt must not reject */
  start(attempt: () => Promise<void>): void {
    const running = attempt().finally(() => this.running.delete(running));
    this.running.add(running);
  }

  startLater(ms: number, attempt: () => Promise<void>): void {
    const cancel = this.clock.schedule(ms, () => {
      this.waiting.delete(cancel);
      this.start(attempt);
    });
    this.waiting.add(cancel);
  }

  /** Discards the waiting attempts. */
  discardWaiting(): void {
    for (const cancel of this.waiting) cancel();
    this.waiting.clear();
  }
}
