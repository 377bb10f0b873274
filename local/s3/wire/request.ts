import type { IncomingHttpHeaders } from 'node:http';
import type { Target } from './addressing';
import type { OperationName } from './operation-names';
import type { Principal } from './principal';
import type { RequestBody } from './request-body';

/** A request, as the operations see it. */
export class S3Request {
  /** How much longer than usual the request takes; a fault sets it. */
  delayMilliseconds = 0;

  constructor(
    readonly operation: OperationName,
    readonly method: string,
    private readonly target: Target,
    readonly headers: IncomingHttpHeaders,
    readonly body: RequestBody,
    readonly principal: Principal,
    /** ARN of the access point by which the request names its bucket. */
    readonly accessPoint?: string,
    /** The address that the request comes from. */
    readonly sourceIp?: string,
  ) {}

  /** Empty when the request is for the service itself, which no operation on a bucket sees. */
  get bucket(): string {
    return this.target.bucket ?? '';
  }

  get key(): string {
    return this.target.key;
  }

  get query(): ReadonlyMap<string, string> {
    return this.target.query;
  }

  /** A header's value, of which Node reads the bytes as Latin-1. Empty headers count as absent. */
  header(name: string): string | undefined {
    const raw = this.headers[name];
    const value = Array.isArray(raw) ? raw.join(',') : raw;
    return value === '' ? undefined : value;
  }

  /** A header's value as the UTF-8 text that clients mean. */
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

/** Parameters of a presigned URL that say who signed it, and how; of the last one clients send the value only with the body. */
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
 * The headers of a request. Who presigns one may move its `x-amz-` headers into the query; without them it would be another one: a
 * CopyObject would be a PutObject of nothing.
 */
export function headersOf(headers: IncomingHttpHeaders, query: ReadonlyMap<string, string>): IncomingHttpHeaders {
  if (!query.has('X-Amz-Signature') && !query.has('Signature')) return headers;
  const moved = [...query]
    .map(([name, value]) => [name.toLowerCase(), Buffer.from(value).toString('latin1')] as const)
    .filter(([name]) => name.startsWith('x-amz-') && !SIGNING_PARAMETERS.has(name));
  return { ...Object.fromEntries(moved), ...headers };
}
