import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock';
import { type Fault, type FaultRule, validateFaultRule } from './fault-rules';

/** The properties of a request that rules select by. */
export interface FaultTarget {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly partNumber: number | undefined;
}

interface ActiveRule {
  readonly rule: FaultRule;
  /** When the time of `after` and `until` begins; undefined until the operation of `since` is seen. */
  start: number | undefined;
  /** Requests that fitted. */
  seen: number;
  /** Faults that were injected. */
  done: number;
}

export interface FaultTime {
  readonly clock: Clock;
  /** Real milliseconds for each millisecond of a rule. */
  readonly timeScale: number;
}

/** Makes requests fail by rule. If several rules fit a request, the one that was added first applies. */
export class FaultInjector {
  private rules: ActiveRule[] = [];

  /** @param operations the names that rules may have */
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

  /** The fault of a request, if any. Counts the request for `skip` and `times`. */
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
    // Infinity times a scale of 0 is no number.
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

/** A number in [0, 1) that depends only on the seed and the number of the request. */
function chance(seed: string | number, number: number): number {
  return createHash('sha256').update(`${seed} ${number}`).digest().readUInt32BE() / 2 ** 32;
}
