import { asArray, asObject, asText, isObject, type Json, type JsonObject } from '../json';
import { runtimeFailure } from './failure';
import { evaluatePath, PathNotFound, type DataScope } from './path';

/** A comparison of the value of the Variable with the value or the path of the rule. */
type Comparison = (value: Json, operand: Json) => boolean;

const order =
  <T extends Json, K>(
    is: (value: Json) => value is T,
    key: (value: T) => K,
    compares: (one: K, other: K) => boolean,
  ): Comparison =>
  (value, operand) =>
    is(value) && is(operand) && compares(key(value), key(operand));

const isString = (value: Json): value is string => typeof value === 'string';
const isNumber = (value: Json): value is number => typeof value === 'number';
const isBoolean = (value: Json): value is boolean => typeof value === 'boolean';
const isTimestamp = (value: Json): value is string => isString(value) && timeOf(value) !== undefined;

/** Values of different types are neither equal nor ordered. */
function comparisonsOf<T extends Json, K>(
  prefix: string,
  is: (value: Json) => value is T,
  key: (value: T) => K,
): [string, Comparison][] {
  return [
    [`${prefix}Equals`, order(is, key, (one, other) => one === other)],
    [`${prefix}LessThan`, order(is, key, (one, other) => one < other)],
    [`${prefix}GreaterThan`, order(is, key, (one, other) => one > other)],
    [`${prefix}LessThanEquals`, order(is, key, (one, other) => one <= other)],
    [`${prefix}GreaterThanEquals`, order(is, key, (one, other) => one >= other)],
  ];
}

/** Each of these operators except StringMatches also exists as `…Path`, with a path to the other value. */
const COMPARISONS = new Map<string, Comparison>([
  [
    'BooleanEquals',
    order(
      isBoolean,
      (value) => value,
      (one, other) => one === other,
    ),
  ],
  ...comparisonsOf('Numeric', isNumber, (value) => value),
  ...comparisonsOf('String', isString, (value) => value),
  ...comparisonsOf('Timestamp', isTimestamp, (value) => timeOf(value) ?? NaN),
]);

const TYPE_TESTS = new Map<string, (value: Json) => boolean>([
  ['IsNull', (value) => value === null],
  ['IsNumeric', isNumber],
  ['IsString', isString],
  ['IsBoolean', isBoolean],
  ['IsTimestamp', isTimestamp],
]);

/**
 * The `Next` of the first rule that matches, otherwise `Default`; undefined if there is neither. Rules: "Choice state",
 * Amazon States Language specification.
 *
 * @throws StateFailure States.Runtime if a Variable, or the path to the other value, matches nothing
 */
export function chooseNext(state: JsonObject, scope: DataScope): string | undefined {
  const rule = asArray(state.Choices)
    .map(asObject)
    .find((candidate) => holds(candidate, scope));
  return (rule?.Next ?? state.Default) as string | undefined;
}

function holds(rule: JsonObject, scope: DataScope): boolean {
  if (isObject(rule.Not)) return !holds(rule.Not, scope);
  if ('And' in rule) return asArray(rule.And).every((inner) => holds(asObject(inner), scope));
  if ('Or' in rule) return asArray(rule.Or).some((inner) => holds(asObject(inner), scope));
  const variable = asText(rule.Variable);
  for (const [operator, operand] of Object.entries(rule)) {
    const decided = compare(operator, operand, variable, scope);
    if (decided !== undefined) return decided;
  }
  throw runtimeFailure(`The choice rule ${JSON.stringify(rule)} has no comparison operator.`);
}

/** Undefined for a field that is not an operator. */
function compare(operator: string, operand: Json, variable: string, scope: DataScope): boolean | undefined {
  if (operator === 'IsPresent') return isPresent(variable, scope) === operand;
  const test = TYPE_TESTS.get(operator);
  if (test !== undefined) return test(valueOf(variable, scope)) === operand;
  if (operator === 'StringMatches') return matches(valueOf(variable, scope), asText(operand));
  const direct = COMPARISONS.get(operator);
  if (direct !== undefined) return direct(valueOf(variable, scope), operand);
  const byPath = operator.endsWith('Path') ? COMPARISONS.get(operator.slice(0, -'Path'.length)) : undefined;
  return byPath?.(valueOf(variable, scope), valueOf(asText(operand), scope));
}

function isPresent(path: string, scope: DataScope): boolean {
  try {
    evaluatePath(path, scope);
    return true;
  } catch (error) {
    if (error instanceof PathNotFound) return false;
    throw error;
  }
}

function valueOf(path: string, scope: DataScope): Json {
  try {
    return evaluatePath(path, scope);
  } catch (error) {
    if (!(error instanceof PathNotFound)) throw error;
    throw runtimeFailure(`Invalid path '${path}': The choice state's condition path references an invalid value.`);
  }
}

/** `*` matches any characters; `\*` and `\\` are an asterisk and a backslash. */
function matches(value: Json, pattern: string): boolean {
  if (!isString(value)) return false;
  const pieces = [''];
  for (const [token, escaped] of pattern.matchAll(/\\([*\\])|[^]/g)) {
    if (token === '*') pieces.push('');
    else pieces[pieces.length - 1] += escaped ?? token;
  }
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return value === first;
  let at = value.startsWith(first) ? first.length : Infinity;
  for (const piece of others) {
    const found = value.indexOf(piece, at);
    at = found < 0 ? Infinity : found + piece.length;
  }
  return value.endsWith(last) && at <= value.length - last.length;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/**
 * Milliseconds since 1970 of a timestamp of RFC 3339 with an upper-case T and Z, as the Amazon States Language
 * requires.
 */
export function timeOf(text: string): number | undefined {
  const time = RFC_3339.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
