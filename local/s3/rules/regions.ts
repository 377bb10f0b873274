import { endpointOf } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';
import type { S3Request } from '../wire/request';
import { signingScopeOf } from '../wire/signing-scope';

/**
 * Refuses a request at another Region's endpoint than the bucket's, as S3 does: with the Region, which SDKs then turn to. An
 * unsigned request names no endpoint.
 */
export function checkRegion(bucket: Bucket, request: S3Request): void {
  const { region } = bucket.settings;
  const signed = signingScopeOf(request.headers, request.query)?.region ?? region;
  if (signed === region || request.operation === 'CreateBucket') return;
  // The oldest Region tells of every bucket where it is.
  if (request.operation === 'GetBucketLocation' && signed === 'us-east-1') return;
  const Endpoint = `${bucket.name}.${endpointOf('s3', region)}`;
  throw s3Error('PermanentRedirect', { Endpoint, Bucket: bucket.name }).withHeaders({ 'x-amz-bucket-region': region });
}
