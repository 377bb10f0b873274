import { InvalidFaultError } from '../errors/server-errors';

/** What happens to a request. */
export type Fault =
  /** The request gets this error. It has no effect, unless `afterEffect` says so. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
      /**
       * Whether the request takes effect before it gets the error.
       * @default false
       */
      readonly afterEffect?: boolean;
    }
  /** The request gets status 200 with an error document, as S3 answers requests that take long. */
  | {
      readonly kind: 'error-in-200';
      readonly code: string;
      readonly message: string;
      /** Whether to append a line feed to the document, which makes some clients treat it as a success. */
      readonly trailingWhitespace?: boolean;
      /**
       * Whether the request takes effect before it gets the error.
       * @default false
       */
      readonly afterEffect?: boolean;
    }
  /** The request has no effect and gets status 200 without a body. */
  | { readonly kind: 'empty-200' }
  /** The connection is reset before the request takes effect. */
  | { readonly kind: 'reset-before' }
  /** The request takes effect, and the connection is reset instead of a response. */
  | { readonly kind: 'reset-after' }
  /** The request has no effect and never gets a response. */
  | { readonly kind: 'hang' }
  /** The request takes effect, and the connection is closed after half of the response body. */
  | { readonly kind: 'truncate' }
  /** The request takes longer. It takes effect even if the client has disconnected by then. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** The connection is reset at once, and the request takes effect after this time, if it still can. */
  | { readonly kind: 'late-effect'; readonly milliseconds: number }
  /** The request has no effect and fails with the error for this state of its KMS key. */
  | { readonly kind: KmsFaultKind };

export type KmsFaultKind = 'kms-throttling' | 'kms-disabled' | 'kms-pending-deletion' | 'kms-not-found';

/** Selects requests and injects a fault into them. */
export interface FaultRule {
  /** Name of the operation, such as `UploadPartCopy`, or `*` for all operations. */
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly partNumber?: number;
  /**
   * Number of matching requests before the first fault.
   * @default 0
   */
  readonly skip?: number;
  /**
   * Maximum number of faults.
   * @default unlimited
   */
  readonly times?: number;
  /**
   * Probability of the fault for each matching request, 0…1.
   * @default 1
   */
  readonly probability?: number;
  /**
   * Seed for `probability`, which makes runs repeatable.
   * @default `0`
   */
  readonly seed?: string | number;
  /**
   * Start of the faults, in simulated milliseconds (see `timeScale`) after `since`.
   * @default 0
   */
  readonly after?: number;
  /**
   * End of the faults, in simulated milliseconds after `since`.
   * @default never
   */
  readonly until?: number;
  /**
   * `after` and `until` are relative to the first request of this operation.
   * @default relative to the time at which the rule is added
   */
  readonly since?: string;
  readonly fault: Fault;
}

interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** The expected value, for the error message. */
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
  'late-effect': { required: { milliseconds } },
  'kms-throttling': { required: {} },
  'kms-disabled': { required: {} },
  'kms-pending-deletion': { required: {} },
  'kms-not-found': { required: {} },
};

/**
 * Parses a file of rules: a JSON array, or one rule per line.
 * @param name name of the file, for error messages
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
      `${name} is neither a JSON array of fault rules nor has one rule per line: ${(error as Error).message}`,
    );
  }
  throw new InvalidFaultError(`${name} is not a JSON array of fault rules`);
}

/**
 * Validates all fields of a rule. An ignored misspelled field would make the rule match more requests than intended.
 * @throws InvalidFaultError
 */
export function validateFaultRule(rule: FaultRule, operations: readonly string[]): void {
  if (!isObject(rule)) throw new InvalidFaultError(`a fault rule must be an object, not ${JSON.stringify(rule)}`);
  validateFields('a fault rule', rule, ['operation', 'fault'], RULE_FIELDS);
  const { operation, since, after = 0, until = Infinity, fault } = rule;
  for (const name of [operation, since ?? '*']) {
    if (name !== '*' && !operations.includes(name)) {
      throw new InvalidFaultError(
        `unknown operation '${name}' in a fault rule: use the name of an S3 operation, such as UploadPartCopy, or * for all operations`,
      );
    }
  }
  if (since === '*')
    throw new InvalidFaultError(`since '*' of a fault rule is not an operation: use the name of an S3 operation`);
  if (until <= after) {
    throw new InvalidFaultError(
      `until ${until} of a fault rule must be later than after ${after}: the rule would never apply`,
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
  validateFields(`a fault of kind ${fault.kind}`, fault, Object.keys(required), {
    kind: text,
    ...required,
    ...optional,
  });
}

function validateFields(
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
    const field = Object.hasOwn(given, name) ? given[name] : undefined;
    if (field === undefined) {
      if (required.includes(name)) throw new InvalidFaultError(`${what} needs the field '${name}': ${expected}`);
    } else if (!accepts(field)) {
      throw new InvalidFaultError(`${name} ${JSON.stringify(field)} of ${what} must be ${expected}`);
    }
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
