import type { IncomingHttpHeaders } from 'node:http';
import { type S3Error, s3Error } from '../errors/s3-error';

/** What a browser is told that asks whether a page of another origin may send a request: no bucket has CORS here. */
export function preflightError(headers: IncomingHttpHeaders, bucketExists: boolean): S3Error {
  if (headers.origin === undefined) return s3Error('PreflightOrigin');
  const Method = headers['access-control-request-method'] ?? 'OPTIONS';
  return s3Error(bucketExists ? 'CorsNotEnabled' : 'CorsBucketNotFound', { Method, ResourceType: 'BUCKET' });
}
