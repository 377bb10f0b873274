import { type S3Error, s3Error } from '../errors';
import type { S3Request } from '../http/request';
import { requestRegion } from '../regions';
import type { Bucket } from '../store/store';
import type { OperationContext } from './context';

const ARN = /^arn:aws[a-z-]*:s3:([a-z0-9-]*):(\d{12}):accesspoint[/:](.+)$/;

/**
 * The bucket behind the name in a request. SDKs turn an access point's ARN into the host label `NAME-ACCOUNT`; path-style requests
 * may carry the ARN itself. A name that is no access point's is given back.
 */
export function bucketBehind(context: OperationContext, name: string | undefined): string | undefined {
  if (name === undefined || context.store.findBucket(name) !== undefined) return name;
  if (name.startsWith('arn:')) return resolveBucket(context, name).name;
  const accessPoint = /^(.+)-\d{12}$/.exec(name)?.[1];
  return accessPoint === undefined ? name : (findByAccessPoint(context, accessPoint)?.name ?? name);
}

/** The bucket that a name or the ARN of an access point means. */
export function resolveBucket(context: OperationContext, name: string): Bucket {
  if (!name.startsWith('arn:')) return context.store.bucket(name);
  const [, region, , accessPoint] = ARN.exec(name) ?? [];
  if (accessPoint === undefined) {
    throw s3Error('InvalidArgument', { ArgumentName: 'ARN', ArgumentValue: name }, { detail: 'Invalid ARN' });
  }
  const bucket = findByAccessPoint(context, accessPoint);
  if (region !== (bucket?.settings.region ?? context.region)) throw elsewhere(name);
  if (bucket === undefined) throw s3Error('NoSuchAccessPoint', { AccessPointName: accessPoint });
  return bucket;
}

/** The bucket that a copy source names. One in another Region is good, unless it is named by an access point. */
export function resolveSourceBucket(context: OperationContext, request: S3Request, name: string): Bucket {
  const bucket = resolveBucket(context, name);
  if (name.startsWith('arn:') && bucket.settings.region !== requestRegion(request, context.region)) {
    throw elsewhere(name);
  }
  return bucket;
}

function elsewhere(arn: string): S3Error {
  return s3Error(
    'InvalidArgument',
    { ArgumentName: 'ARN', ArgumentValue: arn },
    { detail: 'The access point must be in the same Region as the request' },
  );
}

function findByAccessPoint(context: OperationContext, accessPoint: string): Bucket | undefined {
  for (const bucket of context.store.buckets()) {
    if (bucket.settings.accessPoints?.includes(accessPoint) === true) return bucket;
  }
  return undefined;
}
