/*
 * Rules about values that a pattern cannot express. Each returns what is wrong, or empty text if the rest of the message says it.
 */
import type { Check } from './kinds';
import { MAX_KEY_BYTES, MAX_TAG_KEY_CHARACTERS, MAX_TAG_VALUE_CHARACTERS, MAX_TAGS } from './limits';
import { show } from './problems';

export const isObjectKey: Check<string> = (text) => {
  const bytes = Buffer.byteLength(text, 'utf8');
  return bytes <= MAX_KEY_BYTES ? undefined : `the key has ${bytes} bytes`;
};

/** A day or a time in ISO 8601, or an HTTP date. `Date.parse` accepts more: it reads "1" as a day of 2001. */
const DATE = /^(\d{4}-\d\d-\d\d(T.+)?|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/;

export const isDate: Check<string> = (text) => {
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) return '';
  // `Date.parse` reads 31 February as 3 March.
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const parsed = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return day === undefined || parsed.getUTCDate() === Number(day) ? undefined : 'the month has no such day';
};

/** `bytes=first-last`. */
export const isForwardRange: Check<string> = (text) => {
  const [first, last] = (/^bytes=(\d+)-(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  return first !== undefined && last !== undefined && first <= last ? undefined : '';
};

/** HTTP headers have no case, so S3 would keep only one of two names that differ by case. */
export const haveDifferentNames: Check<Readonly<Record<string, string>>> = (map) => {
  const seen = new Map<string, string>();
  for (const name of Object.keys(map)) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) return `'${other}' and '${name}' are the same name`;
    seen.set(name.toLowerCase(), name);
  }
  return undefined;
};

/**
 * Characters that S3 accepts in the keys and values of tags. S3's own pattern has `\p{Z}`, which includes the line and
 * paragraph separators; they are no spaces.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3Tag.html
 */
const NO_TAG_CHARACTER = /[^\p{L}\p{Zs}\p{N}_.:/=+\-@]/u;

/** S3 checks tags that are too long for a header only after the object is made, so they are checked here first. */
export const areTags: Check<string | Readonly<Record<string, string>>> = (tagging) => {
  const tags = tagsOf(tagging);
  if (tags.length > MAX_TAGS) return `there are ${tags.length} tags`;
  const keys = tags.map(([key]) => key);
  const repeated = keys.find((key, index) => keys.indexOf(key) < index);
  if (repeated !== undefined) return `${show(repeated)} is the key of two tags`;
  for (const tag of tags) {
    const problem = tagProblem(tag);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

/** The tags of an object, or of text such as `a=1&b=2`. */
export function tagsOf(tagging: string | Readonly<Record<string, string>>): [key: string, value: string][] {
  return typeof tagging === 'string' ? [...new URLSearchParams(tagging)] : Object.entries(tagging);
}

function tagProblem([key, value]: [string, string]): string | undefined {
  const tag = `the tag ${show(key)}`;
  if (key === '') return 'a tag has an empty key';
  if (key.startsWith('aws:')) return `${tag} begins with 'aws:'`;
  const [foreign] = NO_TAG_CHARACTER.exec(key + value) ?? [];
  if (foreign !== undefined) {
    return `${tag} has the character U+${foreign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  if ([...key].length > MAX_TAG_KEY_CHARACTERS) return `${tag} has a key of ${[...key].length} characters`;
  if ([...value].length > MAX_TAG_VALUE_CHARACTERS) return `${tag} has a value of ${[...value].length} characters`;
  return undefined;
}
