/** S3's limits of an object's tags. */
const MAX_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;

/** What S3 takes in keys and values. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const TAG_RULES = `must be at most ${MAX_TAGS} tags of different keys, which have 1 to ${MAX_KEY} characters and do not begin with 'aws:', with values of up to ${MAX_VALUE}, all of letters, digits, spaces and + - = . _ : / @`;

/** S3 takes longer tags only after the object is made: what it would refuse then is refused before. */
export function areTags(tagging: string | Readonly<Record<string, string>>): boolean {
  const tags = typeof tagging === 'string' ? [...new URLSearchParams(tagging)] : Object.entries(tagging);
  const keys = new Set(tags.map(([key]) => key));
  return tags.length <= MAX_TAGS && keys.size === tags.length && tags.every(isTag);
}

function isTag([key, value]: [string, string]): boolean {
  return (
    key !== '' &&
    !key.startsWith('aws:') &&
    [...key].length <= MAX_KEY &&
    [...value].length <= MAX_VALUE &&
    TAG_TEXT.test(key) &&
    TAG_TEXT.test(value)
  );
}

/** A day or a time of ISO 8601, or a date as HTTP writes it: JavaScript takes more for dates, "1" for one of 2001. */
const DATE = /^(\d{4}-\d\d-\d\d(T.+)?|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)$/;

/** Also not a day that its month does not have, which would be taken for one of the next month. */
export function isDate(text: string): boolean {
  if (!DATE.test(text) || Number.isNaN(Date.parse(text))) return false;
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  return (
    day === undefined || new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  );
}

/** A header ends where a line does. */
export function hasNoControls(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}
