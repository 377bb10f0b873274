/*
 * Evaluates the rows of options.ts. The order is the same for executions and for `defaults` of the construct: values
 * first, then combinations, then what the workflow must have turned on. restrictions.ts has what the workflow forbids.
 */
import { type Feature, type FeatureProps, FEATURES } from './features';
import type { ObjectKind } from './kinds';
import {
  type Combination,
  type CopyOptions,
  type Option,
  type OptionField,
  type OptionName,
  OPTIONS,
  type OtherOptions,
  type SourceConditions,
} from './options';
import { isConfidential, listOf, type Problem, problemsOf, show } from './problems';
import { parseSize } from './sizes';

/** Options that have not been validated. */
export interface RawOptions {
  readonly [name: string]: unknown;
}

const ROWS: ReadonlyMap<string, Option> = new Map(Object.entries(OPTIONS));

/** The value of the field `options`. */
export const OPTIONS_KIND: ObjectKind<typeof OPTIONS> = { type: 'object', mustBe: 'an object', fields: OPTIONS };

/** How a message names an option, as its reader set it: `options.restore.days` of an execution, or `defaults.restoreFor`. */
export type NameOption = (path: readonly string[]) => string;

export const asInput: NameOption = (path) => nameOf(['options', ...path]);

/** `source.key`, or `options.metadata["a b"]`. */
export function nameOf(path: readonly string[]): string {
  return path.reduce((outer, name) => `${outer}${/^[\w-]{1,120}$/.test(name) ? `.${name}` : `[${show(name)}]`}`);
}

export const asDefault: NameOption = (path) => asProperty('defaults', path);

export const asFixed: NameOption = (path) => asProperty('fixedOptions', path);

/** Options that `CopyDefaults` cannot set keep the name that they have in an execution. */
function asProperty(set: 'defaults' | 'fixedOptions', path: readonly string[]): string {
  const field = path.reduce<OptionField | undefined>((outer, name) => fieldsOf(outer).get(name), {
    kind: OPTIONS_KIND,
  } as never);
  // An option that is an object is set by a property for each of its fields.
  const props = field?.prop === undefined ? [...fieldsOf(field).values()].map(({ prop }) => prop) : [field.prop];
  return props.length === 0 ? asInput(path) : props.map((name) => `${set}.${name}`).join(' or ');
}

function fieldsOf(field: OptionField | undefined): ReadonlyMap<string, OptionField> {
  return new Map(field?.kind.type === 'object' ? Object.entries(field.kind.fields as Record<string, OptionField>) : []);
}

/** The options of an execution, and the defaults of the workflow for those that it leaves out. */
export function withDefaults(own: RawOptions, defaults: RawOptions): RawOptions {
  const groups = new Set(Object.keys(own).flatMap((name) => groupOf(name) ?? []));
  const kept = Object.entries(defaults).filter(([name]) => !groups.has(groupOf(name) ?? ''));
  return { ...Object.fromEntries(kept), ...own };
}

export function groupOf(name: string): string | undefined {
  return ROWS.get(name)?.group;
}

/** Whether messages must not show the value of an option. */
export function isConfidentialOption(name: string): boolean {
  const row = ROWS.get(name);
  return row !== undefined && isConfidential(row.kind);
}

/** Valid options, in which sizes that are text are bytes. */
export function withBytes(options: RawOptions): CopyOptions {
  const entries = Object.entries(options).map(([name, value]) => {
    const isSizeText = ROWS.get(name)?.kind.type === 'size' && typeof value === 'string';
    return [name, isSizeText ? parseSize(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

/** What is wrong with the value of each option by itself. Paths begin with the name of the option. */
export function valueProblems(options: unknown): Problem[] {
  return problemsOf(OPTIONS_KIND, options);
}

/** What is wrong with options that are valid by themselves. They may be invalid, so that all problems are found at once. */
export function combinationProblems(options: RawOptions, nameOption: NameOption): string[] {
  return [...ROWS].flatMap(([name, { combinations = [] }]) =>
    combinations
      .filter(({ when }) => isSet(options, name, when ?? true))
      .flatMap((rule) => violations(options, name, rule, nameOption)),
  );
}

function violations(
  options: RawOptions,
  name: string,
  { when, requires = {}, excludes = {}, because }: Combination,
  nameOption: NameOption,
): string[] {
  const subject = withValues(nameOption([name]), when ?? true);
  const reason = because === undefined ? '' : `, because ${because}`;
  const entries = (others: OtherOptions) => Object.entries(others);
  const missing = entries(requires).filter(([other, values]) => !isSet(options, other, values));
  const present = entries(excludes).filter(([other, values]) => isSet(options, other, values));
  return [
    ...missing.map(([other, values]) => `${subject} requires ${withValues(nameOption([other]), values)}${reason}`),
    ...present.map(([other, values]) => {
      const found = values === true ? true : [optionOf(options, other) as string];
      return `${subject} cannot be combined with ${withValues(nameOption([other]), found)}${reason}`;
    }),
  ];
}

function optionOf(options: RawOptions, name: string): unknown {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function isSet(options: RawOptions, name: string, values: true | readonly unknown[]): boolean {
  const value = optionOf(options, name);
  return values === true ? value !== undefined : values.includes(value);
}

function withValues(name: string, values: true | readonly unknown[]): string {
  return values === true ? name : `${name} ${listOf(values)}`;
}

/** A feature that an option needs and that the workflow does not have. */
export interface MissingFeature {
  readonly option: OptionName;
  readonly value: unknown;
  /** Prop of `MultipartCopyWorkflow` that turns the feature on. */
  readonly prop: string;
}

export function missingFeatures(options: RawOptions, features: readonly Feature[]): MissingFeature[] {
  return featureNeeds(options)
    .filter(({ feature }) => !features.includes(feature))
    .map(({ option, value, feature }) => ({ option, value, prop: FEATURES[feature].prop }));
}

/** The props of `MultipartCopyWorkflow` that an execution with these options needs. */
export function neededProps(options: RawOptions): FeatureProps {
  return Object.fromEntries(featureNeeds(options).map(({ feature }) => [FEATURES[feature].prop, true]));
}

function featureNeeds(options: RawOptions): { option: OptionName; value: unknown; feature: Feature }[] {
  return [...ROWS].flatMap(([name, { feature }]) =>
    feature && isSet(options, name, feature.values ?? true)
      ? [{ option: name as OptionName, value: optionOf(options, name), feature: feature.name }]
      : [],
  );
}

/** The options whose value is the ARN of a secret with a customer-provided key. */
export const CUSTOMER_KEY_OPTIONS = [...ROWS].flatMap(([name, { isCustomerKey }]) =>
  isCustomerKey ? [name as OptionName] : [],
);

/** The conditions on the source among the options; undefined if there are none. */
export function sourceConditionsOf(options: CopyOptions): SourceConditions | undefined {
  const conditions = Object.entries(options).filter(([name]) => ROWS.get(name)?.isSourceCondition);
  return conditions.length > 0 ? Object.fromEntries(conditions) : undefined;
}
