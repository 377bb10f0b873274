import { signerOfForm } from '../../../../../local/s3/http/forms/signature';
import { Accounts } from '../../../../../local/s3/iam/accounts';

const KEY = 'AKIAIOSFODNN7EXAMPLE';

/** The policy of the example in AWS's documentation of forms, with its ends of lines. */
const POLICY = Buffer.from(
  [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n'),
).toString('base64');

const V4 = {
  Policy: POLICY,
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': `${KEY}/20151229/us-east-1/s3/aws4_request`,
  'X-Amz-Date': '20151229T000000Z',
  'X-Amz-Signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
};

/** HMAC-SHA1 of the same policy, as OpenSSL computes it. */
const V2 = { policy: POLICY, AWSAccessKeyId: KEY, signature: 'QyigO3Da7gYxPW1IXllc6C7gI74=' };

const accounts = new Accounts('123456789012', false);
accounts.add({
  accessKeyId: KEY,
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  accountId: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/example',
});

function signerOf(fields: Record<string, string | undefined>, region?: string): string {
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return signerOfForm(new Map(given.map(([name, value]) => [name.toLowerCase(), { name, value }])), accounts, region)
    .accessKeyId;
}

describe('signatures of forms', () => {
  it.each([
    ['version 4', V4],
    ['version 2', V2],
  ])('are verified: %s', (_, fields) => {
    expect(signerOf(fields)).toBe(KEY);
    const [policy = ''] = Object.keys(fields);
    const truncated = { ...fields, [policy]: POLICY.slice(0, -2) };
    const details = { AWSAccessKeyId: KEY, StringToSign: POLICY.slice(0, -2) };
    expect(() => signerOf(truncated)).toThrow(
      expect.objectContaining({
        code: 'SignatureDoesNotMatch',
        fields: expect.objectContaining(details) as object,
      }) as Error,
    );
  });

  it('may be any of an access key that nobody has registered', () => {
    expect(signerOf({ ...V4, 'X-Amz-Credential': V4['X-Amz-Credential'].replace(KEY, 'OTHER') })).toBe('OTHER');
    expect(signerOf({ ...V2, AWSAccessKeyId: 'OTHER' })).toBe('OTHER');
    expect(signerOf({ key: 'k', policy: POLICY })).toBe('anonymous');
  });

  it.each([
    ...Object.keys(V4).map((name) => [name === 'Policy' ? 'policy' : name, { ...V4, [name]: undefined }] as const),
    ['policy', { ...V2, policy: undefined }] as const,
    ['AWSAccessKeyId', { ...V2, AWSAccessKeyId: undefined }] as const,
    ['Signature', { ...V2, signature: undefined }] as const,
  ])('need the field %s', (name, fields) => {
    const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`;
    expect(() => signerOf(fields)).toThrow(message);
  });

  it.each([
    ['X-Amz-Algorithm', 'AWS4-HMAC-SHA1', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"'],
    ['X-Amz-Credential', '/20151229/us-east-1/s3/aws4_request', 'a non-empty Access Key (AKID) must be provided'],
    ['X-Amz-Credential', `${KEY}/us-east-1/s3/aws4_request`, 'the Credential is mal-formed'],
    ['X-Amz-Credential', `${KEY}/20151229/us-east-1/sqs/aws4_request`, 'incorrect service "sqs"'],
    ['X-Amz-Credential', `${KEY}/20151228/us-east-1/s3/aws4_request`, 'Invalid credential date "20151228"'],
    ['X-Amz-Date', '2015-12-29T00:00:00Z', 'X-Amz-Date must be formated via ISO8601 Long format'],
  ])('cannot have the %s %s', (name, value, message) => {
    expect(() => signerOf({ ...V4, [name]: value })).toThrow(message);
    expect(() => signerOf({ ...V4, [name]: value })).toThrow(
      expect.objectContaining({ fields: { ArgumentName: name, ArgumentValue: value } }) as Error,
    );
  });

  it('are for the Region of the bucket, if there is one', () => {
    expect(signerOf(V4, 'us-east-1')).toBe(KEY);
    const fields = { ArgumentName: 'X-Amz-Credential', ArgumentValue: V4['X-Amz-Credential'], Region: 'eu-west-1' };
    expect(() => signerOf(V4, 'eu-west-1')).toThrow("the region 'us-east-1' is wrong; expecting 'eu-west-1'");
    expect(() => signerOf(V4, 'eu-west-1')).toThrow(expect.objectContaining({ status: 400, fields }) as Error);
    expect(signerOf(V2, 'eu-west-1')).toBe(KEY);
  });
});
