import type { Random } from './random';
import type { Draft } from './targets';

const HOSTS = [
  'evil.example',
  'bucket.localhost',
  'k.bucket.s3.localhost:1',
  'bucket.s3.us-east-1.amazonaws.com',
  'bucket.127.0.0.1.nip.io',
  '[::1]:9',
  '[',
  '',
  ':',
  '..localhost',
  '__proto__.localhost',
  'WriteGetObjectResponse.localhost',
  `s3${'-a'.repeat(120)}.amazonaws.co`,
  `${'a.'.repeat(200)}localhost`,
  `s3.${'.-'.repeat(100)}`,
  '\xff\xfe',
];

/** Texts that numbers, dates, names, lists and patterns are tried with. */
const VALUES = [
  '',
  ' ',
  '0',
  '-1',
  '1e9',
  '9'.repeat(400),
  'NaN',
  'true',
  'null',
  'constructor',
  '__proto__',
  'toString',
  '../../etc/passwd',
  '%00',
  '%',
  '%ff',
  '*',
  '"',
  '""',
  '\\',
  ',,,,',
  '=====',
  'a=b&a=c',
  'bytes=0-',
  'bytes=5-2',
  'bytes=0-99999999999999999999',
  'AES256',
  'aws:kms',
  'bucket/k',
  '/bucket/k?versionId=null',
  'arn:aws:s3:us-east-1:123456789012:accesspoint/x/object/k',
  'arn:aws:kms:us-east-1:123456789012:key/x',
  '2026-02-31T25:61:61Z',
  '+275761-01-01T00:00:00Z',
  'Fri, 27 Nov 2026 00:00:00 GMT',
  '\xc3\xa9',
  '\xff',
  '\xed\xa0\x80',
  '\t',
  'a\x00b',
];

/** Parts that repeat badly in expressions, parsers and patterns. */
const REPEATED = [
  'a',
  '-',
  '.',
  '/',
  ' ',
  '*',
  '*a',
  ',',
  '"',
  '&',
  '&amp;',
  '<',
  '<a>',
  '<a/>',
  '<!--',
  '[',
  '[1,',
  '{"a":',
  '%41',
  '1',
  '$',
  '${a',
  '\r\n',
  ':',
];

const HEADERS = [
  'range',
  'origin',
  'referer',
  'sec-fetch-site',
  'authorization',
  'content-type',
  'content-md5',
  'content-encoding',
  'content-length',
  'transfer-encoding',
  'expect',
  'connection',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'x-amz-acl',
  'x-amz-annotation-directive',
  'x-amz-bypass-governance-retention',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-crc64nvme',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-range',
  'x-amz-copy-source-server-side-encryption-customer-key',
  'x-amz-create-session-mode',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-grant-full-control',
  'x-amz-grant-read',
  'x-amz-meta-__proto__',
  'x-amz-meta-a',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-object-attributes',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-ownership',
  'x-amz-optional-object-attributes',
  'x-amz-request-payer',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-server-side-encryption-context',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-server-side-encryption-customer-key-md5',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-tagging-directive',
  'x-amz-target',
  'x-amz-trailer',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
  'constructor',
  '__proto__',
];

const PARAMETERS = [
  'versionId',
  'partNumber',
  'uploadId',
  'prefix',
  'delimiter',
  'max-keys',
  'marker',
  'continuation-token',
  'encoding-type',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-uploads',
  'max-parts',
  'part-number-marker',
  'annotationName',
  'list-type',
  'x-id',
  'response-content-type',
  'response-content-disposition',
  'X-Amz-Signature',
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Security-Token',
  'x-amz-acl',
  'AWSAccessKeyId',
  'Signature',
  'Expires',
  'delete',
  'uploads',
  'acl',
  'tagging',
  'policy',
  'session',
  'constructor',
  '__proto__',
];

const TARGETS = [
  'TrentService.constructor',
  'TrentService.__proto__',
  'TrentService.',
  'TrentService.Encrypt',
  'AWSStepFunctions.constructor',
  'AWSStepFunctions.SendTaskSuccess',
  'secretsmanager.__proto__',
  'secretsmanager.',
  'constructor',
  'DynamoDB_20120810.GetItem',
];

const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'POST',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'get',
  'BREW',
];

const KEYS = ['ALL', 'SOME', 'SIGNER', 'NOBODY', '123456789012', '999999999999'];

/** The longest header value that fits, the longest path, and bodies that once took seconds. */
const MAX_HEADER = 60_000;
const MAX_BODY = 9 * 1024 ** 2;

type Mutation = (draft: Draft, random: Random) => Draft;

const withHeader = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  headers: [...draft.headers.filter(([other]) => other !== name), [name, value]],
});

/** A text that is long, or of a form that something else is expected in. */
function anyValue(random: Random, longest: number): string {
  if (random.chance(0.2))
    return random
      .pick(REPEATED)
      .repeat(random.length(longest / 5))
      .slice(0, longest);
  if (random.chance(0.1)) return random.bytes(random.length(Math.min(longest, 200)));
  return random.pick(VALUES);
}

/** Without what would end the header. */
const inHeader = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');

/** Inserts, removes, repeats or replaces a piece. */
function splice(text: string, random: Random, longest: number): string {
  const at = random.below(text.length + 1);
  const cut = random.chance(0.5) ? random.length(20) : 0;
  const piece = random.chance(0.3) ? text.slice(at, at + random.length(100)) : anyValue(random, longest - text.length);
  return text.slice(0, at) + piece + text.slice(at + cut);
}

/** A text between two marks, replaced: the value of an element, or of a member. */
function replaceValue(text: string, random: Random): string {
  const values = [...text.matchAll(/>([^<]+)<|"([^"]*)"|\b(\d+)\b/g)];
  if (values.length === 0) return text;
  const { index, 0: whole } = random.pick(values);
  const value = anyValue(random, 2000);
  const edges = /^[>"]/.test(whole) ? [whole[0]!, whole.at(-1)!] : ['', ''];
  return `${text.slice(0, index)}${edges[0]}${value}${edges[1]}${text.slice(index + whole.length)}`;
}

function addParameter(target: string, random: Random): string {
  const parameter = `${random.pick(PARAMETERS)}${random.chance(0.8) ? `=${encodeURIComponent(anyValue(random, 2000))}` : ''}`;
  return `${target}${target.includes('?') ? '&' : '?'}${parameter}`;
}

const MUTATIONS: readonly (readonly [weight: number, Mutation])[] = [
  [
    4,
    (draft, random) =>
      withHeader(draft, 'host', inHeader(random.chance(0.3) ? anyValue(random, 1000) : random.pick(HOSTS))),
  ],
  [
    12,
    (draft, random) =>
      withHeader(draft, random.pick(HEADERS), inHeader(anyValue(random, random.chance(0.1) ? MAX_HEADER : 3000))),
  ],
  [
    4,
    (draft, random) => ({
      ...draft,
      headers: draft.headers.map(
        ([name, value]) => [name, inHeader(random.chance(0.5) ? splice(value, random, 3000) : value)] as const,
      ),
    }),
  ],
  [
    1,
    (draft, random) => ({
      ...draft,
      headers: [...draft.headers, [random.bytes(random.length(30)), random.bytes(random.length(100))] as const],
    }),
  ],
  [1, (draft) => ({ ...draft, headers: [...draft.headers, ...draft.headers] })],
  [
    1,
    (draft, random) => ({
      ...draft,
      headers: Array.from({ length: random.length(3000) }, (_, index) => [`x-${index}`, 'v'] as const),
    }),
  ],
  [6, (draft, random) => ({ ...draft, target: addParameter(draft.target, random) })],
  [
    1,
    (draft, random) => ({
      ...draft,
      target: Array.from({ length: random.length(2000) }, () => 0).reduce(
        (target) => addParameter(target, random).slice(0, 50_000),
        draft.target,
      ),
    }),
  ],
  [4, (draft, random) => ({ ...draft, target: encodeURI(splice(draft.target, random, 8000)).replaceAll('%25', '%') })],
  [2, (draft, random) => ({ ...draft, target: `/bucket/${encodeURIComponent(anyValue(random, 2000))}` })],
  [1, (draft, random) => ({ ...draft, target: splice(draft.target, random, 60_000) })],
  [3, (draft, random) => ({ ...draft, method: random.pick(METHODS) })],
  [10, (draft, random) => ({ ...draft, body: replaceValue(draft.body, random) })],
  [5, (draft, random) => ({ ...draft, body: splice(draft.body, random, 20_000) })],
  [1, (draft, random) => ({ ...draft, body: splice(draft.body, random, MAX_BODY) })],
  [
    1,
    (draft, random) => ({
      ...draft,
      body: draft.body.repeat(random.length(Math.max(1, MAX_BODY / (draft.body.length + 1)))),
    }),
  ],
  [1, (draft, random) => ({ ...draft, body: draft.body.slice(0, random.below(draft.body.length + 1)) })],
  [2, (draft) => ({ ...draft, framing: 'chunks' })],
  [1, (draft) => ({ ...draft, framing: 'none' })],
  [
    2,
    (draft, random) =>
      withHeader(draft, 'x-amz-target', inHeader(random.chance(0.3) ? anyValue(random, 1000) : random.pick(TARGETS))),
  ],
  [
    2,
    (draft, random) =>
      withHeader(draft, 'authorization', `AWS ${random.pick(KEYS)}:${inHeader(anyValue(random, 100))}`),
  ],
];

const WEIGHT = MUTATIONS.reduce((sum, [weight]) => sum + weight, 0);

function mutation(random: Random): Mutation {
  let at = random.next() * WEIGHT;
  return (MUTATIONS.find(([weight]) => (at -= weight) < 0) ?? MUTATIONS[0]!)[1];
}

/** Changes a request in up to five ways; one in ten stays as it is. */
export function mutate(draft: Draft, random: Random): Draft {
  const count = random.chance(0.1) ? 0 : random.length(6);
  return Array.from({ length: count }, () => 0).reduce((changed) => mutation(random)(changed, random), draft);
}

/** Signs for nobody in particular: the access key counts where signatures are not verified. */
export function withAnyKey(draft: Draft, random: Random, service: string): Draft {
  if (draft.headers.some(([name]) => name === 'authorization') || random.chance(0.1)) return draft;
  const credential = `${random.pick(KEYS)}/20261127/us-east-1/${service}/aws4_request`;
  return withHeader(
    draft,
    'authorization',
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
  );
}
