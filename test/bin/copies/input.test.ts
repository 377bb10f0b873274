import { executionInput, parseOptions } from '../../../bin/copies/input';

const source = 's3://raw/in/ü +%20.bin';

test('keys are what they are: nothing is decoded or encoded', () => {
  expect(executionInput({ source, options: [] })).toEqual({ source });
  expect(executionInput({ source, destination: 's3://lake/out/', options: ['overwrite=never'] })).toEqual({
    source,
    destination: 's3://lake/out/',
    options: { overwrite: 'never' },
  });
});

test('a version makes the source an object', () => {
  expect(executionInput({ source: 's3://raw/a?b#c', versionId: 'v1', options: [] })).toEqual({
    source: { bucket: 'raw', key: 'a?b#c', versionId: 'v1' },
  });
});

test('options are added to an input of a file', () => {
  const input = { source, options: { overwrite: 'never', dryRun: true } };
  expect(executionInput({ input, options: ['dryRun=false'] })).toEqual({
    source,
    options: { overwrite: 'never', dryRun: false },
  });
  expect(executionInput({ input: { detail: {} }, options: [] })).toEqual({ detail: {} });
});

test('values become what their option is', () => {
  const texts = [
    ...['partSize=64MiB', 'maxConcurrency=10', 'dryRun=true', 'metadataDirective=REPLACE', 'contentType=a=b'],
    ...['metadata.color=blue', 'metadata.a.b=1', 'restore.tier=Bulk', 'restore.days=3'],
    ...['taggingDirective=REPLACE', 'tagging={"a":"b"}'],
  ];
  expect(parseOptions(texts)).toEqual({
    partSize: '64MiB',
    maxConcurrency: 10,
    dryRun: true,
    metadataDirective: 'REPLACE',
    contentType: 'a=b',
    metadata: { color: 'blue', 'a.b': '1' },
    restore: { tier: 'Bulk', days: 3 },
    taggingDirective: 'REPLACE',
    tagging: { a: 'b' },
  });
});

test.each([
  [{ options: [] }, /specify the object to copy/],
  [{ source, input: {}, options: [] }, /either an object or --input/],
  [{ source: 'raw/a', options: [] }, /the source is "raw\/a"; it has to look like s3:\/\/bucket\/key/],
  [{ source: 's3://raw/', options: [] }, /the source is/],
  [{ source, destination: 'lake', options: [] }, /the destination is "lake"/],
  [{ input: [], options: [] }, /--input has to be a JSON object/],
  [{ input: { detail: {} }, options: ['dryRun=true'] }, /an event cannot have options/],
  [{ source, options: ['partSize'] }, /write name=value, such as partSize=64MiB/],
  [{ source, options: ['partSize=1'] }, /partSize must be a whole number of bytes from 5242880/],
  [{ source, options: ['maxConcurrency=ten'] }, /maxConcurrency must be .*, got "ten"/],
  [{ source, options: ['overwrit=never'] }, /unknown fields: "overwrit" \(did you mean overwrite\?\)/],
  [{ source, options: ['contentType=a/b'] }, /^--option: contentType requires metadataDirective 'REPLACE'/],
  [{ source, options: ['__proto__.x=1'] }, /--option/],
] as const)('refuses %j', (args, message) => {
  expect(() => executionInput(args)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(message) }),
  );
});
