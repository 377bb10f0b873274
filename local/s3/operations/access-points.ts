import { accessPointArn } from '../base/arns';
import { type S3Error, s3Error } from '../errors/s3-error';
import type { AccessPoint } from '../store/model';
import type { Bucket } from '../store/store';
import type { S3Request } from '../wire/request';
import { requestRegion } from '../wire/signing-scope';
import type { OperationContext } from './context';

const ARN = /^arn:aws[a-z-]*:s3:([a-z0-9-]*):(\d{12}):accesspoint[/:](.+)$/;

/** A bucket, and the access point through which a request addresses it. */
export interface NamedBucket {
  readonly bucket: Bucket;
  /** ARN of the access point, if the request uses one. */
  readonly accessPoint?: string;
}

/**
 * Resolves the bucket name of a request. An access point appears as the host label `NAME-ACCOUNT` (from SDKs), as its ARN (in
 * path-style requests) or as its alias. Other names are returned unchanged.
 */
export function bucketBehind(
  context: OperationContext,
  name: string | undefined,
): { bucket: string | undefined; accessPoint?: string } {
  if (name === undefined || context.store.findBucket(name) !== undefined) return { bucket: name };
  const [, label, accountId] = /^(.+)-(\d{12})$/.exec(name) ?? [];
  const found =
    label === undefined || accountId === undefined
      ? undefined
      : findAccessPoint(context, (point, owner) => point.name === label && owner === accountId);
  if (found !== undefined) return { ...found, bucket: found.bucket.name };
  if (!name.startsWith('arn:') && !name.endsWith('-s3alias')) return { bucket: name };
  const resolved = resolveBucket(context, name);
  return { ...resolved, bucket: resolved.bucket.name };
}

/** Resolves a bucket name, or the ARN or alias of an access point. */
function resolveBucket(context: OperationContext, name: string): NamedBucket {
  if (name.endsWith('-s3alias')) {
    const found = findAccessPoint(context, (point) => point.alias === name);
    return found ?? { bucket: context.store.bucket(name) };
  }
  if (!name.startsWith('arn:')) return { bucket: context.store.bucket(name) };
  const [, region, accountId, accessPoint] = ARN.exec(name) ?? [];
  if (accessPoint === undefined) {
    throw s3Error('InvalidArgument', { ArgumentName: 'ARN', ArgumentValue: name }, { detail: 'Invalid ARN' });
  }
  const found = findAccessPoint(context, (point, owner) => point.name === accessPoint && owner === accountId);
  if (region !== (found?.bucket.settings.region ?? context.region)) throw wrongRegion(name);
  if (found === undefined) throw s3Error('NoSuchAccessPoint', { AccessPointName: accessPoint });
  return found;
}

/** Resolves the bucket of a copy source. It may be in another Region, unless it is addressed through an access point. */
export function resolveSourceBucket(context: OperationContext, request: S3Request, name: string): NamedBucket {
  const resolved = resolveBucket(context, name);
  const { region } = resolved.bucket.settings;
  if (resolved.accessPoint !== undefined && region !== requestRegion(request, context.region)) throw wrongRegion(name);
  return resolved;
}

function wrongRegion(arn: string): S3Error {
  return s3Error(
    'InvalidArgument',
    { ArgumentName: 'ARN', ArgumentValue: arn },
    { detail: 'The access point must be in the same Region as the request' },
  );
}

function findAccessPoint(
  context: OperationContext,
  matches: (point: AccessPoint, ownerAccountId: string) => boolean,
): NamedBucket | undefined {
  for (const bucket of context.store.buckets()) {
    const { accessPoints = [], ownerAccountId, region } = bucket.settings;
    const point = accessPoints.find((candidate) => matches(candidate, ownerAccountId));
    if (point !== undefined) {
      return { bucket, accessPoint: accessPointArn(point.name, region, ownerAccountId) };
    }
  }
  return undefined;
}
