import { Token } from 'aws-cdk-lib';
import { type CopyDefaults, CopyEncryption } from '../copy-defaults';
import type { Feature } from './protocol';
import {
  asDefault,
  combinationProblems,
  missingFeatures,
  type NameOption,
  type RawOptions,
  valueProblems,
} from './protocol/option-rules';
import { type OptionField, OPTIONS } from './protocol/options';
import { keyArn } from './validation';

/** Properties whose value is not that of the option. */
const CONVERSIONS: { readonly [P in keyof CopyDefaults]: (value: NonNullable<CopyDefaults[P]>) => unknown } = {
  requesterPays: (pays) => (pays ? 'requester' : undefined),
  encryptionKey: (key) => keyArn('defaults or fixedOptions', key),
  restoreFor: (duration) => duration.toDays({ integral: false }),
};

/**
 * `defaults` or `fixedOptions` as options of an execution.
 *
 * @returns undefined if there are none
 * @throws if an execution with these options would be refused, with the name of the property
 */
export function defaultOptions(
  defaults: CopyDefaults,
  features: readonly Feature[],
  nameOption: NameOption = asDefault,
): RawOptions | undefined {
  const given = optionsOf(OPTIONS, defaults);
  // S3 accepts a key only together with the type of encryption.
  const options =
    'ssekmsKeyId' in given && !('serverSideEncryption' in given)
      ? { ...given, serverSideEncryption: CopyEncryption.KMS }
      : given;
  const problems = [
    ...valueProblems(options)
      .filter(({ value }) => !Token.isUnresolved(value))
      .map(({ path, text }) => `${nameOption(path)} ${text}`),
    ...combinationProblems(options, nameOption),
    ...missingFeatures(options, features).map(({ option, prop }) => `${nameOption([option])} requires ${prop}: true`),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
  return Object.keys(options).length > 0 ? options : undefined;
}

function optionsOf(fields: Readonly<Record<string, OptionField>>, defaults: CopyDefaults): RawOptions {
  const entries = Object.entries(fields).map(([name, field]) => [name, valueOf(field, defaults)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function valueOf({ kind, prop }: OptionField, defaults: CopyDefaults): unknown {
  if (prop !== undefined) {
    const value = defaults[prop as keyof CopyDefaults];
    const convert = CONVERSIONS[prop as keyof CopyDefaults] as ((given: unknown) => unknown) | undefined;
    return value === undefined || !convert ? value : convert(value);
  }
  if (kind.type !== 'object') return undefined;
  const inner = optionsOf(kind.fields as Record<string, OptionField>, defaults);
  return Object.keys(inner).length > 0 ? inner : undefined;
}
