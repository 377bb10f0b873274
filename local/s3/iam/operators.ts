import type { ConditionContext } from './context';
import { isInNetwork } from './networks';
import { matchesPattern, resolveVariables } from './patterns';

export type Test = (actual: string, expected: string, context: ConditionContext) => boolean;

const numeric = (test: (a: number, b: number) => boolean): Test => {
  return (actual, expected) => test(Number(actual), Number(expected));
};
const dated = (test: (a: number, b: number) => boolean): Test => {
  return (actual, expected) => test(timeOf(actual), timeOf(expected));
};

/** Parses an ISO 8601 date or a number of seconds since 1970. */
function timeOf(text: string): number {
  return /^\d{5,}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

const like: Test = (actual, expected, context) => matchesPattern(actual, expected, context);

/** Compares the six parts of an ARN separately: a wildcard does not match across parts. */
const likeArn: Test = (actual, expected, context) => {
  const parts = partsOf(actual);
  const patterns = partsOf(expected);
  if (!expected.includes(':')) return like(actual, expected, context);
  return (
    parts.length > 0 && patterns.length > 0 && parts.every((part, index) => like(part, patterns[index] ?? '', context))
  );
};

/** Splits an ARN into its six parts. Colons in the last part and in policy variables do not separate parts. */
function partsOf(arn: string): readonly string[] {
  const [, ...parts] = /^([^:]*):([^:]*):([^:]*):([^:]*):((?:\$\{[^}]*\}|[^:])*):([^]*)$/.exec(arn) ?? [];
  return parts;
}

const bytesEqual: Test = (actual, expected) => Buffer.from(actual, 'base64').equals(Buffer.from(expected, 'base64'));

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected, context) => actual === resolveVariables(expected, context),
  StringEqualsIgnoreCase: (actual, expected, context) =>
    actual.toLowerCase() === resolveVariables(expected, context).toLowerCase(),
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  BinaryEquals: bytesEqual,
  IpAddress: isInNetwork,
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
};

/** Negated operators. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** A parsed condition operator. */
export interface Operator {
  readonly quantifier: string | undefined;
  readonly test: Test;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/** Parses a condition operator. Undefined if it is unknown or `Null`, which does not compare values. */
export function operatorOf(text: string): Operator | undefined {
  const [, quantifier, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(text) ?? [];
  const negated = Object.hasOwn(NEGATED, name);
  const plain = (Object.hasOwn(NEGATED, name) ? NEGATED[name] : name) ?? '';
  const test = Object.hasOwn(TESTS, plain) ? TESTS[plain] : undefined;
  return test === undefined ? undefined : { quantifier, test, negated, ifExists: ifExists !== undefined };
}

/** Whether a condition operator exists. */
export function isOperator(text: string): boolean {
  return text === 'Null' || operatorOf(text) !== undefined;
}
