import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock';
import { type Fault, type FaultRule, validateFaultRule } from './fault-rules';

/** The properties of a request that rules match. */
export interface FaultTarget {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly partNumber: number | undefined;
}

interface ActiveRule {
  readonly rule: FaultRule;
  /** Time that `after` and `until` are relative to; undefined until the first request of the operation in `since`. */
  start: number | undefined;
  /** Number of matching requests. */
  seen: number;
  /** Number of injected faults. */
  done: number;
}

export interface FaultTime {
  readonly clock: Clock;
  /** Milliseconds on the clock for each simulated millisecond. */
  readonly timeScale: number;
}

/** Selects faults by rules. If several rules match a request, the first one applies. */
export class FaultInjector {
  private rules: ActiveRule[] = [];

  /** @param operations names of operations that rules may use */
  constructor(
    private readonly operations: readonly string[],
    private readonly time: FaultTime,
  ) {}

  /** @throws InvalidFaultError */
  add(rule: FaultRule): void {
    validateFaultRule(rule, this.operations);
    this.rules.push({ rule, start: rule.since === undefined ? this.time.clock.now() : undefined, seen: 0, done: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** Returns the fault for a request, if any, and counts the request for `skip` and `times`. */
  next(target: FaultTarget): Fault | undefined {
    const now = this.time.clock.now();
    for (const active of this.rules) if (active.rule.since === target.operation) active.start ??= now;
    for (const active of this.rules) {
      const { rule } = active;
      if (!fits(rule, target) || !this.isInWindow(active, now)) continue;
      const number = active.seen++;
      if (number < (rule.skip ?? 0) || active.done >= (rule.times ?? Infinity)) continue;
      if (chance(rule.seed ?? 0, number) >= (rule.probability ?? 1)) continue;
      active.done++;
      return rule.fault;
    }
    return undefined;
  }

  private isInWindow({ rule: { after = 0, until = Infinity }, start }: ActiveRule, now: number): boolean {
    if (start === undefined) return false;
    const { timeScale } = this.time;
    // Infinity * 0 would be NaN.
    const end = until === Infinity ? Infinity : start + until * timeScale;
    return now >= start + after * timeScale && now < end;
  }
}

function fits(rule: FaultRule, target: FaultTarget): boolean {
  return (
    (rule.operation === '*' || rule.operation === target.operation) &&
    (rule.bucket === undefined || rule.bucket === target.bucket) &&
    (rule.key === undefined || rule.key === target.key) &&
    (rule.partNumber === undefined || rule.partNumber === target.partNumber)
  );
}

/** A pseudorandom number in [0, 1) that depends only on the seed and the number of the request. */
function chance(seed: string | number, number: number): number {
  return createHash('sha256').update(`${seed} ${number}`).digest().readUInt32BE() / 2 ** 32;
}
