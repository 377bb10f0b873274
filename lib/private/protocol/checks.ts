/*
 * Rules about values that a pattern cannot express.
 */
import { MAX_KEY_BYTES, MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS, MAX_TAGS } from './limits';

export function isObjectKey(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') <= MAX_KEY_BYTES;
}

/** A day or a time in ISO 8601, or an HTTP date. `Date.parse` accepts more: it reads "1" as a day of 2001. */
const DATE = /^(\d{4}-\d\d-\d\d(T.+)?|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/;

export function isDate(text: string): boolean {
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) return false;
  // `Date.parse` reads 31 February as 3 March.
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const parsed = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return day === undefined || parsed.getUTCDate() === Number(day);
}

/** `bytes=first-last`. */
export function isForwardRange(text: string): boolean {
  const [first, last] = (/(\d+)-(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  return first !== undefined && last !== undefined && first <= last;
}

/** A line break would end the header that carries the value. */
export function hasNoControlCharacters(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** Characters that S3 accepts in the keys and values of tags. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** S3 checks tags that are too long for a header only after the object is made, so they are checked here first. */
export function areTags(tagging: string | Readonly<Record<string, string>>): boolean {
  const tags = typeof tagging === 'string' ? [...new URLSearchParams(tagging)] : Object.entries(tagging);
  const keys = new Set(tags.map(([key]) => key));
  return tags.length <= MAX_TAGS && keys.size === tags.length && tags.every(isTag);
}

function isTag([key, value]: [string, string]): boolean {
  return (
    key !== '' &&
    !key.startsWith('aws:') &&
    [...key].length <= MAX_TAG_KEY_CHARACTERS &&
    [...value].length <= MAX_TAG_VALUE_CHARACTERS &&
    TAG_TEXT.test(key) &&
    TAG_TEXT.test(value)
  );
}
