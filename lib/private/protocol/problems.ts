/*
 * Validates values by their kind.
 */
import { similarName } from './did-you-mean';
import type { BooleanKind, EnumKind, IntegerKind, Kind, MapKind, ObjectKind, SizeKind, TextKind } from './kinds';
import { parseSize } from './sizes';

/** What is wrong with a value. */
export interface Problem {
  readonly path: readonly string[];
  /** Completes a sentence that begins with the name of the value: "must be …, got …". */
  readonly text: string;
  readonly value: unknown;
}

/** Everything that is wrong with a value. */
export function problemsOf(kind: Kind, value: unknown, path: readonly string[] = []): Problem[] {
  switch (kind.type) {
    case 'map':
      return mapProblems(kind, value, path);
    case 'object':
      return objectProblems(kind, value, path);
    case 'either':
      if (typeof value === 'string') return problemsOf({ ...kind.text, mustBe: kind.mustBe }, value, path);
      if (isObject(value)) return problemsOf({ ...kind.object, mustBe: kind.mustBe }, value, path);
      return [refusal(kind, value, path)];
    default: {
      const problem = problemOf(kind, value);
      return problem === undefined ? [] : [refusal(kind, value, path, problem)];
    }
  }
}

/** A value as JSON, short enough for an error message. */
export function show(value: unknown): string {
  // JSON has no NaN and no Infinity, and does not escape separators of lines.
  const json =
    typeof value === 'number'
      ? String(value)
      : (JSON.stringify(value) ?? 'nothing').replace(/[\u2028\u2029]/g, escaped);
  return json.length > 120 ? `${[...json.slice(0, 240)].slice(0, 120).join('')}…` : json;
}

/** A value for a message, unless the value is confidential. An object may contain confidential values. */
export function showAs(kind: Kind, value: unknown): string {
  return isConfidential(kind) || kind.type === 'object' ? summary(value) : show(value);
}

export function isConfidential(kind: Kind): boolean {
  return 'isConfidential' in kind && kind.isConfidential === true;
}

/** The type of a value. */
function summary(value: unknown): string {
  if (typeof value === 'string') return `text of ${[...value].length} characters`;
  if (typeof value === 'number') return 'a number';
  if (Array.isArray(value)) return 'a list';
  return isObject(value) ? 'an object' : show(value);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

/** `'a', 'b' or 'c'`. */
export function listOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** What is wrong; empty if the rest of the message says it. */
function problemOf(
  kind: EnumKind | BooleanKind | IntegerKind | SizeKind | TextKind,
  value: unknown,
): string | undefined {
  switch (kind.type) {
    case 'enum':
      return toProblem(kind.values.includes(value as string));
    case 'boolean':
      return toProblem(typeof value === 'boolean');
    case 'integer':
      return toProblem(isWithin(kind, value));
    case 'size': {
      const bytes = typeof value === 'string' ? parseSize(value) : value;
      if (isWithin(kind, bytes)) return undefined;
      return typeof bytes === 'number' && bytes !== value ? `${bytes} bytes` : '';
    }
    case 'text':
      return typeof value === 'string' ? textProblem(kind, value) : '';
  }
}

function toProblem(isValid: boolean): string | undefined {
  return isValid ? undefined : '';
}

function isWithin({ minimum, maximum }: { minimum: number; maximum: number }, value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
}

function textProblem({ minLength = 0, characters, pattern, check }: TextKind, value: string): string | undefined {
  return (
    toProblem(value.length >= minLength) ??
    unacceptableCharacter(value, characters) ??
    toProblem(pattern?.test(value) ?? true) ??
    check?.(value)
  );
}

/** The first character that text may not contain. Its position counts characters, from 1. */
function unacceptableCharacter(value: string, characters: string | undefined): string | undefined {
  const allowed = characters === undefined ? undefined : new RegExp(characters, 'u');
  // Iterating over text yields a half of a surrogate pair only if the other half is missing.
  const isAcceptable = (character: string) => !/\p{Cs}/u.test(character) && (allowed?.test(character) ?? true);
  const list = [...value];
  const index = list.findIndex((character) => !isAcceptable(character));
  if (index < 0) return undefined;
  const code = list[index]!.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const isHalf = /\p{Cs}/u.test(list[index]!);
  return `character ${index + 1} is U+${code}${isHalf ? ', half of a surrogate pair, which is no text' : ''}`;
}

/** Completes the sentence "the value must be …". */
export function expectation(kind: Kind): string {
  switch (kind.type) {
    case 'enum':
      return listOf(kind.values);
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number ${kind.unit ? `of ${kind.unit} ` : ''}from ${kind.minimum} to ${kind.maximum}`;
    case 'size':
      return `a whole number of bytes from ${kind.minimum} to ${kind.maximum}, or text such as '64MiB'`;
    default:
      return kind.mustBe;
  }
}

function refusal(kind: Kind, value: unknown, path: readonly string[], detail = ''): Problem {
  const rule = `must be ${expectation(kind)}`;
  const isMissing = value === undefined && path.length > 0;
  const reason = detail === '' ? '' : ` (${detail})`;
  return { path, value, text: isMissing ? `is missing; it ${rule}` : `${rule}, got ${showAs(kind, value)}${reason}` };
}

function mapProblems(kind: MapKind, value: unknown, path: readonly string[]): Problem[] {
  if (!isObject(value)) return [refusal(kind, value, path)];
  const problems = Object.entries(value).flatMap(([name, entry]) => {
    const at = [...path, name];
    const detail = textProblem(kind.names, name);
    const reason = detail === '' ? '' : ` (${detail})`;
    const problem = { path: at, value: name, text: `has a name that is not ${kind.names.mustBe}${reason}` };
    return [...(detail === undefined ? [] : [problem]), ...problemsOf(kind.values, entry, at)];
  });
  if (problems.length > 0) return problems;
  const detail = kind.check?.(value as Record<string, string>);
  return detail === undefined ? [] : [refusal(kind, value, path, detail)];
}

function objectProblems(kind: ObjectKind, value: unknown, path: readonly string[]): Problem[] {
  if (!isObject(value)) return [refusal(kind, value, path)];
  const unknown = kind.open ? [] : Object.keys(value).filter((name) => !Object.hasOwn(kind.fields, name));
  const inFields = Object.entries(kind.fields).flatMap(([name, field]) => {
    const entry = Object.hasOwn(value, name) ? value[name] : undefined;
    return entry === undefined && !field.required ? [] : problemsOf(field.kind, entry, [...path, name]);
  });
  if (unknown.length === 0) return inFields;
  const known = Object.keys(kind.fields);
  const names = unknown.slice(0, MAX_NAMES).map((name) => nameWithHint(name, known));
  return [...inFields, { path, value, text: `has unknown fields: ${names.join(', ')}${andMore(unknown, MAX_NAMES)}` }];
}

/** The number of unknown fields that a message lists. */
const MAX_NAMES = 10;

/** The end of a list that a message shows only in part. */
export function andMore(list: readonly unknown[], shown: number): string {
  return list.length > shown ? ` and ${list.length - shown} more` : '';
}

function nameWithHint(name: string, known: readonly string[]): string {
  const similar = similarName(name, known);
  return similar === undefined ? show(name) : `${show(name)} (did you mean ${similar}?)`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
