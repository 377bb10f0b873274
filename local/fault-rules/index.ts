/** The fields by which a fault rule selects some of the matches that it has. Rules for S3 and for the platform have them. */
export interface FaultSelection {
  /**
   * Number of matches before the first fault.
   * @default 0
   */
  readonly skip?: number;
  /**
   * Maximum number of faults.
   * @default unlimited
   */
  readonly times?: number;
  /**
   * Probability of the fault for each match, 0…1.
   * @default 1
   */
  readonly probability?: number;
  /**
   * Seed for `probability`, which makes runs repeatable.
   * @default `0`
   */
  readonly seed?: string | number;
  /**
   * Start of the faults, in milliseconds after `since`.
   * @default 0
   */
  readonly after?: number;
  /**
   * End of the faults, in milliseconds after `since`.
   * @default never
   */
  readonly until?: number;
}

/** The values that a field of a rule accepts. */
export interface Field {
  readonly accepts: (value: unknown) => boolean;
  /** A description of the accepted values, for error messages. */
  readonly expected: string;
}

export interface Fields {
  readonly required?: Readonly<Record<string, Field>>;
  readonly optional?: Readonly<Record<string, Field>>;
}

export const text: Field = { accepts: (value) => typeof value === 'string', expected: 'a string' };
export const flag: Field = { accepts: (value) => typeof value === 'boolean', expected: 'true or false' };
export const count: Field = {
  accepts: (value) => isNumber(value) && Number.isInteger(value),
  expected: 'a whole number from 0',
};
export const milliseconds: Field = { accepts: isNumber, expected: 'a number of milliseconds from 0' };

export function oneOf(...values: readonly string[]): Field {
  return { accepts: (value) => values.includes(value as string), expected: `one of ${values.join(', ')}` };
}

export const SELECTION_FIELDS = {
  skip: count,
  times: count,
  probability: {
    accepts: (value) => isNumber(value) && value <= 1,
    expected: 'a probability between 0 and 1, not a percentage',
  },
  seed: { accepts: (value) => ['string', 'number'].includes(typeof value), expected: 'a string or a number' },
  after: milliseconds,
  until: milliseconds,
} satisfies Readonly<Record<keyof FaultSelection, Field>>;

export const FAULT: Field = { accepts: isObject, expected: 'an object with a kind' };

type ErrorClass = new (message: string) => Error;

/**
 * Reads the rules in the text of a file: a JSON array, or one rule per line.
 * @param name name of the file, for error messages
 * @param check throws an error for an invalid rule
 * @throws Invalid
 */
export function readRules<R>(content: string, name: string, check: (rule: R) => void, Invalid: ErrorClass): R[] {
  const rules = parseRules<R>(content.trim(), name, Invalid);
  for (const [index, rule] of rules.entries()) {
    try {
      check(rule);
    } catch (error) {
      throw new Invalid(`${name}, rule ${index + 1}: ${(error as Error).message}`);
    }
  }
  return rules;
}

function parseRules<R>(content: string, name: string, Invalid: ErrorClass): R[] {
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  try {
    if (content.startsWith('[')) return JSON.parse(content) as R[];
    return lines.map((line) => JSON.parse(line) as R);
  } catch (error) {
    const { message } = error as Error;
    throw new Invalid(`${name} is neither a JSON array of fault rules nor has one rule per line: ${message}`);
  }
}

/**
 * Checks the fields of a rule that all kinds of rules have, and that it has no unknown fields. An ignored misspelled field would make the
 * rule match more than intended.
 * @param fields the other fields of the rule
 * @throws Invalid
 */
export function checkRuleFields(rule: FaultSelection, { required, optional }: Fields, Invalid: ErrorClass): void {
  if (!isObject(rule)) throw new Invalid(`a fault rule must be an object, not ${JSON.stringify(rule)}`);
  const fields = { required: { ...required, fault: FAULT }, optional: { ...optional, ...SELECTION_FIELDS } };
  checkFields('a fault rule', rule, fields, Invalid);
  const { after = 0, until = Infinity } = rule;
  if (until > after) return;
  throw new Invalid(`until ${until} of a fault rule must be later than after ${after}: the rule would never apply`);
}

/**
 * Checks the kind of a fault and its fields.
 * @param kinds the fields of each kind, besides `kind`
 * @throws Invalid
 */
export function checkFaultFields(
  fault: { readonly kind: string },
  kinds: Readonly<Record<string, Fields>>,
  Invalid: ErrorClass,
): void {
  const fields = Object.hasOwn(kinds, fault.kind) ? kinds[fault.kind] : undefined;
  if (fields === undefined) {
    throw new Invalid(`unknown kind of fault '${fault.kind}': use one of ${Object.keys(kinds).join(', ')}`);
  }
  const required = { kind: text, ...fields.required };
  checkFields(`a fault of kind ${fault.kind}`, fault, { ...fields, required }, Invalid);
}

function checkFields(what: string, value: object, { required = {}, optional }: Fields, Invalid: ErrorClass): void {
  const given = new Map<string, unknown>(Object.entries(value));
  const known = { ...required, ...optional };
  const unknown = [...given.keys()].find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    throw new Invalid(`${what} has no field '${unknown}': use ${Object.keys(known).join(', ')}`);
  }
  for (const [name, { accepts, expected }] of Object.entries(known)) {
    const field = given.get(name);
    if (field === undefined) {
      if (Object.hasOwn(required, name)) throw new Invalid(`${what} needs the field '${name}': ${expected}`);
    } else if (!accepts(field)) {
      throw new Invalid(`${name} ${JSON.stringify(field)} of ${what} must be ${expected}`);
    }
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A rule in use: it counts its matches and faults. */
export class ActiveRule<R extends FaultSelection> {
  private start: number | undefined;
  private matches = 0;
  private faults = 0;

  constructor(readonly rule: R) {}

  /** Starts the time of `after` and `until`, unless it has started. */
  begin(now: number): void {
    this.start ??= now;
  }

  /** @param timeScale milliseconds on the clock for each millisecond of `after` and `until` */
  isInWindow(now: number, timeScale = 1): boolean {
    const { after = 0, until = Infinity } = this.rule;
    if (this.start === undefined) return false;
    // Infinity * 0 would be NaN.
    const end = until === Infinity ? Infinity : this.start + until * timeScale;
    return now >= this.start + after * timeScale && now < end;
  }

  /**
   * Counts a match.
   * @param random a number in [0, 1) for a seed and the number of the match
   * @returns whether the match gets the fault
   */
  select(random: (seed: string | number, match: number) => number): boolean {
    const { skip = 0, times = Infinity, probability = 1, seed = 0 } = this.rule;
    const match = this.matches++;
    if (match < skip || this.faults >= times) return false;
    if (random(seed, match) >= probability) return false;
    this.faults++;
    return true;
  }
}
