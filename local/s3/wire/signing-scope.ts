import type { IncomingHttpHeaders } from 'node:http';
import type { S3Request } from './request';

/** The Region and service of a Signature Version 4, in the Authorization header or the query. */
export interface SigningScope {
  readonly region: string;
  readonly service: string;
}

/** The scope of a signature. Undefined for unsigned requests and for signatures that do not name a Region. */
export function signingScopeOf(
  headers: IncomingHttpHeaders,
  query: ReadonlyMap<string, string>,
): SigningScope | undefined {
  const header = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const scope = header ?? query.get('X-Amz-Credential') ?? '';
  const [, region, service] = /\/\d{8}\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/.exec(scope) ?? [];
  return region === undefined || service === undefined ? undefined : { region, service };
}

/** The Region of the endpoint that a request is meant for. The server acts for all endpoints, so it is the Region of the signature. */
export function requestRegion(request: S3Request, serverRegion: string): string {
  return signingScopeOf(request.headers, request.query)?.region ?? serverRegion;
}
