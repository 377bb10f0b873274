import { createHash } from 'node:crypto';
import { decodeUri } from '../../wire/addressing';

/** An unparsed request, for signature verification. Header values are decoded as Latin-1. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  /** Alternating names and values. */
  readonly rawHeaders: readonly string[];
}

/** Headers by lower-case name. Values of repeated headers are joined. */
export function headersByName(rawHeaders: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = (rawHeaders[index + 1] ?? '').trim().replace(/[ \t]+/g, ' ');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

/** The canonical request of Signature Version 4 for S3: the path is encoded once and not normalized. */
export function canonicalRequest(
  request: Pick<ReceivedRequest, 'method' | 'url'>,
  headers: ReadonlyMap<string, string>,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const [path = '', query = ''] = splitUrl(request.url);
  return [
    request.method,
    path.split('/').map(reencode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headers.get(name) ?? ''}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

/** Splits a URL into path and query, both undecoded. */
export function splitUrl(url: string): readonly string[] {
  // Absolute form, as sent to proxies: remove scheme and authority.
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  return mark < 0 ? [relative] : [relative.slice(0, mark), relative.slice(mark + 1)];
}

/** All parameters except the signature, sorted by name and value. */
function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [reencode(name.replaceAll('+', ' ')), reencode(value.replaceAll('+', ' '))] as const;
    })
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Normalizes percent-encoding: the signed text encodes all but the unreserved characters, whatever the client sent. */
function reencode(text: string): string {
  return encodeURIComponent(decodeUri(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256')
    .update(typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
    .digest('hex');
}
