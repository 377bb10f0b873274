import { createHmac } from 'node:crypto';
import type { S3Error } from '../../errors/s3-error';
import { bucketOfHost, decodeUri } from '../../wire/addressing';
import { type ReceivedRequest, splitUrl } from './canonical-request';
import { checkSkew } from './clock';
import { isSameText } from './signing-key';

/** A Signature Version 2, from the Authorization header or the query. */
export interface PresentedSignatureV2 {
  readonly signature: string;
  /** Expiry of a presigned URL, in seconds since 1970. */
  readonly expires?: string;
}

/** Reads the Signature Version 2 of a request; undefined if it has none. */
export function readSignatureV2(
  authorization: string | undefined,
  query: ReadonlyMap<string, string>,
): PresentedSignatureV2 | undefined {
  const [, , inHeader] = /^AWS ([^:]*):(.*)$/.exec(authorization ?? '') ?? [];
  if (inHeader !== undefined) return { signature: inHeader };
  const [signature, expires] = [query.get('Signature'), query.get('Expires')];
  return signature === undefined || expires === undefined ? undefined : { signature, expires };
}

/** Verifies an HMAC-SHA1 (base64). */
function isSignedV2(secretAccessKey: string, text: string, signature: string): boolean {
  return isSameText(createHmac('sha1', secretAccessKey).update(text, 'latin1').digest('base64'), signature);
}

/** @throws SignatureDoesNotMatch, RequestTimeTooSkewed */
export function verifyV2(
  request: ReceivedRequest,
  headers: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
  presented: PresentedSignatureV2,
  secretAccessKey: string,
  now: number,
  mismatch: (stringToSign: string, provided: string) => S3Error,
): void {
  const { signature, expires } = presented;
  if (expires === undefined) checkSkew(headers.get('x-amz-date') ?? headers.get('date'), now);
  // A presigned URL may contain these headers as parameters.
  const given = (name: string): string =>
    headers.get(name) ?? (expires === undefined ? '' : latin1(query.get(name) ?? ''));
  const amz = amzHeaders(headers, expires === undefined ? new Map() : query);
  const text = [
    request.method,
    given('content-md5'),
    given('content-type'),
    expires ?? (headers.has('x-amz-date') ? '' : (headers.get('date') ?? '')),
    ...amz,
    canonicalResource(request.url, headers.get('host')),
  ].join('\n');
  if (!isSignedV2(secretAccessKey, text, signature)) throw mismatch(text, signature);
}

function amzHeaders(headers: ReadonlyMap<string, string>, query: ReadonlyMap<string, string>): readonly string[] {
  const moved = [...query].map(([name, value]) => [name.toLowerCase(), latin1(value)] as const);
  return [...new Map([...moved, ...headers])]
    .filter(([name]) => name.startsWith('x-amz-'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`);
}

/** Parameters that are part of the signature; others are not signed. */
const SIGNED_PARAMETERS = new Set(
  [
    'accelerate acl analytics cors defaultObjectAcl delete inventory lifecycle location logging metrics notification',
    'object-lock partNumber policy replication requestPayment response-cache-control response-content-disposition',
    'response-content-encoding response-content-language response-content-type response-expires restore select',
    'select-type storageClass tagging torrent uploadId uploads versionId versioning versions website',
  ].flatMap((names) => names.split(' ')),
);

/** The path including the bucket, which may be in the Host header, and the signed parameters. */
function canonicalResource(url: string, host: string | undefined): string {
  const [path = '', query = ''] = splitUrl(url);
  const bucket = bucketOfHost(host);
  const hosted = bucket === undefined ? path : `/${bucket}${path}`;
  const whole = /^\/[^/]+$/.test(hosted) ? `${hosted}/` : hosted;
  const parameters = query
    .split('&')
    .map((pair) => pair.split(/=(.*)/s).slice(0, 2))
    .filter(([name = '']) => SIGNED_PARAMETERS.has(name))
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([name = '', value]) =>
      value === undefined ? name : `${name}=${latin1(decodeUri(value.replaceAll('+', ' ')))}`,
    );
  return parameters.length === 0 ? whole : `${whole}?${parameters.join('&')}`;
}

/** Encodes text as UTF-8 and decodes it as Latin-1, like header values. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}
