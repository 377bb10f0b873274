import { createHmac } from 'node:crypto';
import { AwsChunkedDecoder } from '../../../../../local/s3/http/aws-chunked';
import {
  canonicalRequest,
  headersByName,
  type ReceivedRequest,
} from '../../../../../local/s3/http/signatures/canonical-request';
import { verifySignature } from '../../../../../local/s3/http/signatures/verify';

/** The examples of AWS's documentation are all of this key, and most of them of this moment. */
const PRINCIPAL = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  accountId: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/example',
};
const NOW = Date.UTC(2013, 4, 24);
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const CREDENTIAL = `${PRINCIPAL.accessKeyId}/20130524/us-east-1/s3/aws4_request`;

function request(method: string, url: string, headers: Record<string, string>): ReceivedRequest {
  return { method, url, rawHeaders: Object.entries(headers).flat() };
}

/** A request of the examples for the Authorization header. */
function example(method: string, url: string, signature: string, headers: Record<string, string>): ReceivedRequest {
  const all = { Host: 'examplebucket.s3.amazonaws.com', ...headers, 'x-amz-date': '20130524T000000Z' };
  const names = Object.keys(all)
    .map((name) => name.toLowerCase())
    .sort()
    .join(';');
  const Authorization = `AWS4-HMAC-SHA256 Credential=${CREDENTIAL},SignedHeaders=${names},Signature=${signature}`;
  return request(method, url, { ...all, Authorization });
}

const GET = example('GET', '/test.txt', 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41', {
  Range: 'bytes=0-9',
  'x-amz-content-sha256': EMPTY,
});

const PRESIGNED =
  `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(CREDENTIAL)}` +
  '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
  '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';

const PRESIGNED_HOST = { Host: 'examplebucket.s3.amazonaws.com' };

describe("the examples of AWS's documentation", () => {
  it.each([
    ['GET an object', GET],
    [
      'PUT an object',
      example('PUT', '/test%24file.text', '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd', {
        Date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      }),
    ],
    [
      'GET a lifecycle',
      example('GET', '/?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543', {
        'x-amz-content-sha256': EMPTY,
      }),
    ],
    [
      'list objects',
      example('GET', '/?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7', {
        'x-amz-content-sha256': EMPTY,
      }),
    ],
    ['a presigned URL', request('GET', PRESIGNED, PRESIGNED_HOST)],
  ])('are verified: %s', (_, received) => {
    expect(verifySignature(received, PRINCIPAL, NOW)).toBeUndefined();
    const wrong = { ...PRINCIPAL, secretAccessKey: 'wrong' };
    expect(() => verifySignature(received, wrong, NOW)).toThrow('SignatureDoesNotMatch');
    expect(verifySignature(received, { ...wrong, secretAccessKey: undefined }, NOW)).toBeUndefined();
  });

  it('are verified: version 2', () => {
    const Date = 'Tue, 27 Mar 2007 19:36:42 +0000';
    const received = (signature: string): ReceivedRequest =>
      request('GET', '/photos/puppy.jpg', {
        Host: 'awsexamplebucket1.us-west-1.s3.amazonaws.com',
        Date,
        Authorization: `AWS ${PRINCIPAL.accessKeyId}:${signature}`,
      });
    const now = globalThis.Date.parse(Date);
    const bucket = { Host: 'awsexamplebucket1.s3.us-west-1.amazonaws.com' };
    const right = received('qgk2+6Sv9/oM7G3qLEjTH1a1l1g=');
    const hosted = { ...right, rawHeaders: [...Object.entries(bucket).flat(), ...right.rawHeaders.slice(2)] };
    expect(verifySignature(hosted, PRINCIPAL, now)).toBeUndefined();
    expect(() => verifySignature(received('wgk2+6Sv9/oM7G3qLEjTH1a1l1g='), PRINCIPAL, now)).toThrow(
      'SignatureDoesNotMatch',
    );
    expect(() => verifySignature(hosted, PRINCIPAL, now + 16 * 60_000)).toThrow('RequestTimeTooSkewed');
  });
});

interface Upload {
  readonly head: string;
  readonly headers: Record<string, string>;
  readonly payload: string;
  readonly chunks: readonly string[];
  readonly trailers: string;
}

const SIGNED_CHUNKS: Upload = {
  head: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  headers: { 'Content-Encoding': 'aws-chunked', 'Content-Length': '66824' },
  payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  chunks: [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  trailers: '',
};

const SIGNED_TRAILERS: Upload = {
  head: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
  headers: { 'Content-Encoding': 'aws-chunked', 'x-amz-trailer': 'x-amz-checksum-crc32c' },
  payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  chunks: [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  trailers:
    'x-amz-checksum-crc32c:sOO8/Q==\r\n' +
    'x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
};

/** The documentation's upload of 65 KiB of the letter a, in two chunks and an empty one. */
function decode(upload: Upload, change: (body: string) => string = (body) => body): number {
  const received = example('PUT', '/examplebucket/chunkObject.txt', upload.head, {
    Host: 's3.amazonaws.com',
    'x-amz-storage-class': 'REDUCED_REDUNDANCY',
    'x-amz-decoded-content-length': '66560',
    'x-amz-content-sha256': upload.payload,
    ...upload.headers,
  });
  const signatures = verifySignature(received, PRINCIPAL, NOW);
  const decoder = new AwsChunkedDecoder(undefined, signatures);
  const [first, second, last] = upload.chunks.map((signature) => `;chunk-signature=${signature}\r\n`);
  const data = ['10000', first, 'a'.repeat(65536), '\r\n', '400', second, 'a'.repeat(1024), '\r\n', '0', last];
  const body = Buffer.from(change(`${data.join('')}${upload.trailers}\r\n`));
  let size = 0;
  for (let start = 0; start < body.length; start += 1000) {
    for (const bytes of decoder.decode(body.subarray(start, start + 1000))) size += bytes.length;
  }
  decoder.end();
  return size;
}

describe('signed chunks', () => {
  it.each([
    ['without trailers', SIGNED_CHUNKS],
    ['with trailers', SIGNED_TRAILERS],
  ])('are verified: %s', (_, upload) => {
    expect(decode(upload)).toBe(66560);
  });

  it.each([
    ['data of the first', (body: string) => body.replace('aa', 'ab'), 'SignatureDoesNotMatch'],
    ['data of the second', (body: string) => body.replace('a\r\n0', 'b\r\n0'), 'SignatureDoesNotMatch'],
    ['one that is left out', (body: string) => body.replace(/400;.*\r\na+\r\n/, ''), 'SignatureDoesNotMatch'],
    ['no last one', (body: string) => body.replace(/0;chunk-signature=b.*\r\n/, ''), 'IncompleteBody'],
    ['a trailer', (body: string) => body.replace('sOO8', 'sOO9'), 'SignatureDoesNotMatch'],
    ['no signature of the trailers', (body: string) => body.replace(/x-amz-trailer-.*\r\n/, ''), 'IncompleteBody'],
    ['no signature of a chunk', (body: string) => body.replace(/;chunk-signature=.*/, ''), 'IncompleteBody'],
  ])('are refused after a change: %s', (_, change, code) => {
    const upload = change(SIGNED_TRAILERS.trailers) === SIGNED_TRAILERS.trailers ? SIGNED_CHUNKS : SIGNED_TRAILERS;
    expect(() => decode(upload, change)).toThrow(code);
  });
});

/** The request of the first example with other headers, by name in lower case; undefined takes one away. */
function changed(headers: Record<string, string | undefined>): ReceivedRequest {
  const all = { ...Object.fromEntries(headersByName(GET.rawHeaders)), ...headers };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...GET, rawHeaders: given.flat() };
}

const authorization = headersByName(GET.rawHeaders).get('authorization') ?? '';

describe('requests of a principal with a secret', () => {
  it.each<[string, ReceivedRequest, string]>([
    ['another method', { ...GET, method: 'HEAD' }, 'SignatureDoesNotMatch'],
    ['another path', { ...GET, url: '/test.txT' }, 'SignatureDoesNotMatch'],
    ['another query', { ...GET, url: '/test.txt?acl' }, 'SignatureDoesNotMatch'],
    ['another signed header', changed({ range: 'bytes=0-8' }), 'SignatureDoesNotMatch'],
    ['another hash', changed({ 'x-amz-content-sha256': 'f'.repeat(64) }), 'SignatureDoesNotMatch'],
    ['a short signature', changed({ authorization: authorization.slice(0, -1) }), 'SignatureDoesNotMatch'],
    ['an unsigned header', changed({ 'x-amz-acl': 'public-read' }), 'AccessDenied'],
    ['no hash', changed({ 'x-amz-content-sha256': undefined }), 'Missing required header for this request'],
    ['a hash that is none', changed({ 'x-amz-content-sha256': 'ABC' }), 'x-amz-content-sha256 must be UNSIGNED'],
    ['no date', changed({ 'x-amz-date': undefined }), 'requires a valid Date or x-amz-date header'],
    ['an old date', changed({ 'x-amz-date': '20130523T234459Z' }), 'RequestTimeTooSkewed'],
    ['a date to come', changed({ 'x-amz-date': '20130524T001501Z' }), 'RequestTimeTooSkewed'],
    ['no signature', changed({ authorization: authorization.replace(/,Signature.*/, '') }), 'three components'],
    ['no credential', changed({ authorization: authorization.replace('Credential=', 'Credentials=') }), 'missing Cred'],
    ['a short credential', changed({ authorization: authorization.replace('/s3', '') }), 'Credential is mal-formed'],
    ['another day', changed({ authorization: authorization.replace('0524', '0523') }), 'Invalid credential date'],
    [
      'a day that is none',
      changed({ authorization: authorization.replace('2013', '') }),
      'incorrect date format "0524"',
    ],
    ['another service', changed({ authorization: authorization.replace('/s3/', '/sqs/') }), 'incorrect service "sqs"'],
    ['another terminal', changed({ authorization: authorization.replace('aws4_r', 'aws5_r') }), 'incorrect terminal'],
    ['another scheme', changed({ authorization: authorization.replace('AWS4', 'AWS5') }), 'Unsupported Authorization'],
    ['no scheme', changed({ authorization: undefined }), 'The authorization mechanism you have provided'],
    [
      "another's key",
      changed({ authorization: authorization.replace('AKIA', 'AKIB') }),
      'AuthorizationHeaderMalformed',
    ],
    ['two signatures', { ...GET, url: PRESIGNED }, 'Only one auth mechanism allowed'],
    ['another URL', request('GET', PRESIGNED.replace('test', 'text'), PRESIGNED_HOST), 'SignatureDoesNotMatch'],
    ['another method of a URL', request('PUT', PRESIGNED, PRESIGNED_HOST), 'SignatureDoesNotMatch'],
    ['another parameter', request('GET', `${PRESIGNED}&versionId=1`, PRESIGNED_HOST), 'SignatureDoesNotMatch'],
    ['a header beside a URL', request('GET', PRESIGNED, { ...PRESIGNED_HOST, 'x-amz-acl': 'private' }), 'not signed'],
    ['a credential of a URL', request('GET', PRESIGNED.replace('%2Fs3', ''), PRESIGNED_HOST), 'X-Amz-Credential param'],
  ])('are refused with %s', (_, received, message) => {
    expect(() => verifySignature(received, PRINCIPAL, NOW)).toThrow(message);
  });

  it('get the string to sign in the error', () => {
    const fields = {
      AWSAccessKeyId: PRINCIPAL.accessKeyId,
      SignatureProvided: expect.stringMatching(/^f0e8/) as string,
      StringToSign: expect.stringMatching(
        /^AWS4-HMAC-SHA256\n20130524T000000Z\n20130524\/us-east-1\/s3\/aws4_re/,
      ) as string,
      StringToSignBytes: expect.stringMatching(/^41 57 53 34 2d/) as string,
      CanonicalRequest: expect.stringMatching(/^GET\n\/other.txt\n\nhost:examplebucket/) as string,
      CanonicalRequestBytes: expect.stringMatching(/^47 45 54 0a/) as string,
    };
    expect(() => verifySignature({ ...GET, url: '/other.txt' }, PRINCIPAL, NOW)).toThrow(
      expect.objectContaining({ status: 403, fields }) as Error,
    );
    const skewed = { RequestTime: '20130524T000000Z', ServerTime: '2013-05-24T00:15:01Z' };
    expect(() => verifySignature(GET, PRINCIPAL, NOW + 901_000)).toThrow(
      expect.objectContaining({ fields: { ...skewed, MaxAllowedSkewMilliseconds: 900_000 } }) as Error,
    );
    expect(() => verifySignature(changed({ 'x-amz-b': '1', 'x-amz-a': '1' }), PRINCIPAL, NOW)).toThrow(
      expect.objectContaining({ fields: { HeadersNotSigned: 'x-amz-a, x-amz-b' } }) as Error,
    );
  });

  it('accept any encoding of the path', () => {
    const lines = ["/a%2fb/./../c//(d)!'*~%20", '/a%2Fb/./../c//%28d%29%21%27%2A~%20'].map((url) =>
      canonicalRequest({ method: 'GET', url }, new Map(), ['host'], 'hash'),
    );
    expect(lines[0]).toBe(lines[1]);
    expect(lines[0]).toContain('\n/a%2Fb/./../c//%28d%29%21%27%2A~%20\n');
    const query = canonicalRequest({ method: 'GET', url: '/?b=2&a&b=1&A=x+y%2b&X-Amz-Signature=s' }, new Map(), [], '');
    expect(query).toContain('\nA=x%20y%2B&a=&b=1&b=2\n');
  });
});

it('Signature Version 4A is not supported', () => {
  const Authorization =
    'AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/s3/aws4_request, SignedHeaders=host, Signature=00';
  const received = request('GET', '/b/k', { host: 'localhost', Authorization });
  expect(() => verifySignature(received, PRINCIPAL, NOW)).toThrow('NotImplemented');
});

describe('URLs presigned with version 2', () => {
  const sha1 = (text: string): string => createHmac('sha1', PRINCIPAL.secretAccessKey).update(text).digest('base64');
  const url = (path: string, text: string): string =>
    `${path}&AWSAccessKeyId=${PRINCIPAL.accessKeyId}&Expires=9&Signature=${encodeURIComponent(sha1(text))}`;
  const host = { Host: 'localhost' };

  it('sign method, path, subresources and headers', () => {
    const right = url('/b/k?versionId=a%20b&x-amz-acl=private', 'PUT\n\n\n9\nx-amz-acl:private\n/b/k?versionId=a b');
    expect(verifySignature(request('PUT', right, host), PRINCIPAL, NOW)).toBeUndefined();
    for (const wrong of [
      request('GET', right, host),
      request('PUT', right.replace('/k', '/l'), host),
      request('PUT', right.replace('versionId=a', 'versionId=b'), host),
      request('PUT', right.replace('Expires=9', 'Expires=10'), host),
      request('PUT', `${right}&X-Amz-Copy-Source=b/x`, host),
      request('PUT', right, { ...host, 'x-amz-acl': 'public-read' }),
      request('PUT', right, { ...host, 'content-type': 'text/html' }),
    ]) {
      expect(() => verifySignature(wrong, PRINCIPAL, NOW)).toThrow('SignatureDoesNotMatch');
    }
  });
});
