import { s3Error } from '../errors/s3-error';

/** What a request line and its Host name: a bucket, a key, query parameters. All decoded. */
export interface Target {
  /** Undefined for the service itself. */
  readonly bucket: string | undefined;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

const MAX_KEY_BYTES = 1024;

/** Hosts that are the service itself; a label before one of them is a bucket. The longer ones come first. */
const BASES = [
  /(?:^|\.)s3\.localhost$/,
  /(?:^|\.)localhost$/,
  /(?:^|\.)s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com$/,
  /(?:^|\.)\d{1,3}(?:[.-]\d{1,3}){3}\.(?:nip|sslip)\.io$/,
  /(?:^|\.)s3\.localhost\.[a-z0-9-]+\.[a-z]+$/,
];

/**
 * Reads path-style (`/bucket/key`) and virtual-hosted (`bucket.localhost`, `bucket.s3.localhost`, `bucket.127.0.0.1.nip.io`)
 * requests. The path is taken as it is: `.` and `..` are parts of keys, never directories.
 * @throws InvalidURI, KeyTooLongError, InvalidBucketName
 */
export function parseTarget(url: string, host: string | undefined): Target {
  // A proxy's absolute form carries the path after the authority.
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  const path = mark < 0 ? relative : relative.slice(0, mark);
  if (!path.startsWith('/')) throw s3Error('InvalidUri', { URI: url });
  const query = parseQuery(mark < 0 ? '' : relative.slice(mark + 1));
  const hosted = bucketOfHost(host);
  const rest = path.slice(1);
  const slash = rest.indexOf('/');
  const bucket = hosted ?? decode(slash < 0 ? rest : rest.slice(0, slash));
  const rawKey = hosted !== undefined ? rest : slash < 0 ? '' : rest.slice(slash + 1);
  // The AWS SDK for JavaScript puts a second slash after a directory bucket's name when the endpoint is an IP address.
  const doubled = hosted === undefined && bucket.endsWith('--x-s3') && rawKey.startsWith('/');
  const key = decode(doubled ? rawKey.slice(1) : rawKey);
  checkKeyLength(key);
  // A path of two slashes names a bucket without a name, not the service.
  if (bucket === '' && rest !== '') throw s3Error('InvalidBucketName', { BucketName: '' });
  return { bucket: bucket === '' ? undefined : bucket, key, query };
}

/** @throws KeyTooLongError */
export function checkKeyLength(key: string): void {
  const size = Buffer.byteLength(key);
  if (size > MAX_KEY_BYTES) throw s3Error('KeyTooLong', { Size: size, MaxSizeAllowed: MAX_KEY_BYTES });
}

/** The bucket that a Host header names, or undefined when it names the service. */
export function bucketOfHost(host: string | undefined): string | undefined {
  const name = (host ?? '').replace(/:\d+$/, '').toLowerCase();
  for (const base of BASES) {
    const match = base.exec(name);
    if (match !== null) return match.index === 0 ? undefined : name.slice(0, match.index);
  }
  return undefined;
}

/** Parameters by name; of a repeated one the first counts. A parameter without value is the empty string. */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode((equals < 0 ? pair : pair.slice(0, equals)).replaceAll('+', ' '));
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1).replaceAll('+', ' '));
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}

/** @throws InvalidURI */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw s3Error('InvalidUri', { URI: text });
  }
}
