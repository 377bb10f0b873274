import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors/s3-error';
import { MAX_SKEW_MILLISECONDS } from './signatures/clock';

/**
 * The access key of the signature; undefined for unsigned requests.
 * @throws AccessDenied for an expired presigned URL, AuthorizationQueryParametersError for a malformed one
 */
export function accessKeyOf(
  headers: IncomingHttpHeaders,
  query: ReadonlyMap<string, string>,
  now: number,
): string | undefined {
  checkPresigned(query, now);
  const { authorization = '' } = headers;
  const v4 = /Credential=([^/,\s]+)/.exec(authorization)?.[1];
  const v2 = /^AWS ([^:\s]+):/.exec(authorization)?.[1];
  const presigned = query.get('X-Amz-Credential')?.split('/')[0] ?? query.get('AWSAccessKeyId');
  return v4 ?? v2 ?? presigned;
}

/** Required parameters of presigned URLs, by signature version. */
const V4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-Date',
  'X-Amz-SignedHeaders',
  'X-Amz-Expires',
];
const V2_PARAMETERS = ['Signature', 'Expires', 'AWSAccessKeyId'];

const WEEK_SECONDS = 7 * 24 * 60 * 60;

function checkPresigned(query: ReadonlyMap<string, string>, now: number): void {
  if (query.has('X-Amz-Algorithm') || query.has('X-Amz-Signature')) checkV4(query, now);
  else if (query.has('Signature') || query.has('AWSAccessKeyId')) checkV2(query, now);
}

function checkV4(query: ReadonlyMap<string, string>, now: number): void {
  const refuse = (detail: string): Error => s3Error('AuthorizationQueryParametersError', {}, { detail });
  if (!V4_PARAMETERS.every((name) => query.has(name))) {
    throw refuse(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    );
  }
  if (!(query.get('X-Amz-Algorithm') ?? '').startsWith('AWS4-')) {
    throw refuse('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  if (date === null) throw refuse("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  const expires = query.get('X-Amz-Expires') ?? '';
  const seconds = Number(expires);
  if (!/^-?\d+$/.test(expires)) throw refuse('X-Amz-Expires should be a number');
  if (seconds < 0) throw refuse('X-Amz-Expires must be non-negative');
  if (seconds > WEEK_SECONDS) {
    throw refuse(
      `X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than ${WEEK_SECONDS} seconds`,
    );
  }
  const [, year, month, day, hour, minute, second] = date.map(Number);
  const signed = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
  if (signed > now + MAX_SKEW_MILLISECONDS) throw s3Error('RequestNotValidYet');
  if (signed + seconds * 1000 < now) throw expired(seconds, signed + seconds * 1000, now);
}

function checkV2(query: ReadonlyMap<string, string>, now: number): void {
  if (!V2_PARAMETERS.every((name) => query.has(name))) throw s3Error('QueryParametersMissing');
  const expires = Number(query.get('Expires'));
  if (Number.isFinite(expires) && expires * 1000 < now) throw expired(undefined, expires * 1000, now);
}

function expired(seconds: number | undefined, end: number, now: number): Error {
  return s3Error('RequestExpired', {
    'X-Amz-Expires': seconds,
    Expires: new Date(end).toISOString(),
    ServerTime: new Date(now).toISOString(),
  });
}
