import type { Location, Locations } from '../../../lib/private/protocol';
import type { BucketOptions } from '../../s3';
import type { LocalDeployment } from '../../workflow';
import { InvalidRun } from '../errors';
import { keyOf, type NamedKey } from '../keys';
import type { BucketSetup, SourceSetup } from '../setup/schema';

/** A bucket of the run. */
export interface RunBucket {
  readonly name: string;
  readonly owner: string;
  readonly region: string;
}

/** Finds the bucket behind its own name, the ARN of an access point, or the alias of one. */
export type BucketOf = (name: string) => RunBucket;

/** Locations that an execution reads and writes, as its input names them: bucket, access point ARN or alias. */
export interface InputBuckets {
  readonly source: string;
  readonly destination: string;
}

/** Names for buckets that the template refers to only by an access point. */
export const IMPORTED_NAMES = { sourceBucket: 'mpcopy-source', destinationBucket: 'mpcopy-destination' };

type Field = keyof typeof IMPORTED_NAMES;

/** Everything that has to exist before an execution starts. */
export interface StoragePlan {
  /** Buckets by name. */
  readonly buckets: ReadonlyMap<string, BucketOptions>;
  /** Names of the buckets that the setup describes. */
  readonly described: ReadonlySet<string>;
  readonly keys: readonly NamedKey[];
  readonly bucketOf: BucketOf;
}

/** Account and Region of resources for which the template does not specify them. */
export interface Home {
  readonly accountId: string;
  readonly region: string;
}

/**
 * Plans the keys and buckets of the template, and the buckets that it only refers to, with the changes of the setup.
 *
 * @throws InvalidRun if the setup contradicts the template
 */
export function planStorage(
  deployment: LocalDeployment,
  locations: Locations,
  inputBuckets: InputBuckets,
  home: Home,
  setup: SourceSetup = {},
): StoragePlan {
  const buckets = new Map<string, BucketOptions>();
  const bucketBehind = new Map<string, string>();
  const described = new Set<string>();
  const keys: NamedKey[] = deployment.keys.map(({ arn }) => ({ arn }));
  for (const bucket of deployment.buckets) {
    const { name, versioning, objectLock, region, accountId: ownerAccountId } = bucket;
    const encryption = bucket.encryption as BucketOptions['encryption'];
    const objectOwnership = bucket.objectOwnership as BucketOptions['objectOwnership'];
    // True would also block public ACLs in buckets with ACLs.
    const blockPublicAccess = bucket.blockPublicPolicy ? undefined : false;
    const access = { ownerAccountId, objectOwnership, blockPublicAccess };
    buckets.set(name, { versioning, encryption, objectLock, region, ...access });
  }
  for (const { arn, alias, name, bucket } of deployment.accessPoints) {
    addAccessPoint(buckets, bucket, { name, alias });
    for (const other of [arn, alias]) bucketBehind.set(other, bucket);
  }
  for (const [field, list] of fieldsOf(locations)) {
    for (const location of list) {
      if (bucketBehind.has(location.bucket)) continue;
      const name = importBucket(buckets, location, setup[field]?.name ?? IMPORTED_NAMES[field]);
      bucketBehind.set(location.bucket, name);
    }
  }
  const named = { sourceBucket: inputBuckets.source, destinationBucket: inputBuckets.destination };
  for (const [field] of fieldsOf(locations)) {
    const wanted = setup[field];
    const name = bucketBehind.get(named[field]) ?? named[field];
    if (wanted === undefined) continue;
    described.add(name);
    const key = keyOfSetup(wanted, buckets.get(name), home);
    if (key !== undefined) keys.push(key);
    buckets.set(name, applySetup(buckets.get(name) ?? {}, wanted, key, name, field));
  }
  const bucketOf = (name: string): RunBucket => {
    const own = bucketBehind.get(name) ?? name;
    const { ownerAccountId = home.accountId, region = home.region } = buckets.get(own) ?? {};
    return { name: own, owner: ownerAccountId, region };
  };
  return { buckets, described, keys, bucketOf };
}

function keyOfSetup(setup: BucketSetup, options: BucketOptions = {}, home: Home): NamedKey | undefined {
  const { kmsKeyId } = setup.encryption ?? {};
  const owner = setup.owner ?? options.ownerAccountId ?? home.accountId;
  return kmsKeyId === undefined ? undefined : keyOf(kmsKeyId, owner, setup.region ?? options.region ?? home.region);
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
  options: BucketOptions,
  setup: BucketSetup,
  key: NamedKey | undefined,
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
  return {
    ...options,
    ...(versioning !== undefined && { versioning: versioning === 'none' ? undefined : versioning }),
    ...(encryption !== undefined && { encryption: { ...encryption, ...(key && { kmsKeyId: key.arn }) } }),
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
