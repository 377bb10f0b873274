import { s3Error } from '../../errors/s3-error';

/** Maximum difference between the clocks of client and server. */
export const MAX_SKEW_MILLISECONDS = 15 * 60 * 1000;

/**
 * Parses the date of a signature and checks that it is close to the current time.
 * @throws RequestTimeTooSkewed, AccessDenied if it is missing or invalid
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

/** Formats a time as `2026-01-31T23:59:59Z`. */
function inSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+/, '');
}

/** Formats a time as `20260131T235959Z`. */
export function longDate(time: number): string {
  return inSeconds(time).replace(/[-:]/g, '');
}
