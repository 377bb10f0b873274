import { BlockList, isIP } from 'node:net';
import { asArray, asObject, asText, isObject, type Json, type JsonObject } from '../json';

/**
 * Whether an event matches a pattern ("Creating Amazon EventBridge event patterns", EventBridge User Guide): every
 * field of the pattern must match, by one of its listed values.
 */
export function matchesPattern(pattern: Json, event: Json): boolean {
  return matchesFields(asObject(pattern), event);
}

function matchesFields(pattern: JsonObject, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return asArray(wanted).some((choice) => matchesFields(asObject(choice), event));
    const value = isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
    if (Array.isArray(wanted)) return matchesAny(wanted, value);
    // In an array of objects, one object has to match all fields.
    return Array.isArray(value)
      ? value.some((item) => matchesFields(asObject(wanted), item))
      : matchesFields(asObject(wanted), value);
  });
}

function matchesAny(wanted: readonly Json[], value: Json | undefined): boolean {
  const values = Array.isArray(value) ? value : [value];
  return wanted.some((matcher) => {
    if (isObject(matcher) && 'exists' in matcher) return matcher.exists === (value !== undefined);
    return values.some((each) => each !== undefined && matches(matcher, each));
  });
}

function matches(matcher: Json, value: Json): boolean {
  if (!isObject(matcher)) return matcher === value;
  return Object.entries(matcher).every(
    ([name, argument]) => Object.hasOwn(MATCHERS, name) && MATCHERS[name]?.(argument, value) === true,
  );
}

type Matcher = (argument: Json, value: Json) => boolean;

const fold = (text: Json): string => asText(text).toLowerCase();

/** `prefix` and `suffix` accept text, or `{"equals-ignore-case": text}`. */
const affix =
  (has: (text: string, affixed: string) => boolean): Matcher =>
  (argument, value) => {
    if (typeof value !== 'string') return false;
    if (!isObject(argument)) return has(value, asText(argument));
    return has(fold(value), fold(argument['equals-ignore-case'] ?? ''));
  };

const MATCHERS: Readonly<Record<string, Matcher>> = {
  prefix: affix((text, prefix) => text.startsWith(prefix)),
  suffix: affix((text, suffix) => text.endsWith(suffix)),
  'equals-ignore-case': (argument, value) => typeof value === 'string' && fold(argument) === fold(value),
  wildcard: (argument, value) => typeof value === 'string' && matchesWildcard(asText(argument), value),
  numeric: (argument, value) => typeof value === 'number' && compares(asArray(argument), value),
  cidr: (argument, value) => typeof value === 'string' && isInBlock(asText(argument), value),
  'anything-but': (argument, value) => !anyOf(argument).some((matcher) => matches(matcher, value)),
};

/** The exclusions of `anything-but`: values, or one kind of matcher with one or several arguments. */
function anyOf(argument: Json): readonly Json[] {
  if (!isObject(argument)) return Array.isArray(argument) ? argument : [argument];
  return Object.entries(argument).flatMap(([name, given]) =>
    (Array.isArray(given) ? given : [given]).map((each) => ({ [name]: each })),
  );
}

/**
 * `*` is any text; `\*` is an asterisk and `\\` a backslash. A regular expression could stall the server by
 * backtracking. Instead, each text between asterisks is searched once, after the previous one.
 */
function matchesWildcard(pattern: string, text: string): boolean {
  const texts = [''];
  for (const [part] of pattern.matchAll(/\\[*\\]|[^]/g)) {
    if (part === '*') texts.push('');
    else texts.push(`${texts.pop() ?? ''}${part.length > 1 ? part.slice(1) : part}`);
  }
  const [first = '', ...rest] = texts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  let position = first.length;
  for (const middle of rest) {
    const found = text.indexOf(middle, position);
    if (found < 0) return false;
    position = found + middle.length;
  }
  return text.startsWith(first) && text.endsWith(last) && position + last.length <= text.length;
}

/** `[">", 0, "<=", 5]` */
function compares(conditions: readonly Json[], value: number): boolean {
  for (let index = 0; index < conditions.length; index += 2) {
    const [operator, limit] = [conditions[index], Number(conditions[index + 1])];
    const holds =
      (operator === '=' && value === limit) ||
      (operator === '<' && value < limit) ||
      (operator === '<=' && value <= limit) ||
      (operator === '>' && value > limit) ||
      (operator === '>=' && value >= limit);
    if (!holds) return false;
  }
  return conditions.length > 0;
}

function isInBlock(block: string, address: string): boolean {
  const [network = '', bits] = block.split('/');
  const [family, ofAddress] = [isIP(network), isIP(address)];
  if (family === 0 || family !== ofAddress) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
