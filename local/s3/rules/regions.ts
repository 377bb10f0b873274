import { endpointOf } from '../base/arns';
import { s3Error } from '../errors/s3-error';
import type { Bucket } from '../store/store';
import type { S3Request } from '../wire/request';
import { signingScopeOf } from '../wire/signing-scope';

/**
 * Refuses a request to the endpoint of another Region than the bucket's. The error names the bucket's Region, with which SDKs retry.
 * An unsigned request does not name a Region.
 */
export function checkRegion(bucket: Bucket, request: S3Request): void {
  const { region } = bucket.settings;
  const signed = signingScopeOf(request.headers, request.query)?.region ?? region;
  if (signed === region || request.operation === 'CreateBucket') return;
  // The endpoint of us-east-1 returns the location of buckets in all Regions.
  if (request.operation === 'GetBucketLocation' && signed === 'us-east-1') return;
  const Endpoint = `${bucket.name}.${endpointOf('s3', region)}`;
  throw s3Error('PermanentRedirect', { Endpoint, Bucket: bucket.name }).withHeaders({ 'x-amz-bucket-region': region });
}
