import { type Clock } from '../clock';

/**
 * Something that can be aborted together with everything below it: an execution, one iteration of a Map, a branch, a
 * Map Run. (AbortSignal does the same, but warns of every eleventh listener and keeps composites alive.)
 */
export class Scope {
  private readonly callbacks = new Set<() => void>();
  private isAborted = false;

  constructor(private readonly parent?: Scope) {
    if (parent?.aborted) this.isAborted = true;
    else parent?.callbacks.add(this.abort);
  }

  get aborted(): boolean {
    return this.isAborted;
  }

  readonly abort = (): void => {
    if (this.isAborted) return;
    this.isAborted = true;
    const callbacks = [...this.callbacks];
    this.callbacks.clear();
    for (const callback of callbacks) callback();
  };

  /** @throws Aborted */
  check(): void {
    if (this.isAborted) throw new Aborted();
  }

  /** Ends the scope without aborting it; the parent forgets it. */
  close(): void {
    this.parent?.callbacks.delete(this.abort);
    this.callbacks.clear();
  }

  /**
   * Calls back once when the scope is aborted, or immediately if it has been aborted.
   *
   * @returns removes the callback
   */
  onAbort(callback: () => void): () => void {
    if (this.isAborted) {
      callback();
      return () => undefined;
    }
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  /** The promise's outcome, or a rejection with `Aborted` as soon as the scope is aborted. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const forget = this.onAbort(() => reject(new Aborted()));
      promise.then(resolve, reject).finally(forget);
    });
  }

  /** @throws Aborted */
  sleep(clock: Clock, ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = clock.schedule(ms, () => {
        forget();
        resolve();
      });
      const forget = this.onAbort(() => {
        cancel();
        reject(new Aborted());
      });
    });
  }
}

/** The scope was aborted. The code that aborted it has recorded the reason, so no Retry or Catch applies. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
}
