import type { BucketSettings, LifecycleRule, ObjectVersion } from '../store/model';

export const DAY = 24 * 60 * 60 * 1000;

/** The headers of CreateMultipartUpload and ListParts that say when a lifecycle rule will abort the upload. */
export function abortDate(
  settings: BucketSettings,
  key: string,
  initiated: number,
): Record<string, string | undefined> {
  const rules = (settings.lifecycle ?? []).filter(
    (candidate) => candidate.abortAfterDays !== undefined && key.startsWith(candidate.prefix),
  );
  const [rule] = rules.sort((a, b) => (a.abortAfterDays ?? 0) - (b.abortAfterDays ?? 0));
  if (rule?.abortAfterDays === undefined) return {};
  const time = midnightAfter(initiated, rule.abortAfterDays);
  return { 'x-amz-abort-date': new Date(time).toUTCString(), 'x-amz-abort-rule-id': rule.id };
}

/** `x-amz-expiration`: when a lifecycle rule will expire the object. S3 sends it for current versions, on reads and writes. */
export function expirationHeader(
  settings: BucketSettings,
  key: string,
  object: Pick<ObjectVersion, 'size' | 'lastModified' | 'properties'>,
): Record<string, string | undefined> {
  const dates = (settings.lifecycle ?? [])
    .filter((rule) => appliesTo(rule, key, object))
    .map((rule) => ({ rule, time: expiryOf(rule, object.lastModified) }))
    .filter((entry): entry is { rule: LifecycleRule; time: number } => entry.time !== undefined);
  const [first] = dates.sort((a, b) => a.time - b.time);
  if (first === undefined) return {};
  const id = encodeURIComponent(first.rule.id ?? '');
  return { 'x-amz-expiration': `expiry-date="${new Date(first.time).toUTCString()}", rule-id="${id}"` };
}

/** Whether a rule applies to an object. */
export function appliesTo(
  rule: LifecycleRule,
  key: string,
  object: Pick<ObjectVersion, 'size' | 'properties'>,
): boolean {
  const { tags } = object.properties;
  const tagged = (rule.tags ?? []).every((wanted) =>
    tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value),
  );
  const sized = object.size > (rule.largerThan ?? -1) && object.size < (rule.smallerThan ?? Infinity);
  return key.startsWith(rule.prefix) && tagged && sized;
}

/** When a rule expires an object that was created at a given time; undefined if the rule does not expire objects. */
function expiryOf(rule: LifecycleRule, created: number): number | undefined {
  const { days, date } = rule.expiration ?? {};
  return days === undefined ? date : midnightAfter(created, days);
}

/** Rounds up to the next midnight UTC, as S3 does. */
function midnightAfter(time: number, days: number): number {
  return Math.ceil((time + days * DAY) / DAY) * DAY;
}
