import { s3Error } from '../errors';
import type { Bucket } from '../store/store';
import type { OperationContext } from './context';

const ARN = /^arn:aws[a-z-]*:s3:([a-z0-9-]*):(\d{12}):accesspoint[/:](.+)$/;

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
  for (const bucket of context.store.buckets()) {
    if (bucket.settings.accessPoints?.includes(accessPoint) === true) return bucket;
  }
  throw s3Error('NoSuchAccessPoint', { AccessPointName: accessPoint });
}
