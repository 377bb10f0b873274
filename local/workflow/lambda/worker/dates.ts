import { type ThreadTime } from '../../clock';

/**
 * Puts the time of the workflow in place of real time in dates and `performance.now()`.
 *
 * Its source runs in the thread (source.ts), so it must not use anything from outside.
 *
 * @returns the milliseconds since 1970
 */
export function putDates({ scale, real, model }: ThreadTime): () => number {
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  const now = (): number => model + (performance.timeOrigin + realNow() - real) * scale;

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
    hidden(() => realNow() * scale),
  );
  return now;
}
