import { canonicalId, displayName } from '../accounts';
import { s3Error } from '../errors';
import type { S3Request } from '../http/request';
import { type S3Response, xmlResponse } from '../http/response';
import { requestRegion } from '../regions';
import { isBucketName, newBucketSettings } from '../store/buckets';
import type { BucketSettings } from '../store/model';
import { childOf, parseDocument, renderXml, textOf } from '../xml';
import { isoDate, type OperationContext, type Operations, wholeSeconds } from './context';

function listBuckets(context: OperationContext, request: S3Request): S3Response {
  const { accountId } = request.principal;
  const prefix = request.parameter('prefix') ?? '';
  const buckets = [...context.store.buckets()].filter(
    ({ name, settings }) => settings.ownerAccountId === accountId && !settings.directory && name.startsWith(prefix),
  );
  return xmlResponse(
    renderXml('ListAllMyBucketsResult', {
      Owner: { ID: canonicalId(accountId), DisplayName: displayName(accountId) },
      Buckets: {
        Bucket: buckets.map(({ name, settings }) => ({
          Name: name,
          CreationDate: isoDate(settings.createdAt),
          BucketRegion: settings.region,
          BucketArn: `arn:aws:s3:::${name}`,
        })),
      },
      Prefix: prefix === '' ? undefined : prefix,
    }),
  );
}

async function createBucket(context: OperationContext, request: S3Request): Promise<S3Response> {
  const name = request.bucket;
  const directory = name.endsWith('--x-s3');
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', { BucketName: name });
  const location = await readLocation(request);
  const region = requestRegion(request, context.region);
  if (!directory) checkLocation(region, location);
  const existing = context.store.findBucket(name);
  const headers = { location: `/${name}`, 'x-amz-bucket-arn': `arn:aws:s3:::${name}` };
  if (existing !== undefined) {
    if (existing.settings.ownerAccountId !== request.principal.accountId) {
      throw s3Error('BucketAlreadyExists', { BucketName: name });
    }
    // Only in us-east-1 creating one's own bucket again is no error.
    if (region !== 'us-east-1' || existing.settings.region !== region)
      throw s3Error('BucketAlreadyOwnedByYou', { BucketName: name });
    return { status: 200, headers };
  }
  const locked = request.header('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true';
  const ownership = readOwnership(request.header('x-amz-object-ownership'));
  const settings = newBucketSettings({
    createdAt: wholeSeconds(context.now()),
    region,
    ownerAccountId: request.principal.accountId,
    objectLock: locked,
    directory,
    ...(ownership !== undefined && { ownership }),
  });
  await context.store.commit({ type: 'bucket', bucket: name, settings });
  return { status: 200, headers };
}

export function readOwnership(value: string | undefined): BucketSettings['ownership'] | undefined {
  if (value === undefined) return undefined;
  const known = (['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const).find(
    (name) => name === value,
  );
  if (known !== undefined) return known;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: 'x-amz-object-ownership', ArgumentValue: value },
    { detail: 'Invalid x-amz-object-ownership header' },
  );
}

/** The Region of the request's CreateBucketConfiguration, if it has one. */
async function readLocation(request: S3Request): Promise<string | undefined> {
  const body = await request.body.text();
  if (body.trim() === '') return undefined;
  const document = parseDocument(body, 'CreateBucketConfiguration');
  const constraint = textOf(document, 'LocationConstraint');
  return constraint ?? (childOf(document, 'Location') === undefined ? undefined : 'directory');
}

/** A bucket is made in the Region whose endpoint is asked, and everywhere but in the oldest one the request must say so. */
function checkLocation(region: string, location: string | undefined): void {
  if (location === undefined || location === '') {
    if (region !== 'us-east-1') throw s3Error('UnspecifiedLocationConstraint');
    return;
  }
  if (location === 'us-east-1') throw s3Error('InvalidLocationConstraint', { LocationConstraint: location });
  const isOldName = location === 'EU' && region === 'eu-west-1';
  if (location !== region && !isOldName) throw s3Error('IllegalLocationConstraint', {}, { location });
}

function headBucket(context: OperationContext, request: S3Request): S3Response {
  const { settings } = context.store.bucket(request.bucket);
  return {
    status: 200,
    headers: {
      'x-amz-bucket-region': settings.region,
      'x-amz-bucket-arn': `arn:aws:s3:::${request.bucket}`,
      'x-amz-access-point-alias': 'false',
      'content-type': 'application/xml',
    },
  };
}

async function deleteBucket(context: OperationContext, request: S3Request): Promise<S3Response> {
  const bucket = context.store.bucket(request.bucket);
  if (bucket.keys.size > 0) {
    const versioned = bucket.settings.versioning !== undefined;
    throw s3Error(versioned ? 'VersionedBucketNotEmpty' : 'BucketNotEmpty', { BucketName: bucket.name });
  }
  const uploads = [...bucket.uploads.keys()];
  await context.store.commit(
    ...uploads.map((uploadId) => ({ type: 'upload-deleted' as const, bucket: bucket.name, uploadId })),
    { type: 'bucket-deleted', bucket: bucket.name },
  );
  return { status: 204 };
}

function getBucketLocation(context: OperationContext, request: S3Request): S3Response {
  const { region } = context.store.bucket(request.bucket).settings;
  // The oldest Region has no name here.
  return xmlResponse(renderXml('LocationConstraint', region === 'us-east-1' ? null : region));
}

export const bucketOperations: Operations = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
};
