import { type ThreadTime } from '../../clock';

/**
 * Replaces real time by the time of the workflow in dates and in `performance.now()`. The time is read from the
 * parameter on each call, since a later deployment may have another one. The source of this function runs in the thread
 * (source.ts), so it must not use anything from outside.
 *
 * @returns the milliseconds since 1970
 */
export function installDates(time: ThreadTime): () => number {
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  const now = (): number => time.model + (performance.timeOrigin + realNow() - time.real) * time.scale;

  function ModelDate(...given: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    return Reflect.construct(RealDate, given.length === 0 ? [now()] : given, new.target) as Date;
  }
  const hidden = (value: unknown): PropertyDescriptor => ({ value, writable: true, configurable: true });
  Object.setPrototypeOf(ModelDate, RealDate);
  ModelDate.prototype = RealDate.prototype as unknown;
  Object.assign(ModelDate, { now: () => Math.floor(now()) });
  Object.defineProperty(RealDate.prototype, 'constructor', hidden(ModelDate));
  Object.defineProperty(globalThis, 'Date', hidden(ModelDate));
  Object.defineProperty(
    performance,
    'now',
    hidden(() => realNow() * time.scale),
  );
  return now;
}
