import type { ConditionContext } from './context';
import { operatorOf } from './operators';

/** Evaluates the Condition element of a statement: AND over operators and keys, OR over the values of a key. */
export function conditionsHold(conditions: unknown, context: ConditionContext): boolean {
  if (conditions === undefined) return true;
  if (typeof conditions !== 'object' || conditions === null) return false;
  return Object.entries(conditions).every(([operator, keys]: [string, unknown]) => {
    if (typeof keys !== 'object' || keys === null) return false;
    return Object.entries(keys).every(([key, expected]: [string, unknown]) =>
      conditionHolds(operator, key, stringsOf(expected), context),
    );
  });
}

function conditionHolds(
  operator: string,
  key: string,
  expected: readonly string[],
  context: ConditionContext,
): boolean {
  const actual = context.get(key.toLowerCase());
  if (operator === 'Null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const known = operatorOf(operator);
  // A statement with an unknown operator never applies.
  if (known === undefined) return false;
  const { quantifier, test, negated, ifExists } = known;
  if (actual === undefined) {
    // A missing key does not match, unless the operator is negated, ends in IfExists, or quantifies over all values.
    return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  }
  const one = (value: string): boolean => expected.some((candidate) => test(value, candidate, context)) !== negated;
  return quantifier === 'ForAllValues' ? actual.every(one) : actual.some(one);
}

/** The strings, numbers and booleans of a policy element that is a value or a list, as strings. */
export function stringsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String);
}

/** Whether a policy element is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
