import { createHash } from 'node:crypto';
import { InvalidFaultError } from '../errors/server-errors';

/** What goes wrong. */
export type Fault =
  /** The request has no effect and gets this error. */
  | { readonly kind: 'error'; readonly status: number; readonly code: string; readonly message: string }
  /** The request has no effect and gets status 200 with an error document, as S3 may answer long copies. */
  | {
      readonly kind: 'error-in-200';
      readonly code: string;
      readonly message: string;
      /** A line feed after the document, which makes some clients take it for a success. */
      readonly trailingWhitespace?: boolean;
    }
  /** The request has no effect and gets status 200 without a body. */
  | { readonly kind: 'empty-200' }
  /** The connection is cut before the request has any effect. */
  | { readonly kind: 'reset-before' }
  /** The request takes effect, and the connection is cut instead of an answer. */
  | { readonly kind: 'reset-after' }
  /** No answer ever comes, and the request has no effect. */
  | { readonly kind: 'hang' }
  /** The request has no effect and fails as when KMS throttles S3. */
  | { readonly kind: 'kms-throttling' }
  /** The request takes effect; half of the answer's body comes before the connection is cut. */
  | { readonly kind: 'truncate' };

export interface FaultRule {
  /** S3's name of the operation, such as `UploadPartCopy`. */
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly partNumber?: number;
  /** How many requests that fit pass before the first fault. Default 0. */
  readonly skip?: number;
  /** How many faults there are. Default: no end. */
  readonly times?: number;
  /** Chance of each request that fits, 0…1. Default 1. */
  readonly probability?: number;
  /** Makes the chances of a rule the same in every run. Default `0`. */
  readonly seed?: string | number;
  readonly fault: Fault;
}

/** What of a request rules look at. */
export interface FaultTarget {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly partNumber: number | undefined;
}

interface ActiveRule {
  readonly rule: FaultRule;
  seen: number;
  done: number;
}

const KINDS: ReadonlySet<string> = new Set<Fault['kind']>([
  'error',
  'error-in-200',
  'empty-200',
  'reset-before',
  'reset-after',
  'hang',
  'kms-throttling',
  'truncate',
]);

/** Reads rules from the text of a file. `name` is for the error message. */
export function parseFaultRules(text: string, name: string): readonly FaultRule[] {
  const trimmed = text.trim();
  try {
    const rules: unknown = trimmed.startsWith('[')
      ? JSON.parse(trimmed)
      : trimmed
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line): unknown => JSON.parse(line));
    if (Array.isArray(rules) && rules.every(isRule)) return rules;
  } catch {
    // Told below.
  }
  throw new InvalidFaultError(
    `${name} holds no fault rules: write a JSON array, or a line each, of {"operation": "UploadPartCopy", "fault": {"kind": "error", …}}`,
  );
}

function isRule(value: unknown): value is FaultRule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'operation' in value &&
    typeof value.operation === 'string' &&
    'fault' in value &&
    typeof value.fault === 'object' &&
    value.fault !== null &&
    'kind' in value.fault
  );
}

const RULE_FIELDS = ['operation', 'bucket', 'key', 'partNumber', 'skip', 'times', 'probability', 'seed', 'fault'];
const FAULT_FIELDS = ['kind', 'status', 'code', 'message', 'trailingWhitespace'];

/** A misspelt field would make a rule fit more than it should. */
function checkFields(what: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((field) => !known.includes(field));
  if (unknown === undefined) return;
  throw new InvalidFaultError(`${what} has no field '${unknown}': use ${known.join(', ')}`);
}

/** Makes requests fail, by rule. Of several rules that fit, the first that was added decides. */
export class FaultInjector {
  private rules: ActiveRule[] = [];

  /** @param operations the names that rules may have */
  constructor(private readonly operations: readonly string[]) {}

  /** @throws InvalidFaultError */
  add(rule: FaultRule): void {
    checkFields('a fault rule', rule, RULE_FIELDS);
    checkFields('the fault of a rule', rule.fault, FAULT_FIELDS);
    if (!this.operations.includes(rule.operation)) {
      throw new InvalidFaultError(
        `unknown operation '${rule.operation}' in a fault rule: write S3's name of it, such as UploadPartCopy`,
      );
    }
    if (!KINDS.has(rule.fault.kind)) {
      throw new InvalidFaultError(`unknown kind of fault '${rule.fault.kind}': use one of ${[...KINDS].join(', ')}`);
    }
    if (rule.probability !== undefined && !(rule.probability >= 0 && rule.probability <= 1)) {
      throw new InvalidFaultError(
        `probability ${rule.probability} is not between 0 and 1: give a chance, not a percentage`,
      );
    }
    this.rules.push({ rule, seen: 0, done: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The fault of a request, if it has one. Counts the request for `skip` and `times`. */
  next(target: FaultTarget): Fault | undefined {
    for (const active of this.rules) {
      if (!fits(active.rule, target)) continue;
      const number = active.seen++;
      if (number < (active.rule.skip ?? 0) || active.done >= (active.rule.times ?? Infinity)) continue;
      if (chance(active.rule.seed ?? 0, number) >= (active.rule.probability ?? 1)) continue;
      active.done++;
      return active.rule.fault;
    }
    return undefined;
  }
}

function fits(rule: FaultRule, target: FaultTarget): boolean {
  return (
    rule.operation === target.operation &&
    (rule.bucket === undefined || rule.bucket === target.bucket) &&
    (rule.key === undefined || rule.key === target.key) &&
    (rule.partNumber === undefined || rule.partNumber === target.partNumber)
  );
}

/** A number in [0, 1) that depends on the seed and the request's number only. */
function chance(seed: string | number, number: number): number {
  return createHash('sha256').update(`${seed} ${number}`).digest().readUInt32BE() / 2 ** 32;
}
