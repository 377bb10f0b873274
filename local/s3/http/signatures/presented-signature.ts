import { type S3Error, s3Error } from '../../errors/s3-error';
import { checkSkew, longDate } from './clock';

/** The algorithm of Signature Version 4. */
export const HMAC = 'AWS4-HMAC-SHA256';
/** The algorithm of Signature Version 4A, which only Multi-Region Access Points require. Not supported. */
const ECDSA = 'AWS4-ECDSA-P256-SHA256';

/** A credential. The scope consists of day, Region, service and `aws4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly scope: readonly string[];
}

/** The signature of a request and its parameters, from the Authorization header or the query. */
export interface PresentedSignature {
  readonly presigned: boolean;
  readonly credential: Credential;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** For example `20260131T235959Z`. */
  readonly date: string;
  readonly payloadHash: string | undefined;
  readonly sessionToken: string | undefined;
}

/**
 * Reads the Signature Version 4 of a request.
 * @param accessKeyId access key by which the principal of the request was found
 * @throws AuthorizationHeaderMalformed, AuthorizationQueryParametersError, RequestTimeTooSkewed, …
 */
export function readSignature(
  headers: ReadonlyMap<string, string>,
  query: ReadonlyMap<string, string>,
  accessKeyId: string,
  services: readonly string[],
  now: number,
): PresentedSignature {
  const presigned = query.has('X-Amz-Algorithm');
  const signature = presigned ? readFromQuery(query, headers) : readFromHeader(headers, now);
  const refuse = presigned ? queryError : headerError;
  checkCredential(signature, accessKeyId, services, refuse);
  return signature;
}

/** Reads the signature of a presigned URL. Its parameters and expiry have been checked by `accessKeyOf`. */
function readFromQuery(query: ReadonlyMap<string, string>, headers: ReadonlyMap<string, string>): PresentedSignature {
  const algorithm = query.get('X-Amz-Algorithm');
  if (algorithm === ECDSA) throw s3Error('NotImplemented', { Header: 'X-Amz-Algorithm' });
  if (algorithm !== HMAC) {
    throw s3Error(
      'AuthorizationQueryParametersError',
      {},
      { detail: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"' },
    );
  }
  // Headers take precedence over parameters, as in headersOf.
  const find = (name: string): string | undefined =>
    headers.get(name) ?? [...query].find(([given]) => given.toLowerCase() === name)?.[1];
  return {
    presigned: true,
    credential: parseCredential(query.get('X-Amz-Credential') ?? '', queryError),
    signedHeaders: signedHeaderNames(query.get('X-Amz-SignedHeaders') ?? ''),
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date') ?? '',
    payloadHash: find('x-amz-content-sha256'),
    sessionToken: find('x-amz-s3session-token') ?? find('x-amz-security-token'),
  };
}

function readFromHeader(headers: ReadonlyMap<string, string>, now: number): PresentedSignature {
  const authorization = headers.get('authorization');
  // The URL contains X-Amz-Credential but no signature.
  if (authorization === undefined) throw s3Error('SignatureVersionNotSupported');
  const [algorithm = '', ...rest] = authorization.split(' ');
  if (algorithm === ECDSA) throw s3Error('NotImplemented', { Header: 'Authorization' });
  if (algorithm !== HMAC) {
    throw s3Error('UnsupportedAuthorization', { ArgumentName: 'Authorization', ArgumentValue: authorization });
  }
  const components = componentsOf(rest.join(' '));
  return {
    presigned: false,
    credential: parseCredential(components.get('Credential') ?? '', headerError),
    signedHeaders: signedHeaderNames(components.get('SignedHeaders') ?? ''),
    signature: components.get('Signature') ?? '',
    date: longDate(checkSkew(headers.get('x-amz-date') ?? headers.get('date'), now)),
    payloadHash: headers.get('x-amz-content-sha256'),
    sessionToken: headers.get('x-amz-s3session-token') ?? headers.get('x-amz-security-token'),
  };
}

function signedHeaderNames(list: string): readonly string[] {
  return list.split(';').map((name) => name.toLowerCase());
}

const COMPONENTS = ['Credential', 'SignedHeaders', 'Signature'];

function componentsOf(text: string): ReadonlyMap<string, string> {
  const components = new Map<string, string>();
  for (const part of text.split(',').map((component) => component.trim())) {
    const equals = part.indexOf('=');
    if (equals <= 0) throw headerError(`the authorization component "${part}" is malformed.`);
    components.set(part.slice(0, equals), part.slice(equals + 1));
  }
  if (components.size < COMPONENTS.length) {
    throw headerError('the authorization header requires three components: Credential, SignedHeaders, and Signature.');
  }
  for (const name of COMPONENTS) if (!components.get(name)) throw headerError(`missing ${name}.`);
  return components;
}

type Refuse = (detail: string) => S3Error;

function headerError(detail: string): S3Error {
  return s3Error('AuthorizationHeaderMalformed', {}, { detail });
}

function queryError(detail: string): S3Error {
  return s3Error(
    'AuthorizationQueryParametersError',
    {},
    { detail: `Error parsing the X-Amz-Credential parameter; ${detail}` },
  );
}

function parseCredential(text: string, refuse: Refuse): Credential {
  const [accessKeyId = '', ...scope] = text.split('/');
  if (accessKeyId !== '' && scope.length === 4) return { accessKeyId, scope };
  throw refuse('the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".');
}

function checkCredential(
  { credential, date }: Pick<PresentedSignature, 'credential' | 'date'>,
  accessKeyId: string,
  services: readonly string[],
  refuse: Refuse,
): void {
  const { scope } = credential;
  const day = scope[0] ?? '';
  const [service = '', terminal = ''] = scope.slice(-2);
  // Both parsers must find the same access key.
  if (credential.accessKeyId !== accessKeyId) throw refuse('the Credential is mal-formed.');
  if (!/^\d{8}$/.test(day)) {
    throw refuse(`incorrect date format "${day}". This date in the credential must be in the format "yyyyMMdd".`);
  }
  if (!services.includes(service)) {
    throw refuse(`incorrect service "${service}". This endpoint belongs to "${services[0] ?? ''}".`);
  }
  if (terminal !== 'aws4_request') {
    throw refuse(`incorrect terminal "${terminal}". This endpoint uses "aws4_request".`);
  }
  if (!date.startsWith(`${day}T`)) {
    throw refuse(`Invalid credential date "${day}". This date is not the same as X-Amz-Date: "${date.slice(0, 8)}".`);
  }
}
