import { type S3Error, s3Error } from '../errors/s3-error';

/** The bucket, key and query parameters of a request, decoded. */
export interface Target {
  /** Undefined for requests to the service, such as ListBuckets. */
  readonly bucket: string | undefined;
  /** Empty for requests to a bucket. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

const MAX_KEY_BYTES = 1024;

/** Host names of the service, longer ones first. A label in front of one of them is a bucket name. */
const BASES = [
  /(?:^|\.)s3\.localhost$/,
  /(?:^|\.)localhost$/,
  /(?:^|\.)s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com$/,
  /(?:^|\.)\d{1,3}(?:[.-]\d{1,3}){3}\.(?:nip|sslip)\.io$/,
  /(?:^|\.)s3\.localhost\.[a-z0-9-]+\.[a-z]+$/,
];

/**
 * Parses path-style (`/bucket/key`) and virtual-hosted (`bucket.localhost`, `bucket.s3.localhost`, `bucket.127.0.0.1.nip.io`)
 * requests. Does not normalize the path: `.` and `..` are parts of keys.
 * @throws InvalidURI, KeyTooLongError, InvalidBucketName
 */
export function parseTarget(url: string, host: string | undefined): Target {
  // Absolute form, as sent to proxies: remove scheme and authority.
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  if (!path.startsWith('/')) throw s3Error('InvalidUri', { URI: url });
  const query = parseQuery(mark < 0 ? '' : relative.slice(mark + 1));
  const hosted = bucketOfHost(host);
  const rest = path.slice(1);
  const slash = rest.indexOf('/');
  const bucket = hosted ?? decodeUri(slash < 0 ? rest : rest.slice(0, slash));
  const rawKey = hosted !== undefined ? rest : slash < 0 ? '' : rest.slice(slash + 1);
  // The AWS SDK for JavaScript adds a second slash after the name of a directory bucket if the endpoint is an IP address.
  const doubled = hosted === undefined && bucket.endsWith('--x-s3') && rawKey.startsWith('/');
  const key = decodeUri(doubled ? rawKey.slice(1) : rawKey);
  checkKeyLength(key);
  // A path of two slashes refers to a bucket with an empty name, not to the service.
  if (bucket === '' && rest !== '') throw s3Error('InvalidBucketName', { BucketName: '' });
  return { bucket: bucket === '' ? undefined : bucket, key, query };
}

/** @throws KeyTooLongError */
export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw s3Error('KeyTooLong', { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
}

/** The bucket in a Host header; undefined if it is a host name of the service. */
export function bucketOfHost(host: string | undefined): string | undefined {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  for (const base of BASES) {
    const match = base.exec(name);
    if (match !== null) return match.index === 0 ? undefined : name.slice(0, match.index);
  }
  return undefined;
}

/** Parses query parameters. The first value of a repeated parameter counts; a parameter without a value is an empty string. */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeUri((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = equals < 0 ? '' : decodeUri(pair.slice(equals + 1).replaceAll('+', ' '));
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}

/** @throws InvalidURI */
export function decodeUri(text: string): string {
  return decodePercent(text, () => s3Error('InvalidUri', { URI: text }));
}

/** Decodes form-encoded text, where `+` is a space. */
export function decodeForm(text: string, malformed: () => S3Error): string {
  return decodePercent(text.replaceAll('+', ' '), malformed);
}

function decodePercent(text: string, malformed: () => S3Error): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}
