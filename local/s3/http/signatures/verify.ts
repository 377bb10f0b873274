import { type S3Error, s3Error } from '../../errors/s3-error';
import { parseQuery } from '../../wire/addressing';
import type { Principal } from '../../wire/principal';
import { canonicalRequest, headersByName, type ReceivedRequest, sha256Hex, splitUrl } from './canonical-request';
import { ChunkSignatures } from './chunks';
import { HMAC, type PresentedSignature, readSignature } from './presented-signature';
import { hmacKey, isSameText } from './signing-key';
import { readSignatureV2, verifyV2 } from './version-2';

/** Options for requests to other services than S3. */
export interface SignatureOptions {
  readonly services: readonly string[];
  /** SHA-256 of the body, for services without the header x-amz-content-sha256. */
  readonly payloadHash?: string;
}

const S3: SignatureOptions = { services: ['s3', 's3express'] };

/**
 * Verifies the signature of a request, unless its principal has no secret. Returns a verifier for the chunks of the body if they are
 * signed.
 * @throws SignatureDoesNotMatch and other errors of S3 about signatures
 */
export function verifySignature(
  request: ReceivedRequest,
  principal: Principal,
  now: number,
  options: SignatureOptions = S3,
): ChunkSignatures | undefined {
  const { accessKeyId, secretAccessKey } = principal;
  if (secretAccessKey === undefined) return undefined;
  const headers = headersByName(request.rawHeaders);
  const query = parseQuery(splitUrl(request.url)[1] ?? '');
  const authorization = headers.get('authorization');
  if (authorization !== undefined && (query.has('X-Amz-Algorithm') || query.has('Signature'))) {
    throw s3Error('TwoSignatures', { ArgumentName: 'Authorization', ArgumentValue: authorization });
  }
  const version2 = readSignatureV2(authorization, query);
  if (version2 === undefined) {
    const presented = readSignature(headers, query, accessKeyId, options.services, now);
    return verifyV4(request, headers, presented, principal, secretAccessKey, options.payloadHash);
  }
  // Sessions and other services do not support version 2.
  if (principal.sessionToken !== undefined || options !== S3) throw s3Error('SignatureVersionNotSupported');
  const mismatch = (text: string, provided: string): S3Error => signatureMismatch(accessKeyId, text, provided);
  verifyV2(request, headers, query, version2, secretAccessKey, now, mismatch);
  return undefined;
}

/** Verifies a Signature Version 4. */
function verifyV4(
  request: ReceivedRequest,
  headers: ReadonlyMap<string, string>,
  presented: PresentedSignature,
  principal: Principal,
  secretAccessKey: string,
  hashOfBody: string | undefined,
): ChunkSignatures | undefined {
  const { accessKeyId } = principal;
  const payloadHash = hashOfBody ?? payloadHashOf(presented);
  checkAllSigned(headers, presented.signedHeaders);
  const canonical = canonicalRequest(request, headers, presented.signedHeaders, payloadHash);
  const { credential, date, signature } = presented;
  const text = [HMAC, date, credential.scope.join('/'), sha256Hex(canonical)].join('\n');
  const key = hmacKey(secretAccessKey, credential.scope);
  const mismatch = (stringToSign: string, provided: string): S3Error =>
    signatureMismatch(accessKeyId, stringToSign, provided, canonical);
  if (!key.isSigned(text, signature)) throw mismatch(text, signature);
  checkToken(presented.sessionToken, principal);
  if (!payloadHash.startsWith('STREAMING-AWS4-')) return undefined;
  if (!payloadHash.startsWith(`STREAMING-${HMAC}-`)) {
    throw s3Error('NotImplemented', { Header: 'x-amz-content-sha256' });
  }
  const scope = `${date}\n${credential.scope.join('/')}`;
  return new ChunkSignatures(key, scope, signature, payloadHash.endsWith('-TRAILER'), mismatch);
}

function signatureMismatch(accessKeyId: string, stringToSign: string, provided: string, canonical?: string): S3Error {
  return s3Error('SignatureDoesNotMatch', {
    AWSAccessKeyId: accessKeyId,
    StringToSign: asText(stringToSign),
    SignatureProvided: provided,
    StringToSignBytes: spacedHex(stringToSign),
    ...(canonical !== undefined && {
      CanonicalRequest: asText(canonical),
      CanonicalRequestBytes: spacedHex(canonical),
    }),
  });
}

function asText(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function spacedHex(latin1: string): string {
  return Buffer.from(latin1, 'latin1')
    .toString('hex')
    .replace(/..(?=.)/g, '$& ');
}

/** Host and all x-amz- headers must be signed, except for the hash of the body, which the signature includes anyway. */
function checkAllSigned(headers: ReadonlyMap<string, string>, signed: readonly string[]): void {
  const unsigned = [...headers.keys()].filter(
    (name) =>
      (name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256')) && !signed.includes(name),
  );
  if (unsigned.length > 0) throw s3Error('HeadersNotSigned', { HeadersNotSigned: unsigned.sort().join(', ') });
}

const STREAMING_HASHES = [
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD',
  'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER',
];

function payloadHashOf({ payloadHash, presigned }: PresentedSignature): string {
  if (payloadHash === undefined) {
    if (presigned) return 'UNSIGNED-PAYLOAD';
    throw s3Error('MissingContentSha256');
  }
  const known = payloadHash === 'UNSIGNED-PAYLOAD' || STREAMING_HASHES.includes(payloadHash);
  if (known || /^[0-9a-f]{64}$/.test(payloadHash)) return payloadHash;
  throw s3Error('InvalidContentSha256', { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash });
}

/** Checks the session token of temporary credentials. */
function checkToken(sessionToken: string | undefined, principal: Principal): void {
  if (principal.sessionToken === undefined) return;
  if (sessionToken === undefined) throw s3Error('InvalidAccessKeyId', { AWSAccessKeyId: principal.accessKeyId });
  if (!isSameText(sessionToken, principal.sessionToken)) throw s3Error('InvalidToken', { 'Token-0': sessionToken });
}
