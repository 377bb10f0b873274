/*
 * The kinds of values that an execution input consists of. They are data, so that one definition validates the input
 * (here), types it (`ValueOf`) and describes it (scripts/input-schema.mjs).
 *
 * A new kind, such as a size like `10G`, is a member of `Kind`, a branch of `ValueOf`, `problemsOf` and the script.
 */

export type Kind = EnumKind | BooleanKind | IntegerKind | TextKind | MapKind | ObjectKind | EitherKind;

export interface EnumKind<V extends string = string> {
  readonly type: 'enum';
  readonly values: readonly V[];
}

export interface BooleanKind {
  readonly type: 'boolean';
}

export interface IntegerKind {
  readonly type: 'integer';
  readonly minimum: number;
  readonly maximum: number;
  /** What is counted, such as `days`. */
  readonly unit?: string;
}

export interface TextKind {
  readonly type: 'text';
  /** Completes the sentence "the value must be …". */
  readonly mustBe: string;
  /** Default: 0. */
  readonly minLength?: number;
  readonly pattern?: RegExp;
  /** What the pattern cannot express. */
  readonly check?: (text: string) => boolean;
}

/** Texts by names that the user chooses. */
export interface MapKind {
  readonly type: 'map';
  readonly mustBe: string;
  readonly names: TextKind;
  readonly values: TextKind;
  readonly check?: (map: Readonly<Record<string, string>>) => boolean;
}

/** Fields that are known by name. */
export interface ObjectKind<F extends Fields = Fields> {
  readonly type: 'object';
  readonly mustBe: string;
  readonly fields: F;
  /** Whether other fields are ignored. Default: they are refused. */
  readonly open?: boolean;
}

/** A text, or an object that says the same in detail. */
export interface EitherKind<T extends TextKind = TextKind, O extends MapKind | ObjectKind = MapKind | ObjectKind> {
  readonly type: 'either';
  readonly mustBe: string;
  readonly text: T;
  readonly object: O;
}

export interface Field<K extends Kind = Kind> {
  readonly kind: K;
  /** One or two sentences for the documentation. */
  readonly doc: string;
  /** Default: the field is optional. */
  readonly required?: boolean;
}

export interface Fields {
  readonly [name: string]: Field;
}

export function oneOf<const V extends string>(...values: V[]): EnumKind<V> {
  return { type: 'enum', values };
}

export function integer(minimum: number, maximum: number, unit?: string): IntegerKind {
  return { type: 'integer', minimum, maximum, unit };
}

export function text(mustBe: string, rules: Pick<TextKind, 'minLength' | 'pattern' | 'check'> = {}): TextKind {
  return { type: 'text', mustBe, ...rules };
}

export const BOOLEAN: BooleanKind = { type: 'boolean' };

/** The TypeScript type of the values of a kind. */
export type ValueOf<K> =
  K extends EnumKind<infer V>
    ? V
    : K extends BooleanKind
      ? boolean
      : K extends IntegerKind
        ? number
        : K extends TextKind
          ? string
          : K extends MapKind
            ? { readonly [name: string]: string }
            : K extends ObjectKind<infer F>
              ? FieldsOf<F>
              : K extends EitherKind<infer T, infer O>
                ? ValueOf<T> | ValueOf<O>
                : never;

/** The TypeScript type of an object with these fields. */
export type FieldsOf<F extends Fields> = {
  readonly [N in keyof F as F[N] extends { required: true } ? N : never]: ValueOf<F[N]['kind']>;
} & {
  readonly [N in keyof F as F[N] extends { required: true } ? never : N]?: ValueOf<F[N]['kind']>;
};

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
    default:
      return isValid(kind, value) ? [] : [refusal(kind, value, path)];
  }
}

/** A value as JSON, short enough for an error message. */
export function show(value: unknown): string {
  // JSON has no NaN and no Infinity.
  const json = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing');
  return json.length > 120 ? `${json.slice(0, 120)}…` : json;
}

/** `'a', 'b' or 'c'`. */
export function listOf(values: readonly unknown[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

function isValid(kind: EnumKind | BooleanKind | IntegerKind | TextKind, value: unknown): boolean {
  switch (kind.type) {
    case 'enum':
      return kind.values.includes(value as string);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value) && (value as number) >= kind.minimum && (value as number) <= kind.maximum;
    case 'text':
      return typeof value === 'string' && isText(kind, value);
  }
}

function isText({ minLength = 0, pattern, check }: TextKind, value: string): boolean {
  return value.length >= minLength && (pattern?.test(value) ?? true) && (check?.(value) ?? true);
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
    default:
      return kind.mustBe;
  }
}

function refusal(kind: Kind, value: unknown, path: readonly string[]): Problem {
  const rule = `must be ${expectation(kind)}`;
  const isMissing = value === undefined && path.length > 0;
  return { path, value, text: isMissing ? `is missing; it ${rule}` : `${rule}, got ${show(value)}` };
}

function mapProblems(kind: MapKind, value: unknown, path: readonly string[]): Problem[] {
  if (!isObject(value)) return [refusal(kind, value, path)];
  const problems = Object.entries(value).flatMap(([name, entry]) => {
    const at = [...path, name];
    const problem = { path: at, value: name, text: `has a name that is not ${kind.names.mustBe}` };
    return [...(isText(kind.names, name) ? [] : [problem]), ...problemsOf(kind.values, entry, at)];
  });
  if (problems.length > 0) return problems;
  return kind.check?.(value as Record<string, string>) === false ? [refusal(kind, value, path)] : [];
}

function objectProblems(kind: ObjectKind, value: unknown, path: readonly string[]): Problem[] {
  if (!isObject(value)) return [refusal(kind, value, path)];
  const unknown = kind.open ? [] : Object.keys(value).filter((name) => !Object.hasOwn(kind.fields, name));
  const inFields = Object.entries(kind.fields).flatMap(([name, field]) => {
    const entry = Object.hasOwn(value, name) ? value[name] : undefined;
    return entry === undefined && !field.required ? [] : problemsOf(field.kind, entry, [...path, name]);
  });
  if (unknown.length === 0) return inFields;
  const names = unknown.map((name) => JSON.stringify(name)).join(', ');
  return [...inFields, { path, value, text: `has unknown fields: ${names}` }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
