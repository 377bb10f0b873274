import { s3Error } from '../../errors/s3-error';

/** Clocks may differ by this much. */
export const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000;

/**
 * When a request says that it was signed, which must be now, by clocks that differ a little.
 * @throws RequestTimeTooSkewed, AccessDenied for what is no date
 */
export function checkSkew(date: string | undefined, now: number): number {
  const time = date === undefined ? NaN : Date.parse(date.replace(LONG_DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(time)) throw s3Error('RequestDateMissing');
  if (Math.abs(time - now) > MAX_SKEW_MILLISECONDS) {
    throw s3Error('RequestTimeTooSkewed', {
      RequestTime: date,
      ServerTime: inSeconds(now),
      MaxAllowedSkewMilliseconds: MAX_SKEW_MILLISECONDS,
    });
  }
  return time;
}

const LONG_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** `2026-01-31T23:59:59Z` */
function inSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** `20260131T235959Z` */
export function longDate(time: number): string {
  return inSeconds(time).replace(/[-:]/g, '');
}
