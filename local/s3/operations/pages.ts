import { s3Error } from '../errors/s3-error';
import { compareKeys } from '../store/key-index';
import type { S3Request } from '../wire/request';

export function readEncodingType(request: S3Request): 'url' | undefined {
  const value = request.parameter('encoding-type');
  if (value === undefined || value === '') return undefined;
  if (value === 'url') return value;
  throw s3Error('InvalidEncoding', { ArgumentName: 'encoding-type', ArgumentValue: value });
}

/** Encoding for `encoding-type=url`: form encoding (space as `+`), except that slashes are not encoded. */
export function encodeName(name: string): string {
  return encodeURIComponent(name)
    .replace(/%20/g, '+')
    .replace(/%2F/g, '/')
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxKeys: number;
  /** Skips entries up to this key or with this common prefix. */
  readonly after: string;
  /** Whether to include entries with the key `after`. */
  readonly includingAfter?: boolean;
}

export interface Entry<T> {
  readonly key: string;
  readonly value: T;
}

export interface Page<T> {
  readonly items: readonly Entry<T>[];
  /** Distinct common prefixes. */
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix of the page, after which the next page starts. */
  readonly last: string;
  /** The last entry. Undefined if the page ends with a common prefix. */
  readonly lastItem: Entry<T> | undefined;
}

/** Builds one page of a listing. Keys that contain the delimiter after the prefix are grouped into common prefixes. */
export function collectPage<T>(entries: Iterable<Entry<T>>, request: PageRequest): Page<T> {
  const { prefix, delimiter, maxKeys, after } = request;
  const items: Entry<T>[] = [];
  const prefixes: string[] = [];
  let last = '';
  let lastItem: Entry<T> | undefined;
  for (const entry of entries) {
    if (!entry.key.startsWith(prefix)) {
      if (compareKeys(entry.key, prefix) > 0) break;
      continue;
    }
    const common = commonPrefix(entry.key, prefix, delimiter);
    if (isListedBefore(common ?? entry.key, after, common === undefined && request.includingAfter === true)) continue;
    if (common !== undefined && prefixes.at(-1) === common) continue;
    if (items.length + prefixes.length >= maxKeys) {
      return { items, prefixes, truncated: maxKeys > 0, last, lastItem };
    }
    if (common === undefined) items.push(entry);
    else prefixes.push(common);
    last = common ?? entry.key;
    lastItem = common === undefined ? entry : undefined;
  }
  return { items, prefixes, truncated: false, last, lastItem };
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function isListedBefore(name: string, after: string, including: boolean): boolean {
  if (after === '') return false;
  const order = compareKeys(name, after);
  return including ? order < 0 : order <= 0;
}
