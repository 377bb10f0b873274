import { InvalidFaultError } from '../errors/server-errors';

/** What goes wrong with a request. */
export type Fault =
  /** The request gets this error. It has no effect, unless `afterEffect` says so. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      /** Whether the request takes effect before it gets the error. Default false. */
      readonly afterEffect?: boolean;
    }
  /** The request gets status 200 with an error document, as S3 answers requests that take long. */
  | {
      readonly kind: 'error-in-200';
      readonly code: string;
      readonly message: string;
      /** A line feed after the document, which makes some clients take it for a success. */
      readonly trailingWhitespace?: boolean;
      /** Whether the request takes effect before it gets the error. Default false. */
      readonly afterEffect?: boolean;
    }
  /** The request has no effect and gets status 200 without a body. */
  | { readonly kind: 'empty-200' }
  /** The connection is cut before the request has any effect. */
  | { readonly kind: 'reset-before' }
  /** The request takes effect, and the connection is cut instead of an answer. */
  | { readonly kind: 'reset-after' }
  /** No answer ever comes, and the request has no effect. */
  | { readonly kind: 'hang' }
  /** The request takes effect; half of the answer's body comes before the connection is cut. */
  | { readonly kind: 'truncate' }
  /** The request takes this much longer. It takes effect even if its client has given up by then. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The request has no effect and fails as if the state of its KMS key did not allow it. */
  | { readonly kind: KmsFaultKind };

export type KmsFaultKind = 'kms-throttling' | 'kms-disabled' | 'kms-pending-deletion' | 'kms-not-found';

/** Which requests have a fault. */
export interface FaultRule {
  /** S3's name of the operation, such as `UploadPartCopy`; `*` is every operation. */
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
  /** When the faults begin, in milliseconds of AWS (see `timeScale`) after `since`. Default 0. */
  readonly after?: number;
  /** When the faults end, in milliseconds of AWS after `since`. Default: never. */
  readonly until?: number;
  /** The operation whose first request begins the time of `after` and `until`. Default: adding the rule begins it. */
  readonly since?: string;
  readonly fault: Fault;
}

interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** What to write, for the error message. */
  readonly expected: string;
}

const text: Field = { accepts: (value) => typeof value === 'string', expected: 'a string' };
const flag: Field = { accepts: (value) => typeof value === 'boolean', expected: 'true or false' };
const count: Field = {
  accepts: (value) => isNumber(value) && Number.isInteger(value),
  expected: 'a whole number from 0',
};
const milliseconds: Field = { accepts: isNumber, expected: 'a number of milliseconds from 0' };

const RULE_FIELDS: Readonly<Record<keyof FaultRule, Field>> = {
  operation: text,
  bucket: text,
  key: text,
  partNumber: count,
  skip: count,
  times: count,
  probability: {
    accepts: (value) => isNumber(value) && value <= 1,
    expected: 'a chance between 0 and 1, not a percentage',
  },
  seed: { accepts: (value) => ['string', 'number'].includes(typeof value), expected: 'a string or a number' },
  after: milliseconds,
  until: milliseconds,
  since: text,
  fault: { accepts: isObject, expected: 'an object with a kind, such as {"kind": "reset-before"}' },
};

const ERROR_FIELDS = { code: text, message: text };
const STATUS: Field = {
  accepts: (value) => isNumber(value) && Number.isInteger(value) && value >= 300 && value <= 599,
  expected: 'an HTTP status from 300 to 599',
};

interface KindFields {
  readonly required: Readonly<Record<string, Field>>;
  readonly optional?: Readonly<Record<string, Field>>;
}

const KINDS: Readonly<Record<Fault['kind'], KindFields>> = {
  error: { required: { status: STATUS, ...ERROR_FIELDS }, optional: { afterEffect: flag } },
  'error-in-200': { required: ERROR_FIELDS, optional: { trailingWhitespace: flag, afterEffect: flag } },
  'empty-200': { required: {} },
  'reset-before': { required: {} },
  'reset-after': { required: {} },
  hang: { required: {} },
  truncate: { required: {} },
  delay: { required: { milliseconds } },
  'kms-throttling': { required: {} },
  'kms-disabled': { required: {} },
  'kms-pending-deletion': { required: {} },
  'kms-not-found': { required: {} },
};

/**
 * Reads the rules of a file: a JSON array, or one rule on each line.
 * @param name the file's name, for error messages
 * @throws InvalidFaultError
 */
export function parseFaultRules(content: string, name: string, operations: readonly string[]): readonly FaultRule[] {
  const rules = parseJson(content.trim(), name);
  for (const [index, rule] of rules.entries()) {
    try {
      validateFaultRule(rule as FaultRule, operations);
    } catch (error) {
      throw new InvalidFaultError(`${name}, rule ${index + 1}: ${(error as Error).message}`);
    }
  }
  return rules as readonly FaultRule[];
}

function parseJson(content: string, name: string): readonly unknown[] {
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  try {
    const rules: unknown = content.startsWith('[')
      ? JSON.parse(content)
      : lines.map((line): unknown => JSON.parse(line));
    if (Array.isArray(rules)) return rules;
  } catch (error) {
    throw new InvalidFaultError(
      `${name} is neither a JSON array of fault rules nor one on each line: ${(error as Error).message}`,
    );
  }
  throw new InvalidFaultError(`${name} is not a JSON array of fault rules`);
}

/**
 * Checks every field of a rule: a misspelt one would make the rule fit more than it should.
 * @throws InvalidFaultError
 */
export function validateFaultRule(rule: FaultRule, operations: readonly string[]): void {
  if (!isObject(rule)) throw new InvalidFaultError(`a fault rule is an object, not ${JSON.stringify(rule)}`);
  checkFields('a fault rule', rule, ['operation', 'fault'], RULE_FIELDS);
  const { operation, since, after = 0, until = Infinity, fault } = rule;
  for (const name of [operation, since ?? '*']) {
    if (name !== '*' && !operations.includes(name)) {
      throw new InvalidFaultError(
        `unknown operation '${name}' in a fault rule: use S3's name of it, such as UploadPartCopy, or * for all`,
      );
    }
  }
  if (since === '*') throw new InvalidFaultError(`since '*' of a fault rule is not an operation: use S3's name of one`);
  if (until <= after) {
    throw new InvalidFaultError(
      `until ${until} of a fault rule is not later than after ${after}: it would never apply`,
    );
  }
  checkFault(fault);
}

function checkFault(fault: Fault): void {
  const fields = Object.hasOwn(KINDS, fault.kind) ? KINDS[fault.kind] : undefined;
  if (fields === undefined) {
    throw new InvalidFaultError(`unknown kind of fault '${fault.kind}': use one of ${Object.keys(KINDS).join(', ')}`);
  }
  const { required, optional } = fields;
  checkFields(`a fault of kind ${fault.kind}`, fault, Object.keys(required), { kind: text, ...required, ...optional });
}

function checkFields(
  what: string,
  value: object,
  required: readonly string[],
  known: Readonly<Record<string, Field>>,
): void {
  const given = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    throw new InvalidFaultError(`${what} has no field '${unknown}': use ${Object.keys(known).join(', ')}`);
  }
  for (const [name, { accepts, expected }] of Object.entries(known)) {
    if (given[name] === undefined) {
      if (required.includes(name)) throw new InvalidFaultError(`${what} needs the field '${name}': ${expected}`);
    } else if (!accepts(given[name])) {
      throw new InvalidFaultError(`${name} ${JSON.stringify(given[name])} of ${what} must be ${expected}`);
    }
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
