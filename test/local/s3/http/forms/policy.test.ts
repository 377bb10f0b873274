import { checkPostPolicy, parsePostPolicy } from '../../../../../local/s3/http/forms/policy';

const EXPIRATION = '2026-01-01T00:00:00Z';
const NOW = Date.UTC(2025, 11, 31);

const encode = (policy: unknown): string =>
  Buffer.from(typeof policy === 'string' ? policy : JSON.stringify(policy)).toString('base64');

const withConditions = (...conditions: unknown[]): string => encode({ expiration: EXPIRATION, conditions });

describe('policy documents', () => {
  it.each<[string, string, string]>([
    ['no base64', '{policy}', 'Invalid Policy: invalid Base64 encoding.'],
    ['nothing', '', "Expecting '{' but found End-of-Input"],
    ['no JSON', encode('expiration'), 'Invalid JSON.'],
    ['no object', encode([]), 'Invalid JSON.'],
    ['no expiration', encode({ EXPIRATION, conditions: [] }), 'Policy missing expiration.'],
    ['no conditions', encode({ expiration: EXPIRATION, CONDITIONS: [] }), 'Policy missing conditions.'],
    [
      'a day for expiration',
      encode({ expiration: '2026-01-01', conditions: [] }),
      "Invalid 'expiration' value: '2026-01-01'",
    ],
    ['a number for expiration', encode({ expiration: 5, conditions: [] }), "Invalid 'expiration' value: '5'"],
    ['conditions that are no list', encode({ expiration: EXPIRATION, conditions: {} }), 'must be a List.'],
    ['a condition that is text', withConditions('acl'), 'Invalid condition test: must be a List or Object.'],
    ['a condition that is empty', withConditions({}), 'Simple-Conditions must have exactly one property specified.'],
    ['two conditions in one', withConditions({ a: '1', b: '2' }), 'Simple-Conditions must have exactly one property'],
    ['a number to compare with', withConditions({ 'Content-Length': 5 }), 'value must be a string.'],
    ['an empty list', withConditions([]), 'Invalid Condition: missing operation identifier.'],
    ['an unknown operation', withConditions(['ends-with', '$key', 'a']), "unknown operation 'ends-with'."],
    ['a short list', withConditions(['eq', '$key']), 'Invalid eq: wrong number of arguments.'],
    ['a range without end', withConditions(['content-length-range', 0]), 'Invalid content-length-range: wrong number'],
    ['a negative range', withConditions(['content-length-range', -1, 5]), 'Invalid JSON.'],
    ['a broken range', withConditions(['content-length-range', 0, 5.5]), 'Invalid JSON.'],
  ])('are refused with %s', (_, text, message) => {
    expect(() => parsePostPolicy(text)).toThrow(message);
    expect(() => parsePostPolicy(text)).toThrow(
      expect.objectContaining({ status: 400, code: 'InvalidPolicyDocument' }) as Error,
    );
  });

  it('say which sizes a file may have', () => {
    const conditions = [
      ['content-length-range', 1, 10],
      ['Content-Length-Range', '2', '20'],
    ];
    expect(parsePostPolicy(withConditions(...conditions)).sizes).toEqual([
      { minimum: 1, maximum: 10 },
      { minimum: 2, maximum: 20 },
    ]);
    expect(() => parsePostPolicy(withConditions(['content-length-range', 'test', 10]))).toThrow(
      'Invalid according to Policy: Policy Condition failed: ["content-length-range", "test", 10]',
    );
  });
});

describe('conditions', () => {
  const check = (fields: Record<string, string>, conditions: unknown[], now = NOW): void => {
    const entries = Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }] as const);
    checkPostPolicy(parsePostPolicy(withConditions(...conditions)), new Map(entries), 'bucket', now);
  };

  it.each<[string, Record<string, string>, unknown[]]>([
    ['equal in an object', { acl: 'private' }, [{ acl: 'private' }]],
    ['equal in a list', { acl: 'private' }, [['eq', '$acl', 'private']]],
    ['names in any case', { kEy: 'a/b' }, [['StArTs-WiTh', '$KeY', 'a/']]],
    ['anything', { 'x-amz-meta-a': '' }, [['starts-with', '$x-amz-meta-a', '']]],
    ['a list of types', { 'Content-Type': 'image/jpg, image/png' }, [['starts-with', '$Content-Type', 'image/']]],
    ['the bucket that it is posted to', { bucket: 'other' }, [{ bucket: 'bucket' }]],
    [
      'fields without condition',
      { policy: '', signature: '', 'X-Amz-Signature': '', AWSAccessKeyId: '', 'X-Ignore-Me': '' },
      [],
    ],
  ])('hold: %s', (_, fields, conditions) => {
    expect(() => check(fields, conditions)).not.toThrow();
  });

  it.each<[string, Record<string, string>, unknown[], string]>([
    [
      'another value',
      { acl: 'public-read' },
      [{ acl: 'private' }],
      'Policy Condition failed: ["eq", "$acl", "private"]',
    ],
    ['another case', { acl: 'Private' }, [{ acl: 'private' }], 'Condition failed: ["eq", "$acl", "private"]'],
    ['another beginning', { key: 'a' }, [['starts-with', '$key', 'b']], 'failed: ["starts-with", "$key", "b"]'],
    ['no such field', {}, [['starts-with', '$key', '']], 'failed: ["starts-with", "$key", ""]'],
    ['no dollar', { key: 'a' }, [['eq', 'key', 'a']], 'failed: ["eq", "key", "a"]'],
    ['another bucket', {}, [{ bucket: 'other' }], 'failed: ["eq", "$bucket", "other"]'],
    ['a type of a list', { 'Content-Type': 'a/b,c/d' }, [['starts-with', '$Content-Type', 'a/']], 'Condition failed'],
    ['a list that is no type', { expires: 'a,b' }, [['eq', '$Expires', 'a']], 'failed: ["eq", "$Expires", "a"]'],
    ['a quote', { a: '' }, [{ a: '"' }], 'Policy Condition failed: ["eq", "$a", "\\""]'],
    ['fields without condition', { Cats: '', dogs: '' }, [], 'Extra input fields: Cats, dogs'],
  ])('fail: %s', (_, fields, conditions, message) => {
    expect(() => check(fields, conditions)).toThrow(message);
    expect(() => check(fields, conditions)).toThrow(
      expect.objectContaining({ status: 403, code: 'AccessDenied' }) as Error,
    );
  });

  it('end with their policy', () => {
    const end = Date.parse(EXPIRATION);
    expect(() => check({}, [], end - 1)).not.toThrow();
    expect(() => check({}, [], end)).toThrow('Invalid according to Policy: Policy expired.');
  });
});
