import { s3Error } from './errors';
import { signingScopeOf } from './http/principal';
import type { S3Request } from './http/request';
import type { Bucket } from './store/store';

/** By their continents. */
const REGIONS = new Set(
  [
    'af-south-1',
    'ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2',
    'ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7',
    'ca-central-1 ca-west-1 cn-north-1 cn-northwest-1',
    'eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3',
    'il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1',
    'us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2',
  ].flatMap((names) => names.split(' ')),
);

export function isRegion(name: string): boolean {
  return REGIONS.has(name);
}

/** The Region whose endpoint a request is for: this server stands for all of them, so that is the one it was signed for. */
export function requestRegion(request: S3Request, serverRegion: string): string {
  return signingScopeOf(request.headers, request.query)?.region ?? serverRegion;
}

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
  const Endpoint = `${bucket.name}.s3.${region}.amazonaws.com`;
  throw s3Error('PermanentRedirect', { Endpoint, Bucket: bucket.name }).withHeaders({ 'x-amz-bucket-region': region });
}
