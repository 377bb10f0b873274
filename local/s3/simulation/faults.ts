import { createHash } from 'node:crypto';
import { ActiveRule } from '../../fault-rules';
import type { Clock } from '../base/clock';
import { type Fault, type FaultRule, validateFaultRule } from './fault-rules';

/** The properties of a request that rules match. */
export interface FaultTarget {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly partNumber: number | undefined;
}

export interface FaultTime {
  readonly clock: Clock;
  /** Milliseconds on the clock for each simulated millisecond. */
  readonly timeScale: number;
}

/** Selects faults by rules. If several rules match a request, the first one applies. */
export class FaultInjector {
  private rules: ActiveRule<FaultRule>[] = [];

  /** @param operations names of operations that rules may use */
  constructor(
    private readonly operations: readonly string[],
    private readonly time: FaultTime,
  ) {}

  /** @throws InvalidFaultError */
  add(rule: FaultRule): void {
    validateFaultRule(rule, this.operations);
    const active = new ActiveRule(rule);
    if (rule.since === undefined) active.begin(this.time.clock.now());
    this.rules.push(active);
  }

  clear(): void {
    this.rules = [];
  }

  /** Returns the fault for a request, if any, and counts the request for `skip` and `times`. */
  next(target: FaultTarget): Fault | undefined {
    const { clock, timeScale } = this.time;
    const now = clock.now();
    for (const active of this.rules) if (active.rule.since === target.operation) active.begin(now);
    const selected = this.rules.find(
      (active) => matches(active.rule, target) && active.isInWindow(now, timeScale) && active.select(randomOf),
    );
    return selected?.rule.fault;
  }
}

function matches(rule: FaultRule, target: FaultTarget): boolean {
  return (
    (rule.operation === '*' || rule.operation === target.operation) &&
    (rule.bucket === undefined || rule.bucket === target.bucket) &&
    (rule.key === undefined || rule.key === target.key) &&
    (rule.partNumber === undefined || rule.partNumber === target.partNumber)
  );
}

/** A pseudorandom number in [0, 1) that depends only on the seed and the number of the request. */
function randomOf(seed: string | number, number: number): number {
  return createHash('sha256').update(`${seed} ${number}`).digest().readUInt32BE() / 2 ** 32;
}
