import { bucketArn, directoryBucketArn, isSamePartition } from '../base/arns';
import { isoDate, wholeSeconds } from '../base/dates';
import { isRegion } from '../base/regions';
import { s3Error } from '../errors/s3-error';
import { checkAclsAllowed, isPublicAcl, readGrants } from '../rules/acl';
import { parseTags } from '../rules/tags';
import { isBucketName, newBucketSettings } from '../store/buckets';
import { compareKeys } from '../store/key-index';
import type { BucketSettings, Tag } from '../store/model';
import type { Bucket } from '../store/store';
import { integerParameter } from '../wire/parameters';
import { canonicalId, displayName } from '../wire/principal';
import type { S3Request } from '../wire/request';
import { type S3Response, xmlResponse } from '../wire/response';
import { requestRegion } from '../wire/signing-scope';
import { childOf, parseDocument, renderXml, textOf, type XmlTree } from '../wire/xml';
import { type OperationContext, type Operations } from './context';

const MAX_BUCKETS = 10_000;
const MAX_DIRECTORY_BUCKETS = 1000;

function listBuckets(context: OperationContext, request: S3Request): S3Response {
  const { accountId } = request.principal;
  const prefix = request.parameter('prefix') ?? '';
  const region = request.parameter('bucket-region');
  if (region !== undefined && !isRegion(region)) {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'bucket-region' },
      { detail: `Argument value ${region} is not a valid AWS Region` },
    );
  }
  const buckets = bucketsOf(context, accountId, false).filter(
    ({ name, settings }) => name.startsWith(prefix) && (region === undefined || settings.region === region),
  );
  const page = pageOf(buckets, request, 'max-buckets', MAX_BUCKETS);
  return xmlResponse(
    renderXml('ListAllMyBucketsResult', {
      Owner: { ID: canonicalId(accountId), DisplayName: displayName(accountId) },
      Buckets: {
        Bucket: page.buckets.map(bucketXml),
      },
      Prefix: prefix === '' ? undefined : prefix,
      ContinuationToken: page.next,
    }),
  );
}

/** Lists the directory buckets in the Region of the request. */
function listDirectoryBuckets(context: OperationContext, request: S3Request): S3Response {
  const region = requestRegion(request, context.region);
  const buckets = bucketsOf(context, request.principal.accountId, true).filter(
    ({ settings }) => settings.region === region,
  );
  const page = pageOf(buckets, request, 'max-directory-buckets', MAX_DIRECTORY_BUCKETS);
  return xmlResponse(
    renderXml('ListAllMyDirectoryBucketsResult', {
      Buckets: {
        Bucket: page.buckets.map(bucketXml),
      },
      ContinuationToken: page.next,
    }),
  );
}

function bucketXml({ name, settings }: Bucket): XmlTree {
  return {
    Name: name,
    CreationDate: isoDate(settings.createdAt),
    BucketRegion: settings.region,
    BucketArn: bucketArnFor(name, settings),
  };
}

/** The buckets of an account, sorted by name. */
function bucketsOf(context: OperationContext, accountId: string, directory: boolean): readonly Bucket[] {
  return [...context.store.buckets()]
    .filter(({ settings }) => settings.ownerAccountId === accountId && settings.directory === directory)
    .sort((a, b) => compareKeys(a.name, b.name));
}

interface BucketPage {
  readonly buckets: readonly Bucket[];
  /** The continuation token of the next page, if any. */
  readonly next: string | undefined;
}

function pageOf(buckets: readonly Bucket[], request: S3Request, parameter: string, maximum: number): BucketPage {
  const size = pageSize(request, parameter, maximum);
  const token = request.parameter('continuation-token') ?? '';
  const after = Buffer.from(token, 'base64url').toString();
  if (token !== '' && !isBucketName(after)) {
    throw s3Error(
      'InvalidArgument',
      { ArgumentName: 'continuation-token' },
      { detail: 'The continuation token provided is incorrect' },
    );
  }
  const rest = buckets.filter(({ name }) => after === '' || compareKeys(name, after) > 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > page.length && last !== undefined;
  return { buckets: page, next: more ? Buffer.from(last.name).toString('base64url') : undefined };
}

function pageSize(request: S3Request, parameter: string, maximum: number): number {
  const size = integerParameter(request, parameter, { default: maximum, maximum: Number.MAX_SAFE_INTEGER });
  if (size >= 1 && size <= maximum) return size;
  throw s3Error(
    'InvalidArgument',
    { ArgumentName: parameter, ArgumentValue: size },
    { detail: `Argument ${parameter} must be an integer between 1 and ${maximum}` },
  );
}

function bucketArnFor(name: string, settings: Pick<BucketSettings, 'directory' | 'region' | 'ownerAccountId'>): string {
  const { directory, region, ownerAccountId } = settings;
  return directory ? directoryBucketArn(name, region, ownerAccountId) : bucketArn(name, region);
}

async function createBucket(context: OperationContext, request: S3Request): Promise<S3Response> {
  const name = request.bucket;
  const directory = name.endsWith('--x-s3');
  if (!isBucketName(name)) throw s3Error('InvalidBucketName', { BucketName: name });
  const { location, tags } = await readConfiguration(request);
  const endpoint = requestRegion(request, context.region);
  const region = directory ? endpoint : regionOfNewBucket(endpoint, location);
  const existing = context.store.findBucket(name);
  const { accountId } = request.principal;
  const arn = bucketArnFor(name, { directory, region, ownerAccountId: accountId });
  const headers = { location: locationOf(name, region, directory), 'x-amz-bucket-arn': arn };
  if (existing !== undefined) {
    if (existing.settings.ownerAccountId !== accountId) {
      throw s3Error('BucketAlreadyExists', { BucketName: name });
    }
    // Creating one's own bucket again succeeds in us-east-1 and fails in other Regions.
    if (region !== 'us-east-1' || existing.settings.region !== region) {
      throw s3Error('BucketAlreadyOwnedByYou', { BucketName: name });
    }
    return { status: 200, headers };
  }
  const locked = request.header('x-amz-bucket-object-lock-enabled')?.toLowerCase() === 'true';
  const ownership = readOwnership(request);
  const settings = newBucketSettings({
    createdAt: wholeSeconds(context.clock.now()),
    region,
    ownerAccountId: accountId,
    objectLock: locked,
    directory,
    ...(ownership !== undefined && { ownership }),
  });
  const grants = readGrants(request, settings);
  if (grants !== undefined) {
    checkAclsAllowed(settings, grants, 'AclWithOwnership');
    // A new bucket blocks public access. Only PutBucketAcl can set a public ACL, after Block Public Access is turned off.
    if (isPublicAcl(grants)) throw s3Error('AclWithPublicAccessBlock');
  }
  await context.store.commit({
    type: 'bucket',
    bucket: name,
    settings: { ...settings, tags, ...(grants !== undefined && { grants }) },
  });
  return { status: 200, headers };
}

/** The Location of a new bucket: a path in us-east-1 and for directory buckets, otherwise a URL. */
function locationOf(name: string, region: string, directory: boolean): string {
  return region === 'us-east-1' || directory ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
}

export function ownershipOf(value: string | undefined): BucketSettings['ownership'] | undefined {
  return (['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'] as const).find((name) => name === value);
}

function readOwnership(request: S3Request): BucketSettings['ownership'] | undefined {
  const name = 'x-amz-object-ownership';
  const value = request.headers[name];
  if (value === undefined) return undefined;
  const ownership = ownershipOf(String(value));
  if (ownership !== undefined) return ownership;
  throw s3Error('InvalidArgument', { ArgumentName: name }, { detail: `Invalid ${name} header: ${String(value)}` });
}

interface Configuration {
  /** The Region of a general purpose bucket. */
  readonly location?: string;
  readonly tags: readonly Tag[];
}

/** Reads the CreateBucketConfiguration. An empty one is equivalent to none (moto, verified on AWS). */
async function readConfiguration(request: S3Request): Promise<Configuration> {
  const body = await request.body.text();
  if (body.trim() === '') return { tags: [] };
  const document = parseDocument(body, 'CreateBucketConfiguration');
  const location = textOf(document, 'LocationConstraint');
  const tags = childOf(document, 'Tags');
  return {
    ...(location !== undefined && { location }),
    tags: tags === undefined ? [] : parseTags(tags, 'new bucket'),
  };
}

/** Legacy name of eu-west-1 in LocationConstraint. */
const LEGACY_EU = 'EU';

/**
 * The Region of a new bucket. The endpoint of us-east-1 accepts any other Region of its partition as LocationConstraint; without one,
 * the bucket is created in us-east-1. Other endpoints require a LocationConstraint with their own Region.
 */
function regionOfNewBucket(endpoint: string, location: string | undefined): string {
  const named = location === LEGACY_EU ? 'eu-west-1' : location;
  if (endpoint !== 'us-east-1') {
    if (location === undefined) throw s3Error('UnspecifiedLocationConstraint');
    if (named !== endpoint) throw s3Error('IllegalLocationConstraint', {}, { location });
    return endpoint;
  }
  if (location === undefined || named === undefined) return endpoint;
  const possible = isRegion(named) && named !== endpoint && isSamePartition(named, endpoint);
  if (!possible) throw s3Error('InvalidLocationConstraint', { LocationConstraint: location });
  return named;
}

function headBucket(context: OperationContext, request: S3Request): S3Response {
  const { settings } = context.store.bucket(request.bucket);
  return {
    status: 200,
    headers: {
      'x-amz-bucket-region': settings.region,
      'x-amz-bucket-arn': bucketArnFor(request.bucket, settings),
      'x-amz-access-point-alias': 'false',
      ...(settings.directory && {
        'x-amz-bucket-location-type': 'AvailabilityZone',
        'x-amz-bucket-location-name': zoneOf(request.bucket),
      }),
      'content-type': 'application/xml',
    },
  };
}

/** The zone ID in the name of a directory bucket. */
function zoneOf(name: string): string | undefined {
  const [, zone, suffix] = name.split('--').slice(-3);
  return suffix === 'x-s3' ? zone : undefined;
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
  // The LocationConstraint of us-east-1 is empty.
  return xmlResponse(renderXml('LocationConstraint', region === 'us-east-1' ? null : region));
}

export const bucketOperations: Operations = {
  ListBuckets: listBuckets,
  ListDirectoryBuckets: listDirectoryBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
};
