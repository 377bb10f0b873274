import { wholeSeconds } from '../base/dates';
import { s3Error } from '../errors/s3-error';
import type { BucketSettings, EventHold, ObjectLock, ObjectVersion, Retention } from '../store/model';
import type { S3Request } from '../wire/request';

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const LEGAL_HOLD = 'x-amz-object-lock-legal-hold';
const EVENT_HOLD = 'x-amz-object-lock-event-hold';

const DAY = 24 * 60 * 60 * 1000;

/** The Object Lock settings of a new object: as requested, otherwise the bucket's default retention. */
export function readObjectLock(request: S3Request, settings: BucketSettings, now: number): ObjectLock | undefined {
  const retention = readRetention(request, now);
  const legalHold = readLegalHold(request);
  const eventHold = readEventHold(request);
  const asked = retention !== undefined || legalHold !== undefined || eventHold !== undefined;
  if (asked && settings.objectLock === undefined) throw s3Error('NewObjectWithoutLock');
  const effective = retention ?? defaultRetention(settings, now);
  if (effective === undefined && legalHold === undefined && eventHold === undefined) return undefined;
  return {
    ...(effective !== undefined && { retention: effective }),
    ...(legalHold !== undefined && { legalHold }),
    ...(eventHold !== undefined && { eventHold }),
  };
}

function readRetention(request: S3Request, now: number): Retention | undefined {
  const mode = request.header(MODE);
  const until = request.header(UNTIL);
  if (mode === undefined && until === undefined) return undefined;
  if (until === undefined) throw s3Error('RetentionPair', { ArgumentName: UNTIL });
  if (mode === undefined) throw s3Error('RetentionPair', { ArgumentName: MODE });
  if (!isRetentionMode(mode)) throw s3Error('UnknownLockMode', { ArgumentName: MODE, ArgumentValue: mode });
  const argument = { ArgumentName: UNTIL, ArgumentValue: until };
  const retainUntil = Date.parse(until);
  if (Number.isNaN(retainUntil)) throw s3Error('RetentionDate', argument);
  if (retainUntil <= now) throw s3Error('RetentionInPast', argument);
  return { mode, retainUntil: wholeSeconds(retainUntil) };
}

/** Parses the retention of a document, which has both of its elements or neither. */
export function parseRetention(mode: string, until: string, now: number): Retention {
  const retainUntil = Date.parse(until);
  if (!isRetentionMode(mode) || Number.isNaN(retainUntil)) throw s3Error('MalformedXml');
  if (retainUntil <= now) {
    throw s3Error('RetentionInPast', { ArgumentName: 'RetainUntilDate', ArgumentValue: pacificDate(retainUntil) });
  }
  return { mode, retainUntil: wholeSeconds(retainUntil) };
}

function isRetentionMode(mode: string): mode is Retention['mode'] {
  return mode === 'GOVERNANCE' || mode === 'COMPLIANCE';
}

/** Formats a date as S3 does in errors about documents, in all Regions: `Tue Dec 31 16:00:00 PST 2019`. */
function pacificDate(time: number): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Los_Angeles',
    timeZoneName: 'short',
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    year: 'numeric',
  }).formatToParts(time);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((found) => found.type === type)?.value ?? '';
  const clock = `${part('hour')}:${part('minute')}:${part('second')}`;
  return `${part('weekday')} ${part('month')} ${part('day')} ${clock} ${part('timeZoneName')} ${part('year')}`;
}

function readLegalHold(request: S3Request): 'ON' | 'OFF' | undefined {
  const value = request.header(LEGAL_HOLD);
  if (value === undefined || value === 'ON' || value === 'OFF') return value;
  throw s3Error('UnknownLegalHold', { ArgumentName: LEGAL_HOLD, ArgumentValue: value });
}

function readEventHold(request: S3Request): EventHold | undefined {
  const status = request.header(EVENT_HOLD);
  if (status === undefined) return undefined;
  if (status !== 'ON' && status !== 'OFF') {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: EVENT_HOLD, ArgumentValue: status },
      { detail: "Event Hold must be either of 'ON' or 'OFF'" },
    );
  }
  const days = readDuration(request, `${EVENT_HOLD}-duration-days`);
  const years = readDuration(request, `${EVENT_HOLD}-duration-years`);
  if (days !== undefined && years !== undefined) throw s3Error('EventHoldDurations');
  return { status, ...(days !== undefined && { days }), ...(years !== undefined && { years }) };
}

function readDuration(request: S3Request, name: string): number | undefined {
  const value = request.header(name);
  if (value === undefined || /^[1-9]\d{0,5}$/.test(value)) return value === undefined ? undefined : Number(value);
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: name, ArgumentValue: value },
    { detail: 'The event hold duration must be a positive integer value' },
  );
}

function defaultRetention(settings: BucketSettings, now: number): Retention | undefined {
  const rule = settings.objectLock?.defaultRetention;
  if (rule === undefined) return undefined;
  const until = new Date(now + (rule.days ?? 0) * DAY);
  until.setUTCFullYear(until.getUTCFullYear() + (rule.years ?? 0));
  return { mode: rule.mode, retainUntil: wholeSeconds(until.getTime()) };
}

/**
 * @param bypass whether to ignore GOVERNANCE retention; COMPLIANCE retention and legal holds cannot be bypassed
 * @throws AccessDenied if Object Lock protects the version
 */
export function checkDeletable(object: ObjectVersion, bypass: boolean, now: number): void {
  const { lock } = object.properties;
  const held = lock?.legalHold === 'ON' || lock?.eventHold?.status === 'ON';
  const retained = lock?.retention !== undefined && lock.retention.retainUntil > now;
  if (held || (retained && !(bypass && lock.retention.mode === 'GOVERNANCE'))) throw s3Error('ObjectLocked');
}

/** Whether a delete bypasses GOVERNANCE retention. S3 refuses the header if the bucket does not have Object Lock. */
export function bypassesGovernance(request: S3Request, settings: BucketSettings): boolean {
  const name = 'x-amz-bypass-governance-retention';
  const value = request.header(name);
  if (value === undefined) return false;
  if (settings.objectLock === undefined) throw s3Error('BypassWithoutLock', { ArgumentName: name });
  return value.toLowerCase() === 'true';
}

export function lockHeaders(lock: ObjectLock | undefined): Record<string, string | number | undefined> {
  return {
    [MODE]: lock?.retention?.mode,
    [UNTIL]: lock?.retention === undefined ? undefined : new Date(lock.retention.retainUntil).toISOString(),
    [LEGAL_HOLD]: lock?.legalHold,
    [EVENT_HOLD]: lock?.eventHold?.status,
    [`${EVENT_HOLD}-duration-days`]: lock?.eventHold?.days,
    [`${EVENT_HOLD}-duration-years`]: lock?.eventHold?.years,
  };
}
