import type { IncomingHttpHeaders } from 'node:http';
import { s3Error } from '../errors';

/**
 * The access key that signed a request, or undefined. Signatures are not verified: any credentials are good.
 * @throws AccessDenied for a presigned URL that has expired.
 */
export function accessKeyOf(
  headers: IncomingHttpHeaders,
  query: ReadonlyMap<string, string>,
  now: number,
): string | undefined {
  checkExpiry(query, now);
  const { authorization = '' } = headers;
  const v4 = /Credential=([^/,\s]+)/.exec(authorization)?.[1];
  const v2 = /^AWS ([^:\s]+):/.exec(authorization)?.[1];
  const presigned = query.get('X-Amz-Credential')?.split('/')[0] ?? query.get('AWSAccessKeyId');
  return v4 ?? v2 ?? presigned;
}

/** For which Region and service a request was signed (Signature Version 4), in its header or its query. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

/** The scope of a request's signature; undefined for unsigned ones, and for signatures that name no Region. */
export function signingScopeOf(
  headers: IncomingHttpHeaders,
  query: ReadonlyMap<string, string>,
): SigningScope | undefined {
  const header = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const scope = header ?? query.get('X-Amz-Credential') ?? '';
  const [, region, service] = /\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(scope) ?? [];
  return region === undefined || service === undefined ? undefined : { region, service };
}

function checkExpiry(query: ReadonlyMap<string, string>, now: number): void {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get('X-Amz-Date') ?? '');
  const seconds = Number(query.get('X-Amz-Expires'));
  if (date !== null && Number.isFinite(seconds)) {
    const [, year, month, day, hour, minute, second] = date.map(Number);
    const signed = Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
    if (signed + seconds * 1000 < now) throw expired(seconds, signed + seconds * 1000, now);
  }
  const expires = Number(query.get('Expires'));
  if (query.has('AWSAccessKeyId') && Number.isFinite(expires) && expires * 1000 < now) {
    throw expired(undefined, expires * 1000, now);
  }
}

function expired(seconds: number | undefined, end: number, now: number): Error {
  return s3Error('RequestExpired', {
    'X-Amz-Expires': seconds,
    Expires: new Date(end).toISOString(),
    ServerTime: new Date(now).toISOString(),
  });
}
