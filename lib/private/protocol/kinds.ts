/*
 * The kinds of values that an execution input consists of. They are data, so that one definition validates the input
 * (problems.ts), types it (`ValueOf`) and describes it (scripts/input-schema.mjs).
 *
 * A new kind is a member of `Kind`, a branch of `ValueOf`, of `problemsOf` and of the script.
 */

export type Kind = EnumKind | BooleanKind | IntegerKind | SizeKind | TextKind | MapKind | ObjectKind | EitherKind;

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

/** A number of bytes, or text such as `64MiB`. */
export interface SizeKind {
  readonly type: 'size';
  readonly minimum: number;
  readonly maximum: number;
}

/** What is wrong with a value, for the end of a message. Empty if the rest of the message says it. */
export type Check<T> = (value: T) => string | undefined;

interface Confidential {
  /** Messages contain the type of the value instead of the value, because they end up in histories of executions and in logs. Default: false. */
  readonly isConfidential?: boolean;
}

/** Text that UTF-8 can express: it contains no half of a surrogate pair. */
export interface TextKind extends Confidential {
  readonly type: 'text';
  /** Completes the sentence "the value must be …". */
  readonly mustBe: string;
  /** Default: 0. */
  readonly minLength?: number;
  /** The characters that the text may consist of, as a class such as `[a-z]`. Default: all. */
  readonly characters?: string;
  readonly pattern?: RegExp;
  /** What the pattern cannot express. */
  readonly check?: Check<string>;
}

/** Texts by names that the user chooses. */
export interface MapKind extends Confidential {
  readonly type: 'map';
  readonly mustBe: string;
  readonly names: TextKind;
  readonly values: TextKind;
  readonly check?: Check<Readonly<Record<string, string>>>;
}

/** Fields that are known by name. */
export interface ObjectKind<F extends Fields = Fields> {
  readonly type: 'object';
  readonly mustBe: string;
  readonly fields: F;
  /** Whether other fields are ignored. Default: they are rejected. */
  readonly open?: boolean;
}

/** A text, or an object that says the same in detail. */
export interface EitherKind<
  T extends TextKind = TextKind,
  O extends MapKind | ObjectKind = MapKind | ObjectKind,
> extends Confidential {
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

export function size(minimum: number, maximum: number): SizeKind {
  return { type: 'size', minimum, maximum };
}

export function text(mustBe: string, rules: Omit<TextKind, 'type' | 'mustBe'> = {}): TextKind {
  return { type: 'text', mustBe, ...rules };
}

export const BOOLEAN: BooleanKind = { type: 'boolean' };

/** The TypeScript type of the values of a kind. Sizes are bytes: `withBytes` of option-rules.ts converts those that are text. */
export type ValueOf<K> =
  K extends EnumKind<infer V>
    ? V
    : K extends BooleanKind
      ? boolean
      : K extends IntegerKind | SizeKind
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
