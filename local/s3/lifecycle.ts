import type { BucketSettings } from './store/model';

const DAY = 24 * 60 * 60 * 1000;

/** When the bucket's lifecycle will abort an upload, as S3 tells it at CreateMultipartUpload and ListParts. */
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
  // S3 rounds up to the next midnight UTC.
  const time = Math.ceil((initiated + rule.abortAfterDays * DAY) / DAY) * DAY;
  return { 'x-amz-abort-date': new Date(time).toUTCString(), 'x-amz-abort-rule-id': rule.id };
}
