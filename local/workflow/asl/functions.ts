import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json } from '../json';

/** A wrong argument. The caller adds the name of the call. */
export class FunctionFailed extends Error {
  override readonly name = 'FunctionFailed';
}

/** The sources of random values. A seed makes both repeatable. */
export interface RandomSources {
  /** A number in [0, 1). */
  random(): number;
  uuid(): string;
}

type StatesFunction = (args: readonly Json[], world: RandomSources) => Json;

/**
 * The intrinsic functions of JSONPath states, by their names without `States.`.
 * Source: "Intrinsic functions for JSONPath states in Step Functions", Step Functions Developer Guide.
 */
export const STATES_FUNCTIONS: ReadonlyMap<
  string,
  { readonly arity: readonly [number, number]; call: StatesFunction }
> = new Map(
  Object.entries({
    Array: { arity: [0, Infinity], call: (args) => [...args] },
    ArrayPartition: { arity: [2, 2], call: ([list, size]) => partition(array(list), integer(size)) },
    ArrayContains: { arity: [2, 2], call: ([list, value]) => contains(array(list), value ?? null) },
    ArrayRange: { arity: [3, 3], call: ([from, to, step]) => range(integer(from), integer(to), integer(step)) },
    ArrayGetItem: { arity: [2, 2], call: ([list, index]) => item(array(list), integer(index)) },
    ArrayLength: { arity: [1, 1], call: ([list]) => array(list).length },
    ArrayUnique: { arity: [1, 1], call: ([list]) => unique(array(list)) },
    Base64Encode: { arity: [1, 1], call: ([data]) => Buffer.from(short(data)).toString('base64') },
    Base64Decode: { arity: [1, 1], call: ([data]) => Buffer.from(short(data), 'base64').toString() },
    Format: { arity: [1, Infinity], call: ([template, ...values]) => format(string(template), values) },
    Hash: { arity: [2, 2], call: ([data, algorithm]) => hash(short(text(data ?? null)), string(algorithm)) },
    JsonMerge: { arity: [3, 3], call: ([one, other, deep]) => merge(one, other, deep) },
    JsonToString: { arity: [1, 1], call: ([value]) => JSON.stringify(value) },
    MathAdd: { arity: [2, 2], call: ([one, other]) => int32(integer(one) + integer(other)) },
    MathRandom: { arity: [2, 3], call: ([from, to, seed], world) => random(integer(from), integer(to), seed, world) },
    StringSplit: { arity: [2, 2], call: ([whole, splitters]) => split(string(whole), string(splitters)) },
    StringToJson: { arity: [1, 1], call: ([json]) => parse(string(json)) },
    UUID: { arity: [0, 0], call: (_, world) => world.uuid() },
  } satisfies Record<string, { arity: readonly [number, number]; call: StatesFunction }>),
);

/** ArrayPartition, ArrayRange and the Base64 functions document their maximum sizes. */
const MOST_ITEMS = 1000;
const MOST_CHARACTERS = 10_000;

function array(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  throw new FunctionFailed(`an array is expected, not ${JSON.stringify(value)}`);
}

function string(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new FunctionFailed(`a string is expected, not ${JSON.stringify(value)}`);
}

function short(value: Json | undefined): string {
  const whole = string(value);
  if (whole.length <= MOST_CHARACTERS) return whole;
  throw new FunctionFailed(`the text has ${whole.length} characters, the maximum is ${MOST_CHARACTERS}`);
}

/** Numbers that are not integers are rounded. */
function integer(value: Json | undefined): number {
  if (typeof value === 'number') return Math.round(value);
  throw new FunctionFailed(`a number is expected, not ${JSON.stringify(value)}`);
}

function int32(value: number): number {
  if (value >= -(2 ** 31) && value < 2 ** 31) return value;
  throw new FunctionFailed(`${value} is not between -2147483648 and 2147483647`);
}

function partition(list: readonly Json[], size: number): Json[] {
  if (size < 1) throw new FunctionFailed(`the size of the chunks must be 1 or more, not ${size}`);
  const chunks = Math.ceil(list.length / size);
  return Array.from({ length: chunks }, (_, index) => list.slice(index * size, (index + 1) * size));
}

function contains(list: readonly Json[], value: Json): boolean {
  return list.some((candidate) => isDeepStrictEqual(candidate, value));
}

/** The range includes both ends. */
function range(from: number, to: number, step: number): number[] {
  if (step === 0) throw new FunctionFailed('the step must not be 0');
  const length = Math.max(0, Math.floor((to - from) / step) + 1);
  if (length > MOST_ITEMS)
    throw new FunctionFailed(`the array would have ${length} items, the maximum is ${MOST_ITEMS}`);
  return Array.from({ length }, (_, index) => from + index * step);
}

function item(list: readonly Json[], index: number): Json {
  const found = index < 0 ? undefined : list[index];
  if (found !== undefined) return found;
  throw new FunctionFailed(`the array has ${list.length} items, none with the index ${index}`);
}

function unique(list: readonly Json[]): Json[] {
  const seen = new Set<string>();
  return list.filter((value) => {
    const key = JSON.stringify(sorted(value));
    return !seen.has(key) && seen.add(key);
  });
}

/** The same value with sorted fields, so that equal objects have equal texts. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member ?? null)]),
  );
}

/** `{}` are placeholders; `\{` and `\}` are braces. */
function format(template: string, values: readonly Json[]): string {
  let used = 0;
  const formatted = template.replace(/\\([{}\\])|\{\}|[{}]/g, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped;
    if (token !== '{}')
      throw new FunctionFailed(`a brace that is not part of the placeholder {} must be escaped: \\${token}`);
    const value = values[used++];
    if (value === undefined) throw new FunctionFailed(`there are more placeholders than values (${values.length})`);
    return text(value);
  });
  if (used === values.length) return formatted;
  throw new FunctionFailed(`there are ${values.length} values, but ${used} placeholders`);
}

function text(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

function hash(data: string, algorithm: string): string {
  const name = HASHES.get(algorithm);
  if (name !== undefined) return createHash(name).update(data).digest('hex');
  throw new FunctionFailed(`"${algorithm}" is not one of ${[...HASHES.keys()].join(', ')}`);
}

/** Only the shallow mode is supported: the third argument must be false. */
function merge(one: Json | undefined, other: Json | undefined, deep: Json | undefined): Json {
  if (!isObject(one) || !isObject(other)) throw new FunctionFailed('two objects are expected');
  if (deep !== false) throw new FunctionFailed('the third argument must be false: only a shallow merge is supported');
  return { ...one, ...other };
}

/** From `from` (included) to `to` (excluded). A seed always gives the same number. */
function random(from: number, to: number, seed: Json | undefined, world: RandomSources): number {
  if (to <= from) throw new FunctionFailed(`the end ${to} is not above the start ${from}`);
  const fraction = seed === undefined ? world.random() : fractionOf(integer(seed));
  return from + Math.floor(fraction * (to - from));
}

function fractionOf(seed: number): number {
  return createHash('sha256').update(String(seed)).digest().readUInt32BE() / 2 ** 32;
}

/** Every character of `splitters` is a separator, and consecutive separators count as one. */
function split(whole: string, splitters: string): string[] {
  const parts: string[] = [''];
  for (const character of whole) {
    if (splitters.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

function parse(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch (error) {
    throw new FunctionFailed(`the text is not JSON: ${(error as Error).message}`);
  }
}
