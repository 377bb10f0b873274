import type { Location, Locations } from '../../lib/private/protocol';
import type { BucketOptions, S3Server } from '../s3';
import { credentialsOfRole, type LocalDeployment } from '../workflow';
import { InvalidRun } from './errors';
import { makeKey } from './keys';
import type { BucketSetup, SourceSetup } from './setup/schema';

/** A bucket of the run. */
export interface RunBucket {
  readonly name: string;
  readonly owner: string;
  readonly region: string;
}

/** Finds the bucket behind its own name, the ARN of an access point, or the alias of one. */
export type BucketOf = (name: string) => RunBucket;

/** Where an execution reads and writes, as its input names it: bucket, access point ARN or alias. */
export interface InputBuckets {
  readonly source: string;
  readonly destination: string;
}

/** Names for buckets that the template knows by an access point only. */
export const IMPORTED_NAMES = { sourceBucket: 'mpcopy-source', destinationBucket: 'mpcopy-destination' };

type Field = keyof typeof IMPORTED_NAMES;

/**
 * Makes the keys and buckets of the template, and the buckets that it only refers to, in the embedded S3, with the changes
 * that the setup asks for.
 *
 * @throws InvalidRun if the setup contradicts the template
 */
export function deployStorage(
  server: S3Server,
  deployment: LocalDeployment,
  locations: Locations,
  inputBuckets: InputBuckets,
  setup: SourceSetup = {},
): BucketOf {
  for (const key of deployment.keys) server.createKmsKey({ keyId: key.keyId });
  const options = new Map<string, BucketOptions>();
  const bucketBehind = new Map<string, string>();
  for (const bucket of deployment.buckets) {
    const { name, versioning, objectLock } = bucket;
    const encryption = bucket.encryption as BucketOptions['encryption'];
    options.set(name, { versioning, encryption, objectLock, region: bucket.region });
  }
  for (const { arn, alias, name, bucket } of deployment.accessPoints) {
    addAccessPoint(options, bucket, { name, alias });
    for (const other of [arn, alias]) bucketBehind.set(other, bucket);
  }
  for (const [field, list] of fieldsOf(locations)) {
    for (const location of list) {
      if (bucketBehind.has(location.bucket)) continue;
      const name = importBucket(options, location, setup[field]?.name ?? IMPORTED_NAMES[field]);
      bucketBehind.set(location.bucket, name);
    }
  }
  const named = { sourceBucket: inputBuckets.source, destinationBucket: inputBuckets.destination };
  for (const [field] of fieldsOf(locations)) {
    const wanted = setup[field];
    const name = bucketBehind.get(named[field]) ?? named[field];
    if (wanted === undefined) continue;
    options.set(name, applySetup(server, options.get(name) ?? {}, wanted, name, field));
  }
  for (const [name, bucket] of options) server.createBucket(name, bucket);
  return (name) => {
    const own = bucketBehind.get(name) ?? name;
    const { ownerAccountId = server.accountId, region = server.region } = options.get(own) ?? {};
    return { name: own, owner: ownerAccountId, region };
  };
}

function fieldsOf(locations: Locations): [Field, Location[]][] {
  return [
    ['sourceBucket', locations.sources],
    ['destinationBucket', locations.destinations],
  ];
}

type AllOptions = Map<string, BucketOptions>;

function addAccessPoint(options: AllOptions, bucket: string, point: { name: string; alias?: string }): void {
  const known = options.get(bucket) ?? {};
  options.set(bucket, { ...known, accessPoints: [...(known.accessPoints ?? []), point] });
}

/** Adds a bucket that the template only refers to. Returns its name. */
function importBucket(options: AllOptions, { bucket, owner, region }: Location, fallback: string): string {
  const [, ofArn, account, point] = /^arn:[^:]+:s3:([^:]*):(\d{12}):accesspoint\/(.+)$/.exec(bucket) ?? [];
  const isAlias = bucket.endsWith('-s3alias');
  const name = point !== undefined || isAlias ? fallback : bucket;
  const known = options.get(name);
  const from = { ownerAccountId: owner ?? account, region: region ?? ofArn };
  options.set(name, {
    ...known,
    ...(from.ownerAccountId !== undefined && { ownerAccountId: from.ownerAccountId }),
    ...(from.region !== undefined && { region: from.region }),
  });
  if (point !== undefined) addAccessPoint(options, name, { name: point });
  if (isAlias) addAccessPoint(options, name, { name: bucket.replace(/-[^-]+-s3alias$/, ''), alias: bucket });
  return name;
}

/** The options of a bucket, overridden by those of the setup. */
function applySetup(
  server: S3Server,
  options: BucketOptions,
  setup: BucketSetup,
  name: string,
  field: Field,
): BucketOptions {
  const { directoryBucket, versioning, owner, accessPoint, encryption } = setup;
  if (setup.name !== undefined && setup.name !== name) {
    throw new InvalidRun(`${field}.name: the bucket of this run is "${name}", not "${setup.name}"; leave the name out`);
  }
  if (directoryBucket !== undefined && directoryBucket !== name.endsWith('--x-s3')) {
    const kind = directoryBucket ? 'a general purpose bucket' : 'a directory bucket';
    throw new InvalidRun(`${field}.directoryBucket: the app declares "${name}" as ${kind}; leave the field out`);
  }
  const ownerAccountId = owner ?? options.ownerAccountId;
  const region = setup.region ?? options.region;
  const keyId = encryption?.kmsKeyId;
  const key = keyId && makeKey(server, keyId, ownerAccountId ?? server.accountId, region ?? server.region);
  return {
    ...options,
    ...(versioning !== undefined && { versioning: versioning === 'none' ? undefined : versioning }),
    ...(encryption !== undefined && { encryption: { ...encryption, ...(key !== undefined && { kmsKeyId: key }) } }),
    ...(accessPoint !== undefined &&
      !hasPoint(options, accessPoint) && { accessPoints: [...(options.accessPoints ?? []), accessPoint] }),
    ...(ownerAccountId !== undefined && { ownerAccountId }),
    ...(region !== undefined && { region }),
    ...pick(setup, ['objectLock', 'objectOwnership', 'requesterPays', 'blockCustomerKeys']),
  };
}

function hasPoint({ accessPoints = [] }: BucketOptions, name: string): boolean {
  return accessPoints.some((point) => (typeof point === 'string' ? point : point.name) === name);
}

function pick<T extends object, K extends keyof T>(value: T, names: readonly K[]): Partial<Pick<T, K>> {
  const entries = names.filter((name) => value[name] !== undefined).map((name) => [name, value[name]] as const);
  return Object.fromEntries(entries) as Partial<Pick<T, K>>;
}

/** Registers the credentials of the functions' roles, with the policies that the template attaches to the roles. */
export function deployRoles(server: S3Server, roles: LocalDeployment['roles'], accountId: string): void {
  for (const { arn, policies } of roles) {
    const { accessKeyId } = credentialsOfRole(arn);
    const documents = policies.map(({ document }) => JSON.stringify(document));
    server.addPrincipal({ accessKeyId, accountId, arn, policies: documents });
  }
}
