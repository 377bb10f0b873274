import type { IncomingHttpHeaders } from 'node:http';
import type { Target } from './addressing';
import type { OperationName } from './operation-names';
import type { Principal } from './principal';
import type { RequestBody } from './request-body';

/** A parsed and authenticated request. */
export class S3Request {
  /** Additional latency, set by a fault. */
  delayMilliseconds = 0;

  constructor(
    readonly operation: OperationName,
    readonly method: string,
    private readonly target: Target,
    readonly headers: IncomingHttpHeaders,
    readonly body: RequestBody,
    readonly principal: Principal,
    /** ARN of the access point, if the request names one instead of a bucket. */
    readonly accessPoint?: string,
    /** The IP address of the client. */
    readonly sourceIp?: string,
  ) {}

  /** Empty for requests to the service, such as ListBuckets. */
  get bucket(): string {
    return this.target.bucket ?? '';
  }

  get key(): string {
    return this.target.key;
  }

  get query(): ReadonlyMap<string, string> {
    return this.target.query;
  }

  /** The value of a header, decoded as Latin-1 by Node. Undefined if the header is absent or empty. */
  header(name: string): string | undefined {
    const raw = Object.hasOwn(this.headers, name) ? this.headers[name] : undefined;
    const value = Array.isArray(raw) ? raw.join(',') : raw;
    return value === '' ? undefined : value;
  }

  /** The value of a header, decoded as UTF-8. */
  text(name: string): string | undefined {
    const value = this.header(name);
    return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');
  }

  parameter(name: string): string | undefined {
    return this.target.query.get(name);
  }

  get versionId(): string | undefined {
    const id = this.parameter('versionId');
    return id === '' ? undefined : id;
  }
}

/** Parameters of a presigned URL that belong to its signature. */
const SIGNING_PARAMETERS = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
  'x-amz-target',
  'x-amz-sdk-checksum-algorithm',
]);

/**
 * The headers of a request, including the `x-amz-` headers that a presigned URL contains as query parameters. Without these, a
 * presigned CopyObject would be a PutObject of an empty object.
 */
export function headersOf(headers: IncomingHttpHeaders, query: ReadonlyMap<string, string>): IncomingHttpHeaders {
  if (!query.has('X-Amz-Signature') && !query.has('Signature')) return headers;
  const moved = [...query]
    .map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString('latin1')] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !SIGNING_PARAMETERS.has(name));
  return { ...Object.fromEntries(moved), ...headers };
}
