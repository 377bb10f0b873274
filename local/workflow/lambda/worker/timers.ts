import { type ThreadTime } from '../../clock';
import { type WorkerEnvironment } from './environments';

/**
 * Makes timers run in the time of the workflow, each for the environment that sets it.
 *
 * If a timer is due while a request is unanswered, the timer is assumed to be a limit on the request. The request gets
 * its real time, as with the limits of the workflow: the timer waits for the answer, which may cancel it. Input that
 * has arrived is also processed before the timer.
 *
 * The time is read from the parameter when a timer is set, since a later deployment may have another one. The source of
 * this function runs in the thread (source.ts), so it must not use anything from outside.
 */
export function installTimers(time: ThreadTime, current: () => WorkerEnvironment | undefined): void {
  const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');
  const timers = process.getBuiltinModule('node:timers');
  const promises = process.getBuiltinModule('node:timers/promises');
  const { promisify } = process.getBuiltinModule('node:util');
  const real = { ...timers };
  // installDates replaces performance.now later.
  const realNow = performance.now.bind(performance);

  type Callback = (...args: unknown[]) => void;
  interface Entry {
    isCancelled: boolean;
    readonly owner: WorkerEnvironment | undefined;
    readonly cancel: () => void;
  }
  const entries = new WeakMap<object, Entry>();

  /** Assigns a timer to the environment that is running. */
  const own = <T extends object>(timer: T, stop: (timer: T) => void): T => {
    const owner = current();
    const entry: Entry = {
      isCancelled: false,
      owner,
      cancel: () => {
        entry.isCancelled = true;
        owner?.timers.delete(entry);
        stop(timer);
      },
    };
    entries.set(timer, entry);
    if (owner?.isFrozen === true) entry.cancel();
    else owner?.timers.add(entry);
    return timer;
  };
  const run = (timer: object, callback: () => void): void => {
    const entry = entries.get(timer);
    if (entry === undefined || entry.isCancelled) return;
    entry.owner?.timers.delete(entry);
    callback();
  };
  const clear = (timer: unknown): void => {
    const entry = typeof timer === 'object' && timer !== null ? entries.get(timer) : undefined;
    if (entry === undefined) real.clearTimeout(timer as NodeJS.Timeout);
    else entry.cancel();
  };

  /** Calls back when the requests of the environment have been answered, or have had their real time. */
  const afterAnswers = (owner: WorkerEnvironment | undefined, leftMs: number, callback: () => void): void => {
    if (owner === undefined || owner.unanswered.size === 0 || leftMs <= 0) return callback();
    let isCalled = false;
    const once = (): void => {
      if (isCalled) return;
      isCalled = true;
      real.clearTimeout(limit);
      owner.onAnswered.delete(answered);
      callback();
    };
    // The code that waits for the answer runs first.
    const answered = (): void => void real.setImmediate(once);
    const limit = real.setTimeout(once, leftMs);
    owner.onAnswered.add(answered);
  };

  const setTimeout = (callback: Callback, ms = 0, ...args: unknown[]): NodeJS.Timeout => {
    if (typeof callback !== 'function') return real.setTimeout(callback, ms);
    const [owner, started, wanted] = [current(), realNow(), Number(ms) || 0];
    const { scale, limitFloorMs } = time;
    const call = (): void => run(timer, () => callback(...args));
    const due = (): void => {
      if (scale <= 1) return call();
      const leftMs = Math.min(wanted, limitFloorMs) - (realNow() - started);
      real.setImmediate(() => afterAnswers(owner, leftMs, call));
    };
    const timer: NodeJS.Timeout = own(real.setTimeout(due, wanted / scale), (each) => real.clearTimeout(each));
    return timer;
  };
  const setInterval = (callback: Callback, ms = 0, ...args: unknown[]): NodeJS.Timeout => {
    if (typeof callback !== 'function') return real.setInterval(callback, ms);
    return own(real.setInterval(callback, ms / time.scale, ...args), (each) => real.clearInterval(each));
  };
  const setImmediate = (callback: Callback, ...args: unknown[]): NodeJS.Immediate => {
    if (typeof callback !== 'function') return real.setImmediate(callback);
    const call = (): void => run(immediate, () => callback(...args));
    const immediate: NodeJS.Immediate = own(real.setImmediate(call), (each) => real.clearImmediate(each));
    return immediate;
  };
  interface SleepOptions {
    readonly ref?: boolean;
    readonly signal?: AbortSignal;
  }
  const sleep = <T>(ms?: number, value?: T, { ref, signal }: SleepOptions = {}): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        clear(timer);
        const { reason: cause } = signal as { reason: unknown };
        const error = new Error('The operation was aborted', { cause });
        reject(Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' }));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, ms);
      if (ref === false) timer.unref();
      if (signal?.aborted === true) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  Object.defineProperty(setTimeout, promisify.custom, { value: sleep });

  const patched = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
  Object.assign(globalThis, patched);
  Object.assign(timers, patched);
  Object.assign(promises, { setTimeout: sleep });
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    const message = 'The operation was aborted due to timeout';
    setTimeout(() => controller.abort(new DOMException(message, 'TimeoutError')), ms).unref();
    return controller.signal;
  };
  syncBuiltinESMExports();
}
