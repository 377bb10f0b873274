import type { IncomingHttpHeaders } from 'node:http';
import type { S3Request } from './request';

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

/** The Region whose endpoint a request is for: this server stands for all of them, so that is the one it was signed for. */
export function requestRegion(request: S3Request, serverRegion: string): string {
  return signingScopeOf(request.headers, request.query)?.region ?? serverRegion;
}
