import { readInput } from '../../../lambda/plan/input/read-input';
import type { RawOptions } from '../../../lib/private/protocol/option-rules';

/** The example of the Amazon S3 User Guide, "Amazon S3 event notification message structure for EventBridge". */
const OBJECT_CREATED = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '111122223333',
  time: '2021-11-12T00:00:00Z',
  region: 'ca-central-1',
  resources: ['arn:aws:s3:::amzn-s3-demo-bucket1'],
  detail: {
    version: '0',
    bucket: { name: 'amzn-s3-demo-bucket1' },
    object: {
      key: 'example-key',
      size: 5,
      etag: 'b1946ac92492d2347c6235b4d2611184',
      'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
      sequencer: '617f08299329d189',
    },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    'source-ip-address': '1.2.3.4',
    reason: 'PutObject',
  },
};

describe('the console form', () => {
  test('accepts a source alone', () => {
    expect(readInput({ source: { bucket: 'raw', key: 'a/b.bin' } })).toMatchObject({
      source: { bucket: 'raw', key: 'a/b.bin' },
      destination: undefined,
      options: {},
    });
  });

  test('accepts s3:// URIs, and does not decode their keys', () => {
    const request = readInput({ source: 's3://raw/a b+c%20d/ü?x=1&y\n/', destination: 's3://lake//x' });
    expect(request.source).toEqual({ bucket: 'raw', key: 'a b+c%20d/ü?x=1&y\n/' });
    expect(request.destination).toEqual({ bucket: 'lake', key: '/x' });
  });

  test('accepts every option', () => {
    const options = { overwrite: 'never', dryRun: true, partSize: 5 * 1024 ** 2, maxConcurrency: 10_000 };
    expect(readInput({ source: { bucket: 'raw', key: 'k', versionId: 'v' }, options })).toMatchObject({
      source: { bucket: 'raw', key: 'k', versionId: 'v' },
      options,
    });
  });

  test('accepts a destination with only a bucket or only a key', () => {
    expect(readInput({ source: 's3://raw/k', destination: { key: 'x' } }).destination).toEqual({ key: 'x' });
  });
});

test.each([
  ['s3://lake/folder/', { bucket: 'lake', folder: 'folder/' }],
  ['s3://lake/', { bucket: 'lake', folder: '' }],
  [
    'arn:aws:s3:us-west-2:111122223333:accesspoint/ap/object/a//',
    { bucket: expect.stringMatching('/ap$'), folder: 'a//' },
  ],
  [
    { bucket: 'lake', key: 'folder/' },
    { bucket: 'lake', key: 'folder/' },
  ],
])('the destination %j is %j', (destination, expected) => {
  expect(readInput({ source: 's3://raw/k', destination }).destination).toEqual(expected);
});

test.each([
  ['8388608', 8_388_608],
  ['8M', 8_388_608],
  ['8mb', 8_388_608],
  ['8MiB', 8_388_608],
  ['8192KiB', 8_388_608],
  ['5G', 5_368_709_120],
])('the part size %j is %i bytes', (partSize, bytes) => {
  expect(readInput({ source: 's3://raw/k', options: { partSize } }).options).toEqual({ partSize: bytes });
});

test('an event that is longer than a state can carry is InvalidInput', () => {
  const withExtra = (bytes: number) => ({ ...OBJECT_CREATED, extra: 'x'.repeat(bytes) });
  expect(readInput(withExtra(60_000)).isEvent).toBe(true);
  expect(() => readInput(withExtra(65_536))).toThrow(/^the input has 66\d{3} bytes, and at most 65536 are accepted/);
});

describe('an access point', () => {
  const arn = 'arn:aws:s3:us-west-2:111122223333:accesspoint/my-ap';

  test('is accepted as a bucket and at the beginning of a URI', () => {
    expect(readInput({ source: { bucket: arn, key: 'k' } }).source).toEqual({ bucket: arn, key: 'k' });
    expect(readInput({ source: `${arn}/object/a/b`, destination: `${arn}/object/c` })).toMatchObject({
      source: { bucket: arn, key: 'a/b' },
      destination: { bucket: arn, key: 'c' },
    });
  });
});

describe('defaults of the workflow', () => {
  test('apply to what the execution leaves out', () => {
    const { options } = readInput(
      { source: 's3://raw/k', options: { dryRun: true } },
      { options: { storageClass: 'GLACIER_IR', dryRun: false } },
    );
    expect(options).toEqual({ storageClass: 'GLACIER_IR', dryRun: true });
  });

  test('apply to events', () => {
    expect(readInput(OBJECT_CREATED, { options: { overwrite: 'never' } }).options).toEqual({ overwrite: 'never' });
  });

  test('of a group do not apply if the execution sets an option of the group', () => {
    const defaults = { taggingDirective: 'REPLACE', tagging: 'a=b', serverSideEncryption: 'aws:kms', ssekmsKeyId: 'k' };
    expect(
      readInput({ source: 's3://raw/k', options: { taggingDirective: 'COPY' } }, { options: defaults }).options,
    ).toEqual({
      taggingDirective: 'COPY',
      serverSideEncryption: 'aws:kms',
      ssekmsKeyId: 'k',
    });
    const secret = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:key';
    const own = { sseCustomerKeySecretArn: secret };
    expect(readInput({ source: 's3://raw/k', options: own }, { options: defaults }).options).toMatchObject(own);
  });
});

describe('invalid defaults, which tokens can be in the deployed workflow', () => {
  const invalid: [RawOptions, RegExp][] = [
    [{ restore: { days: 40_000 } }, /^defaults.restoreFor must be a whole number of days from 1 to 36500, got 40000$/],
    [{ requestPayer: 'me' }, /^defaults.requesterPays must be 'requester', got "me"$/],
    [
      { ssekmsKeyId: 'k' },
      /^defaults.encryptionKey requires options.serverSideEncryption 'aws:kms' or 'aws:kms:dsse'$/,
    ],
  ];

  test.each(invalid)('%j fail an event with InvalidInput', (defaults, message) => {
    expect(() => readInput(OBJECT_CREATED, { options: defaults })).toThrow(
      expect.objectContaining({ name: 'InvalidInput' }),
    );
    expect(() => readInput(OBJECT_CREATED, { options: defaults })).toThrow(message);
  });

  test.each(invalid)('%j fail an execution that leaves them out with InvalidInput', (defaults, message) => {
    expect(() => readInput({ source: 's3://raw/k' }, { options: defaults })).toThrow(message);
  });

  test('do not fail an execution that overrides them', () => {
    const input = { source: 's3://raw/k', options: { restore: { days: 3 } } };
    expect(readInput(input, { options: { restore: { days: 40_000 } } }).options).toEqual({ restore: { days: 3 } });
  });

  test('are named apart from the options of the execution', () => {
    const input = { source: 's3://raw/k', options: { serverSideEncryption: 'aws:kms' } };
    expect(() => readInput(input, { options: { preserveEtag: true } })).toThrow(
      /^defaults.preserveEtag true cannot be combined with options.serverSideEncryption 'aws:kms'/,
    );
  });
});

describe('an Object Created event', () => {
  test('has bucket, key and version of the source', () => {
    expect(readInput(OBJECT_CREATED)).toEqual({
      source: { bucket: 'amzn-s3-demo-bucket1', key: 'example-key', versionId: 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e' },
      options: {},
      own: {},
      isEvent: true,
    });
  });

  test('has the destination and the options of the rule', () => {
    const rule = { destination: { bucket: 'lake', prefix: 'out/' }, options: { overwrite: 'if-different' } };
    expect(readInput({ ...OBJECT_CREATED, ...rule }, { options: { partSize: '5MiB' } })).toMatchObject({
      destination: rule.destination,
      options: { overwrite: 'if-different', partSize: 5_242_880 },
      own: rule.options,
      isEvent: true,
    });
    const { destination } = readInput({ ...OBJECT_CREATED, destination: { bucket: 'lake' } });
    expect(destination).toEqual({ bucket: 'lake', prefix: '' });
  });

  test.each([
    [{ destination: { key: 'k' } }, 'destination.bucket is missing'],
    [{ destination: 's3://lake/k' }, 'destination must be an object with the bucket and the prefix of a destination'],
    [{ options: { overwrite: 'perhaps' } }, 'options.overwrite must be'],
  ])('with %j is refused', (rule, message) => {
    expect(() => readInput({ ...OBJECT_CREATED, ...rule })).toThrow(message);
  });

  test('has a key that is not decoded', () => {
    const event = structuredClone(OBJECT_CREATED);
    event.detail.object.key = 'a b+c%20d';
    expect(readInput(event).source.key).toBe('a b+c%20d');
  });

  test.each([
    [{ 'detail-type': 'Object Deleted' }, /detail-type "Object Deleted"; only "Object Created"/],
    [{ source: 'my.app' }, /source "my.app"/],
    [{ detail: {} }, /detail.bucket is missing.*detail.object is missing/],
  ])('fails with InvalidInput if it is of another kind: %j', (change, message) => {
    expect(() => readInput({ ...OBJECT_CREATED, ...change })).toThrow(message);
  });
});

/** Text that cannot be sent to S3, field by field. */
const notText: [unknown, RegExp][] = [
  [
    { source: { bucket: 'raw', key: 'a\ud800' } },
    /source.key .*got "a\\ud800" \(character 2 is U\+D800, half of a surrogate pair/,
  ],
  [{ source: 's3://raw/😀\udc00' }, /^source must .*\(character 11 is U\+DC00, half of/],
  [{ source: `s3://raw/${'ü'.repeat(513)}` }, /^source must .*\(the key has 1026 bytes\)$/],
  [{ source: 's3://r\nw/k' }, /^source must be s3:\/\/bucket\/key/],
  [{ source: { bucket: 'r\nw', key: 'k' } }, /source.bucket must be .*\(character 2 is U\+000A\)/],
  [{ source: { bucket: 'raw', key: 'k', versionId: 'v\r\n' } }, /source.versionId .*\(character 2 is U\+000D\)/],
  ...withOptions([
    ...['ifMatch', 'copySourceIfMatch', 'copySourceIfNoneMatch'].map((name): [unknown, RegExp] => [
      { [name]: '"a"\r\nx-amz-acl: public-read' },
      new RegExp(`options.${name} must be .*printable ASCII, got .*\\(character 4 is U\\+000D\\)`),
    ]),
    [
      { serverSideEncryption: 'aws:kms', ssekmsKeyId: 'kéy' },
      /options.ssekmsKeyId must be .*\(character 2 is U\+00E9\)/,
    ],
    [
      { metadataDirective: 'REPLACE', contentType: 'text/plän' },
      /options.contentType must be .*\(character 8 is U\+00E4\)/,
    ],
    [
      { metadataDirective: 'REPLACE', contentType: ' a' },
      /options.contentType must be printable ASCII without spaces at its ends/,
    ],
    [{ metadataDirective: 'REPLACE', metadata: { a: 'b\ud800' } }, /options.metadata.a .*\(character 2 is U\+D800/],
    [
      { metadataDirective: 'REPLACE', metadata: JSON.parse('{"__proto__": "x"}') },
      /options.metadata.__proto__ has a name that is not a header name .* other than '__proto__'$/,
    ],
    [
      { metadataDirective: 'REPLACE', metadata: { Origin: 'a', x: 'b', origin: 'c' } },
      /options.metadata must be .*\('Origin' and 'origin' are the same name\)$/,
    ],
    ...[{ k: 'a\u2028b' }, 'k=a\u2028b', 'k=a%E2%80%A8b'].map((tagging): [unknown, RegExp] => [
      { taggingDirective: 'REPLACE', tagging },
      /options.tagging must be .*\(the tag "k" has the character U\+2028\)$/,
    ]),
    [
      { taggingDirective: 'REPLACE', tagging: { k: 'a\udc00' } },
      /options.tagging.k must be text, .*\(character 2 is U\+DC00/,
    ],
  ]),
];

describe('fails with InvalidInput that names the value', () => {
  test.each<[unknown, RegExp]>([
    [undefined, /the input must be an object with a source/],
    ['s3://raw/k', /the input must be an object.*got text of 10 characters/],
    [[], /the input must be an object/],
    [{}, /source is missing/],
    [{ source: 's3://raw' }, /source must be s3:\/\/bucket\/key.*got "s3:\/\/raw"/],
    [{ source: 7 }, /source must be s3:\/\/bucket\/key.*got 7/],
    [{ source: { bucket: 'raw' } }, /source.key is missing/],
    [{ source: { bucket: 'raw', key: '' } }, /source.key must be the key of an object.*got ""/],
    [
      { source: { bucket: 'raw', key: 'ü'.repeat(513) } },
      /source.key must be the key of an object, 1 to 1024 bytes of UTF-8/,
    ],
    [{ source: { bucket: 'raw', key: 'k', versionID: 'v' } }, /source has unknown fields: "versionID"/],
    [{ source: 's3://raw/k', option: {} }, /the input has unknown fields: "option"/],
    [
      { source: 's3://raw/k', options: { overwrite: 'sometimes' } },
      /options.overwrite must be 'always'.*got "sometimes"/,
    ],
    [
      { source: 's3://raw/k', options: { partSize: 5 } },
      /options.partSize must be a whole number of bytes from 5242880 to 5368709120, or text such as '64MiB', got 5/,
    ],
    [{ source: 's3://raw/k', options: { partSize: '10GiB' } }, /partSize must be .*got "10GiB" \(10737418240 bytes\)$/],
    [{ source: 's3://raw/k', options: { partSize: '8 Mo' } }, /options.partSize must be a whole number.*got "8 Mo"$/],
    [{ source: 's3://raw/k', options: { maxConcurrency: 1.5 } }, /options.maxConcurrency must be a whole number/],
    [{ source: 's3://raw/k', destination: 's3:/lake/x' }, /destination must be s3:\/\/bucket\/key.*got "s3:\/lake\/x"/],
    [{ source: 's3://raw/k', destination: 's3://lake' }, /or an object with bucket, key or both, got "s3:\/\/lake"/],
    ...notText,
    ...withOptions([
      [
        { storageclass: 1, partSise: 1, x: 1 },
        /: "storageclass" \(did you mean storageClass\?\), "partSise" \(did you mean partSize\?\), "x"$/,
      ],
      [{ restore: { day: 1 } }, /options.restore has unknown fields: "day" \(did you mean days\?\)/],
      [{ unknown: 1 }, /options has unknown fields: "unknown"/],
      [null, /options must be an object, got null/],
      [[], /options must be an object/],
      [{ restore: true }, /options.restore must be an object/],
      [{ restore: { tier: 'Slow' } }, /options.restore.tier must be 'Expedited', 'Standard' or 'Bulk', got "Slow"/],
      [{ range: 'bytes=0-' }, /options.range must be bytes=first-last.*got "bytes=0-"/],
      [{ range: 'bytes=9-8' }, /where first is not after last, got "bytes=9-8"/],
      [{ expectedBucketOwner: '123' }, /options.expectedBucketOwner must be an account ID of 12 digits/],
      [{ requestPayer: 'me' }, /options.requestPayer must be 'requester'/],
      [{ copySourceIfModifiedSince: 'yesterday' }, /must be a date, such as .*got "yesterday"/],
      [{ copySourceIfUnmodifiedSince: '1' }, /must be a date, such as .*got "1"/],
      [{ copySourceIfUnmodifiedSince: 'May 5' }, /must be a date, such as .*got "May 5"/],
      [{ sseCustomerKeySecretArn: 'key' }, /must be the ARN of a Secrets Manager secret/],
      [{ storageClass: 'COLD' }, /options.storageClass must be .* or 'STANDARD_IA', got "COLD"/],
      [{ acl: 'mine' }, /options.acl must be .*'private'/],
      [{ checksumAlgorithm: 'CRC' }, /options.checksumAlgorithm must be 'CRC64NVME', /],
      [{ metadataDirective: 'REPLACE', metadata: { a: 1 } }, /options.metadata.a must be text.*got a number/],
      [{ contentType: 'a/b' }, /options.contentType requires options.metadataDirective 'REPLACE'/],
      [{ metadataDirective: 'COPY', metadata: {} }, /options.metadata requires/],
      [{ tagging: 'a=b' }, /options.tagging requires options.taggingDirective 'REPLACE'/],
      [{ taggingDirective: 'REPLACE' }, /'REPLACE' requires options.tagging/],
      [{ acl: 'private', aclDirective: 'COPY' }, /options.acl cannot be combined with options.aclDirective 'COPY'/],
      [{ objectLockMode: 'GOVERNANCE' }, /objectLockMode requires options.objectLockRetainUntilDate/],
      [{ objectLockRetainUntilDate: '2030-01-01' }, /RetainUntilDate requires options.objectLockMode/],
      [{ ifMatch: 'x', overwrite: 'never' }, /options.ifMatch cannot be combined with options.overwrite 'never'/],
      [{ preserveEtag: true, range: 'bytes=0-1' }, /options.preserveEtag true cannot be combined with options.range/],
      [{ preserveEtag: true, serverSideEncryption: 'aws:kms' }, /cannot be combined with options.serverSideEncryption/],
      [
        { preserveEtag: true, partSize: 5_242_880 },
        /options.preserveEtag true cannot be combined with options.partSize/,
      ],
      [{ ssekmsKeyId: 'k' }, /options.ssekmsKeyId requires options.serverSideEncryption 'aws:kms' or 'aws:kms:dsse'/],
      [
        { serverSideEncryption: 'aws:kms:dsse', bucketKeyEnabled: true },
        /bucketKeyEnabled true cannot be combined with options.serverSideEncryption 'aws:kms:dsse'/,
      ],
      [{ checksumType: 'COMPOSITE' }, /options.checksumType 'COMPOSITE' requires options.checksumAlgorithm/],
      [{ checksumAlgorithm: 'CRC64NVME', checksumType: 'COMPOSITE' }, /S3 has no composite CRC64NVME/],
      [
        { checksumAlgorithm: 'SHA256', checksumType: 'FULL_OBJECT' },
        /'FULL_OBJECT' requires options.checksumAlgorithm 'CRC64NVME', 'CRC32C' or 'CRC32'/,
      ],
      [{ copySourceIfModifiedSince: '2026-02-31' }, /must be a date, such as .*got "2026-02-31"/],
      [{ metadataDirective: 'REPLACE', cacheControl: 'a\nb' }, /options.cacheControl must be printable ASCII/],
      [
        { metadataDirective: 'REPLACE', metadata: { 'a b': 'x' } },
        /options.metadata\["a b"\] has a name that is not a header name.*\(character 2 is U\+0020\)$/,
      ],
      [
        { metadataDirective: 'REPLACE', metadata: { a: 'b\r\n' } },
        /options.metadata.a must be text without control characters/,
      ],
      [
        { websiteRedirectLocation: 'page' },
        /options.websiteRedirectLocation must be empty, or printable ASCII that begins with '\/'/,
      ],
      ...[
        Object.fromEntries(Array.from({ length: 11 }, (_, n) => [n, 'v'])),
        { '': 'v' },
        { ['k'.repeat(129)]: 'v' },
        { k: 'v'.repeat(257) },
        { 'aws:k': 'v' },
        { k: 'a&b' },
        'k=a&k=b',
      ].map((tagging): [unknown, RegExp] => [
        { taggingDirective: 'REPLACE', tagging },
        /options.tagging must be at most 10 tags.*\((there are 11 tags|a tag has an empty key|(the tag )?("k+…|"k"|"aws:k") .*)\)$/,
      ]),
      [{ dryRun: 1, contentType: 'x' }, /dryRun must be true or false.*contentType requires/],
    ]),
  ])('%j', (input, message) => {
    expect(() => readInput(input)).toThrow(expect.objectContaining({ name: 'InvalidInput' }));
    expect(() => readInput(input)).toThrow(message);
  });

  test.each<[string, unknown]>([
    ['metadata', { metadata: { note: 'MARKER\n' } }],
    ['metadata as text', { metadata: 'note=MARKER' }],
    ['metadata in lists', { metadata: { note: ['MARKER'] } }],
    ['tags', { tagging: { team: 'MARKER&' } }],
    ['tags in lists', { tagging: [{ Key: 'team', Value: 'MARKER' }] }],
    ['content headers', { contentDisposition: ' MARKER', cacheControl: ['MARKER'], expires: 'MARKER ' }],
    ['a redirect', { websiteRedirectLocation: 'MARKER' }],
    ['a customer-provided key in place of its secret', { sseCustomerKeySecretArn: 'MARKER=' }],
    ['options as JSON in a text', JSON.stringify({ metadata: { note: 'MARKER' } })],
  ])('does not show %s', (_, options) => {
    const replaced = { metadataDirective: 'REPLACE', taggingDirective: 'REPLACE' };
    const given = typeof options === 'string' ? options : { ...replaced, ...(options as object) };
    const messageOf = (input: unknown): string => {
      try {
        readInput(input);
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error('the input was accepted');
    };
    const input = { source: 's3://raw/k', options: given };
    expect(messageOf(input)).not.toContain('MARKER');
    expect(messageOf(JSON.stringify(input))).not.toContain('MARKER');
  });

  test.each(['', 'a=b%20c&%C3%BC=%2B', { 'ü 1': 'a+b=c/@' }, {}])('accepts the tags %j', (tagging) => {
    const options = { taggingDirective: 'REPLACE', tagging };
    expect(readInput({ source: 's3://raw/k', options }).options).toEqual(options);
  });

  test('names every problem', () => {
    expect(() => readInput({ source: { bucket: 'raw' }, options: { dryRun: 'yes' }, more: 1 })).toThrow(
      /source.key is missing.*options.dryRun must be true or false.*unknown fields: "more"/,
    );
  });
});

function withOptions(cases: [unknown, RegExp][]): [unknown, RegExp][] {
  return cases.map(([value, message]) => [{ source: 's3://raw/k', options: value }, message]);
}
