import type { ConditionContext } from './context';
import { isInNetwork } from './networks';
import { matchesPattern, resolved } from './patterns';

type Test = (actual: string, expected: string, context: ConditionContext) => boolean;

const numeric = (test: (a: number, b: number) => boolean): Test => {
  return (actual, expected) => test(Number(actual), Number(expected));
};
const dated = (test: (a: number, b: number) => boolean): Test => {
  return (actual, expected) => test(timeOf(actual), timeOf(expected));
};

/** Dates are ISO 8601 or seconds since the epoch. */
function timeOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const like: Test = (actual, expected, context) => matchesPattern(actual, expected, context);

/** The operators of IAM; the negated ones are these with `Not`. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected, context) => actual === resolved(expected, context),
  StringEqualsIgnoreCase: (actual, expected, context) =>
    actual.toLowerCase() === resolved(expected, context).toLowerCase(),
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: dated((a, b) => a === b),
  DateLessThan: dated((a, b) => a < b),
  DateLessThanEquals: dated((a, b) => a <= b),
  DateGreaterThan: dated((a, b) => a > b),
  DateGreaterThanEquals: dated((a, b) => a >= b),
  BinaryEquals: (actual, expected) => actual === expected,
  IpAddress: isInNetwork,
};

/** Whether all conditions of a statement hold: operators and keys are ANDed, the values of a key ORed. */
export function conditionsHold(conditions: unknown, context: ConditionContext): boolean {
  if (conditions === undefined) return true;
  if (typeof conditions !== 'object' || conditions === null) return false;
  return Object.entries(conditions).every(([operator, keys]: [string, unknown]) => {
    if (typeof keys !== 'object' || keys === null) return false;
    return Object.entries(keys).every(([key, expected]: [string, unknown]) =>
      conditionHolds(operator, key, textsOf(expected), context),
    );
  });
}

/** Whether there is such an operator, with its quantifiers and negations. */
export function isOperator(text: string): boolean {
  const { name } = operatorOf(text);
  return name === 'Null' || Object.hasOwn(TESTS, name);
}

const NEGATION = /^(String|Arn|Numeric|Date|(?=NotIp))Not/;

interface Operator {
  readonly quantifier: string | undefined;
  readonly name: string;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

function operatorOf(operator: string): Operator {
  const [, quantifier, full = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = NEGATION.test(full);
  const name = full.replace(NEGATION, '$1');
  return { quantifier, name, negated, ifExists: ifExists !== undefined };
}

function conditionHolds(
  operator: string,
  key: string,
  expected: readonly string[],
  context: ConditionContext,
): boolean {
  const actual = context.get(key.toLowerCase());
  if (operator === 'Null') return expected.some((value) => (value === 'true') === (actual === undefined));
  const { quantifier, name, negated, ifExists } = operatorOf(operator);
  const test = Object.hasOwn(TESTS, name) ? TESTS[name] : undefined;
  // An operator that is not known must not grant anything.
  if (test === undefined) return false;
  if (actual === undefined) return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  const one = (value: string): boolean => expected.some((candidate) => test(value, candidate, context)) !== negated;
  return quantifier === 'ForAllValues' ? actual.every(one) : actual.some(one);
}

/** A string or a list of them; anything else is nothing. */
export function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String);
}
