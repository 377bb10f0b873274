import {
  ChecksumAlgorithm,
  ObjectCannedACL,
  ObjectLockLegalHoldStatus,
  ObjectLockMode,
  RequestPayer,
  ServerSideEncryption,
  StorageClass,
  Tier,
} from '@aws-sdk/client-s3';
import {
  CopyCannedAcl,
  CopyEncryption,
  CopyIntegrity,
  CopyOverwrite,
  CopyRestoreTier,
  CopyStorageClass,
} from '../../../lib';
import { asDefault, asInput, neededProps, withDefaults } from '../../../lib/private/protocol/option-rules';
import { type Option, type OptionField, OPTIONS } from '../../../lib/private/protocol/options';
import { problemsOf } from '../../../lib/private/protocol/problems';

const ROWS = Object.entries(OPTIONS as Record<string, Option>);
const { tier } = OPTIONS.restore.kind.fields;

describe('the table of the options', () => {
  const rules = ROWS.flatMap(([name, { combinations = [] }]) =>
    combinations.flatMap(({ when, requires, excludes }) => [
      [name, when ?? true] as const,
      ...Object.entries({ ...requires, ...excludes }),
    ]),
  );

  test('has rules about options that exist and values that they can have', () => {
    expect(rules.length).toBeGreaterThan(20);
    for (const [name, values] of rules) {
      const option = (OPTIONS as Record<string, Option>)[name];
      expect({ name, isKnown: option !== undefined }).toEqual({ name, isKnown: true });
      const invalid = values === true ? [] : values.filter((value) => problemsOf(option!.kind, value).length > 0);
      expect({ name, invalid }).toEqual({ name, invalid: [] });
    }
  });

  test('has features for values that the option can have', () => {
    for (const [name, { kind, feature }] of ROWS) {
      const invalid = (feature?.values ?? []).filter((value) => problemsOf(kind, value).length > 0);
      expect({ name, invalid }).toEqual({ name, invalid: [] });
    }
  });

  const withValue = (field: OptionField) => typeof field.default !== 'object';

  test.each(ROWS.filter(([, option]) => withValue(option)))('has a default of %s that is valid', (_, option) => {
    expect(problemsOf(option.kind, option.default)).toEqual([]);
  });

  // Values that S3 does not accept for a copy are left out on purpose.
  test.each<[string, OptionField, readonly string[]]>([
    ['storageClass', OPTIONS.storageClass, Object.values(StorageClass)],
    ['acl', OPTIONS.acl, Object.values(ObjectCannedACL)],
    ['checksumAlgorithm', OPTIONS.checksumAlgorithm, Object.values(ChecksumAlgorithm)],
    ['objectLockMode', OPTIONS.objectLockMode, Object.values(ObjectLockMode)],
    ['objectLockLegalHoldStatus', OPTIONS.objectLockLegalHoldStatus, Object.values(ObjectLockLegalHoldStatus)],
    ['requestPayer', OPTIONS.requestPayer, Object.values(RequestPayer)],
    ['restore.tier', tier, Object.values(Tier)],
    [
      'serverSideEncryption',
      OPTIONS.serverSideEncryption,
      Object.values(ServerSideEncryption).filter((value) => value !== 'aws:fsx' && value !== 'aws:backup'),
    ],
  ])('has the values of the SDK for %s', (_, { kind }, expected) => {
    expect(kind.type === 'enum' && [...kind.values].sort()).toEqual([...expected].sort());
  });

  test.each<[string, OptionField, object]>([
    ['overwrite', OPTIONS.overwrite, CopyOverwrite],
    ['integrity', OPTIONS.integrity, CopyIntegrity],
    ['storageClass', OPTIONS.storageClass, CopyStorageClass],
    ['serverSideEncryption', OPTIONS.serverSideEncryption, CopyEncryption],
    ['acl', OPTIONS.acl, CopyCannedAcl],
    ['restoreTier', tier, CopyRestoreTier],
  ])('accepts every value of the enum of defaults.%s', (prop, field, values) => {
    expect(field.prop).toBe(prop);
    expect(Object.values(values).flatMap((value) => problemsOf(field.kind, value))).toEqual([]);
  });
});

describe('an option is named', () => {
  test('after the input of the execution', () => {
    expect(asInput(['restore', 'days'])).toBe('options.restore.days');
  });

  test.each([
    [['ssekmsKeyId'], 'defaults.encryptionKey'],
    [['restore', 'days'], 'defaults.restoreFor'],
    [['restore'], 'defaults.restoreTier or defaults.restoreFor'],
    [['range'], 'options.range'],
    [['unknown'], 'options.unknown'],
  ])('after the property of CopyDefaults: %j is %s', (path, expected) => {
    expect(asDefault(path)).toBe(expected);
  });
});

describe('the props that a workflow needs for an execution', () => {
  test.each([
    [{}, {}],
    [{ taggingDirective: 'NONE', aclDirective: 'NONE', dryRun: true }, {}],
    [
      { acl: 'private', restore: {} },
      { copyAcl: true, allowRestore: true },
    ],
    [
      { taggingDirective: 'COPY', annotationDirective: 'COPY' },
      { copyTags: true, copyAnnotations: true },
    ],
    [{ objectLockLegalHoldStatus: 'ON', objectLockDirective: 'COPY' }, { copyObjectLock: true }],
  ])('for %j are %j', (options, expected) => {
    expect(neededProps(options)).toEqual(expected);
  });
});

describe('defaults', () => {
  const defaults = { taggingDirective: 'REPLACE', tagging: 'a=b', serverSideEncryption: 'aws:kms', dryRun: true };

  test('apply to what the execution leaves out', () => {
    expect(withDefaults({ range: 'bytes=0-1' }, defaults)).toEqual({ ...defaults, range: 'bytes=0-1' });
    expect(withDefaults({ dryRun: false }, defaults)).toEqual({ ...defaults, dryRun: false });
  });

  test('of a group do not apply if the execution sets any option of the group', () => {
    const own = { taggingDirective: 'COPY', bucketKeyEnabled: false };
    expect(withDefaults(own, defaults)).toEqual({ ...own, dryRun: true });
  });
});
