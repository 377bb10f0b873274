import { s3Error } from '../errors';
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
  if (region !== context.region) {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'ARN', ArgumentValue: name },
      { detail: 'The access point must be in the same Region as the request' },
    );
  }
  const bucket = findByAccessPoint(context, accessPoint);
  if (bucket === undefined) throw s3Error('NoSuchAccessPoint', { AccessPointName: accessPoint });
  return bucket;
}

function findByAccessPoint(context: OperationContext, accessPoint: string): Bucket | undefined {
  for (const bucket of context.store.buckets()) {
    if (bucket.settings.accessPoints?.includes(accessPoint) === true) return bucket;
  }
  return undefined;
}
