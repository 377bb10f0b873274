import type { ConditionContext } from './context';
import { operatorOf } from './operators';

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

function conditionHolds(
  operator: string,
  key: string,
  expected: readonly string[],
  context: ConditionContext,
): boolean {
  const actual = context.get(key.toLowerCase());
  if (operator === 'Null') return expected.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const known = operatorOf(operator);
  // An operator that is not known must not grant anything.
  if (known === undefined) return false;
  const { quantifier, test, negated, ifExists } = known;
  if (actual === undefined) {
    // Without a value there is none that could be the one that is sought, but all of them are as they should be.
    return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  }
  const one = (value: string): boolean => expected.some((candidate) => test(value, candidate, context)) !== negated;
  return quantifier === 'ForAllValues' ? actual.every(one) : actual.some(one);
}

/** A string or a list of them; anything else is nothing. */
export function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((item) => ['string', 'number', 'boolean'].includes(typeof item)).map(String);
}
