import { createHash } from 'node:crypto';
import { decode } from '../../wire/addressing';

/** A request as it came: what a signature is made of. Header values are bytes, read as Latin-1. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** Headers by their names in lower case; the values of a repeated one are joined. */
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

/** The canonical request of Signature Version 4, as S3 makes it: the path is encoded once and never normalized. */
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

/** Path and query, as they were sent. */
export function splitUrl(url: string): readonly string[] {
  // A proxy's absolute form carries the path after the authority.
  const relative = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  return mark < 0 ? [relative] : [relative.slice(0, mark), relative.slice(mark + 1)];
}

/** All parameters but the signature itself, by name, then by value. */
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

/** Clients differ in what they encode; signatures are made of text in which everything but the unreserved characters is. */
function reencode(text: string): string {
  return encodeURIComponent(decode(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256')
    .update(typeof data === 'string' ? Buffer.from(data, 'latin1') : data)
    .digest('hex');
}
