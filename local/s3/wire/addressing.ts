import { isIPv4 } from 'node:net';
import { hostNameOf, isLoopbackAddress } from '../../front-door';
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

/** A host name of the service. */
export interface ServiceHost {
  /** The labels before it. */
  readonly bucket: string | undefined;
  /** Whether the name cannot be that of a web page: it refers to this machine, or it is a name of AWS that a client resolves to this server. */
  readonly isTrusted: boolean;
}

/** Public DNS zones of names that contain an IP address, such as `127.0.0.1.nip.io`. */
const ADDRESS_ZONES: ReadonlySet<string> = new Set(['nip.io', 'sslip.io']);

/** `s3.eu-west-1`, `s3.dualstack.eu-west-1`, `s3-fips.dualstack.us-gov-west-1`: labels after that of the service. */
const MAX_AWS_LABELS = 3;

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
  return host === undefined ? undefined : serviceHost(hostNameOf(host))?.bucket;
}

/** Splits a host name of the service; undefined for other names. Takes linear time, because the name comes from outside. */
export function serviceHost(name: string): ServiceHost | undefined {
  const labels = name.split('.');
  const from = (start: number, isTrusted: boolean): ServiceHost => ({
    bucket: start === 0 ? undefined : labels.slice(0, start).join('.'),
    isTrusted,
  });
  const zone = labels.slice(-2).join('.');
  if (labels.at(-1) === 'localhost') return from(labels.length - (labels.at(-2) === 's3' ? 2 : 1), true);
  if (name === 's3.localhost.localstack.cloud' || name.endsWith('.s3.localhost.localstack.cloud')) {
    return from(labels.length - 4, true);
  }
  if (zone === 'amazonaws.com') {
    const service = labels.map((label) => label === 's3' || label.startsWith('s3-')).lastIndexOf(true);
    return service < 0 || labels.length - service - 3 > MAX_AWS_LABELS ? undefined : from(service, true);
  }
  if (!ADDRESS_ZONES.has(zone)) return undefined;
  const dashed = labels.at(-3)?.replaceAll('-', '.') ?? '';
  if (isIPv4(dashed)) return from(labels.length - 3, isLoopbackAddress(dashed));
  const dotted = labels.slice(-6, -2).join('.');
  return isIPv4(dotted) ? from(labels.length - 6, isLoopbackAddress(dotted)) : undefined;
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
