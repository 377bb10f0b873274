import type { Location, Locations } from '../../lib/private/protocol';
import type { BucketOptions, S3Server } from '../s3';
import { credentialsOfRole, type LocalDeployment } from '../workflow';
import { InvalidRun } from './errors';
import { makeKey } from './keys';
import type { BucketSetup, SourceSetup } from './setup/schema';

/** A bucket of the run, by its own name. */
export interface RunBucket {
  readonly name: string;
  readonly owner: string;
  readonly region: string;
}

/** The bucket behind a name as workflows use it: its own, or an access point's. */
export type BucketOf = (name: string) => RunBucket;

/** What an execution reads from and writes to, as its input names it: bucket, access point or alias. */
export interface Sides {
  readonly source: string;
  readonly destination: string;
}

/** Names of buckets that a template refers to by an access point only. */
export const IMPORTED_NAMES = { sourceBucket: 'mpcopy-source', destinationBucket: 'mpcopy-destination' };

type Field = keyof typeof IMPORTED_NAMES;

/**
 * Makes the keys and buckets of the template, and those that it only refers to, in the embedded S3, changed as the setup says.
 *
 * @throws InvalidRun where the setup wants what the template excludes
 */
export function deployStorage(
  server: S3Server,
  deployment: LocalDeployment,
  locations: Locations,
  sides: Sides,
  setup: SourceSetup = {},
): BucketOf {
  for (const key of deployment.keys) server.createKmsKey({ keyId: key.keyId });
  const options = new Map<string, BucketOptions>();
  const behind = new Map<string, string>();
  for (const bucket of deployment.buckets) {
    const { name, versioning, objectLock } = bucket;
    const encryption = bucket.encryption as BucketOptions['encryption'];
    options.set(name, { versioning, encryption, objectLock, region: bucket.region });
  }
  for (const { arn, alias, name, bucket } of deployment.accessPoints) {
    addAccessPoint(options, bucket, { name, alias });
    for (const other of [arn, alias]) behind.set(other, bucket);
  }
  for (const [field, list] of fieldsOf(locations)) {
    for (const location of list) {
      if (behind.has(location.bucket)) continue;
      const name = importBucket(options, location, setup[field]?.name ?? IMPORTED_NAMES[field]);
      behind.set(location.bucket, name);
    }
  }
  const named = { sourceBucket: sides.source, destinationBucket: sides.destination };
  for (const [field] of fieldsOf(locations)) {
    const wanted = setup[field];
    const name = behind.get(named[field]) ?? named[field];
    if (wanted === undefined) continue;
    options.set(name, changed(server, options.get(name) ?? {}, wanted, name, field));
  }
  for (const [name, bucket] of options) server.createBucket(name, bucket);
  return (name) => {
    const own = behind.get(name) ?? name;
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

/** A bucket that the template only refers to; returns its name. */
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

/** The options of a bucket with what the setup says in their place. */
function changed(
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
    const which = directoryBucket ? 'no directory bucket' : 'a directory bucket';
    throw new InvalidRun(`${field}.directoryBucket: "${name}" is ${which}, as the app says; leave it out`);
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

/** Binds the credentials that functions get to their roles, with the policies that the template gives them. */
export function deployRoles(server: S3Server, roles: LocalDeployment['roles'], accountId: string): void {
  for (const { arn, policies } of roles) {
    const { accessKeyId } = credentialsOfRole(arn);
    const documents = policies.map(({ document }) => JSON.stringify(document));
    server.addPrincipal({ accessKeyId, accountId, arn, policies: documents });
  }
}
