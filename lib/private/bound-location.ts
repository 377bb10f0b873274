import { Arn, ArnFormat, CfnResource, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { type BucketKind, GENERAL_PURPOSE_BUCKET } from './protocol/bucket-kinds';
import type { Versions } from './protocol/permissions';
import {
  keyArn,
  validateAccount,
  validateAlias,
  validateBucket,
  validateBucketName,
  validatePrefix,
  validateRegion,
} from './validation';

/** One way in which policies name a bucket and its objects. */
export interface PolicyName {
  /** The resource policy that may have to allow the access, too. */
  readonly policyOf: 'bucket' | 'access point';
  readonly bucket: string;
  /** What precedes the key in the ARN of an object. */
  readonly objects: string;
  /** The access point through which requests must come. */
  readonly onlyThrough?: string;
  /** `bucket` as text that refers to no resource, for the policy of an access point, which is a property of the access point. */
  readonly knownArn?: string;
}

/** A location in a stack: everything that policies and Plan need to know about it. */
export interface BoundLocation {
  /** The factory that made it, for messages. */
  readonly factory: string;
  readonly kind: BucketKind;
  /** The bucket, if it is a construct of the app. */
  readonly construct?: s3.IBucket;
  /** The names that execution inputs may use. The workflow itself uses the first. */
  readonly names: string[];
  /** Name of the bucket, even if it is behind an access point. */
  readonly bucketName: string;
  readonly prefix: string;
  readonly policyNames: PolicyName[];
  /**
   * ARN of the bucket as text that refers to no resource. Absent if the app does not know the name. Policies of keys need it:
   * a bucket refers to its key, so a reference to the bucket in the policy of the key is circular.
   */
  readonly knownBucketArn?: string;
  readonly region: string;
  readonly account: string;
  readonly versions: Versions;
  /** ARNs of the KMS keys of the objects. */
  readonly keys: string[];
  /** Whether the bucket may be encrypted with a KMS key that the app does not know. */
  readonly mayHaveUnknownKey: boolean;
  /** Whether copies give the owner of the bucket full control by an ACL. */
  readonly bucketOwnerFullControl: boolean;
  /** Why no rule can watch the location. Absent: one can. */
  readonly noEvents?: string;
}

/** Binds a location to a construct, whose stack determines the Region, account and partition that are left open. */
export type LocationBinder = (scope: Construct) => BoundLocation;

export interface BucketLocationOptions {
  readonly prefix?: string;
  readonly encryptionKey?: kms.IKey;
  readonly encryptionKeys?: kms.IKey[];
  readonly versioned?: boolean;
}

/** A bucket that is a construct of the app. */
export function bucketLocation(factory: string, bucket: s3.IBucket, options: BucketLocationOptions): LocationBinder {
  validatePrefix(factory, options.prefix);
  validateBucket(factory, bucket);
  validateBucketName(factory, GENERAL_PURPOSE_BUCKET, bucket.bucketName);
  return () => {
    const key = options.encryptionKey ?? bucket.encryptionKey;
    return {
      factory,
      kind: GENERAL_PURPOSE_BUCKET,
      construct: bucket,
      names: [bucket.bucketName],
      bucketName: bucket.bucketName,
      prefix: options.prefix ?? '',
      policyNames: [policyNameOf(bucket.bucketArn)],
      knownBucketArn: knownArnOf(bucket),
      region: bucket.env.region,
      account: bucket.env.account,
      versions: versionsOf(options.versioned, bucket),
      keys: keysOf(factory, key, options.encryptionKeys),
      mayHaveUnknownKey: key === undefined && mayHaveKey(cfnBucketOf(bucket)),
      bucketOwnerFullControl: false,
    };
  };
}

export interface NamedLocationOptions extends Omit<BucketLocationOptions, 'encryptionKey'> {
  readonly account?: string;
  readonly region?: string;
  /** The key of the bucket's default encryption, or its ARN. */
  readonly key?: kms.IKey | string;
  readonly bucketOwnerFullControl?: boolean;
}

/** A bucket that is known by its name. */
export function namedLocation(
  factory: string,
  kind: BucketKind,
  bucketName: string,
  options: NamedLocationOptions,
): LocationBinder {
  const { prefix = '', key, encryptionKeys, versioned } = options;
  validatePrefix(factory, prefix);
  validateAccount(factory, options.account);
  validateRegion(factory, options.region);
  validateBucketName(factory, kind, bucketName);
  const keys = keysOf(factory, key, encryptionKeys);
  return (scope) => {
    const { account = Stack.of(scope).account, region = Stack.of(scope).region } = options;
    const arn = bucketArn(scope, kind, bucketName, region, account);
    return {
      factory,
      kind,
      names: [bucketName],
      bucketName,
      prefix,
      policyNames: [policyNameOf(arn)],
      knownBucketArn: Token.isUnresolved(bucketName) ? undefined : arn,
      region,
      account,
      versions: kind.lacks.includes('versions') ? 'none' : versionsOf(versioned),
      keys,
      mayHaveUnknownKey: key === undefined && kind.mayHaveUnknownKey,
      bucketOwnerFullControl: options.bucketOwnerFullControl ?? false,
      noEvents: kind.noEvents,
    };
  };
}

function bucketArn(scope: Construct, { arn }: BucketKind, name: string, region: string, account: string): string {
  return Stack.of(scope).formatArn({
    service: arn.service,
    ...(arn.isRegional ? { region, account } : { region: '', account: '' }),
    ...(arn.resource === undefined ? { resource: name } : { resource: arn.resource, resourceName: name }),
  });
}

export interface AccessPointLocationOptions extends BucketLocationOptions {
  readonly bucket: s3.IBucket;
  readonly alias?: string;
}

const ACCESS_POINT = /^arn:[\w-]+:s3:[a-z0-9-]+:\d{12}:accesspoint\/[a-z0-9][a-z0-9-]*$/;

/** A general purpose bucket behind an access point. */
export function accessPointLocation(
  factory: string,
  accessPointArn: string,
  options: AccessPointLocationOptions,
): LocationBinder {
  if (!Token.isUnresolved(accessPointArn) && !ACCESS_POINT.test(accessPointArn)) {
    throw new Error(
      `${factory} takes the ARN of an access point of a general purpose bucket, such as 'arn:aws:s3:eu-west-1:111122223333:accesspoint/name', got ${JSON.stringify(accessPointArn)}; S3 cannot copy byte ranges through multi-Region, Object Lambda, Outposts or directory bucket access points`,
    );
  }
  const { bucket, alias, ...rest } = options;
  validateAlias(factory, alias);
  const bindBucket = bucketLocation(factory, bucket, rest);
  return (scope) => {
    const location = bindBucket(scope);
    return {
      ...location,
      names: [accessPointArn, ...(alias === undefined ? [] : [alias])],
      // A request through an access point has to be allowed on the access point and on the bucket.
      policyNames: [
        {
          policyOf: 'access point',
          bucket: accessPointArn,
          objects: `${accessPointArn}/object/`,
          knownArn: knownAccessPointArn(accessPointArn),
        },
        ...location.policyNames.map((name) => ({ ...name, onlyThrough: accessPointArn })),
      ],
      region: Token.isUnresolved(accessPointArn) ? location.region : regionOf(accessPointArn),
      account: accountBehind(accessPointArn, bucket),
      noEvents: 'events name the bucket and not the access point; add the bucket itself as a source',
    };
  };
}

/** For messages. A name that is known only at deployment is left out. */
export function describeLocation({ factory, names: [name] }: BoundLocation): string {
  return `${factory}(${Token.isUnresolved(name) ? '…' : JSON.stringify(name)})`;
}

function policyNameOf(arn: string): PolicyName {
  return { policyOf: 'bucket', bucket: arn, objects: `${arn}/` };
}

/** The owner of a bucket behind an access point. If the app does not know it, the owner of the access point. */
function accountBehind(accessPointArn: string, bucket: s3.IBucket): string {
  const { account } = bucket.env;
  const isKnown = cfnBucketOf(bucket) !== undefined || account !== Stack.of(bucket).account;
  if (isKnown || Token.isUnresolved(accessPointArn)) return account;
  return Arn.split(accessPointArn, ArnFormat.SLASH_RESOURCE_NAME).account!;
}

function regionOf(arn: string): string {
  return Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).region!;
}

function keysOf(factory: string, key: kms.IKey | string | undefined, others: kms.IKey[] = []): string[] {
  const arns = [...(key === undefined ? [] : [key]), ...others].map((each) => keyArn(factory, each));
  return [...new Set(arns)];
}

/** The resource of a bucket that this app creates; undefined for an imported bucket. */
function cfnBucketOf(bucket: s3.IBucket): s3.CfnBucket | undefined {
  const child = bucket.node.defaultChild;
  const isBucket = child && CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::S3::Bucket';
  return isBucket ? (child as s3.CfnBucket) : undefined;
}

/** An access point of the app that has a name is known by its name. */
function knownAccessPointArn(arn: string): string | undefined {
  const reference = Tokenization.reverseString(arn).firstToken;
  const target = Reference.isReference(reference) ? reference.target : undefined;
  const resource = target && CfnResource.isCfnResource(target) ? target : undefined;
  if (!resource || resource.cfnResourceType !== 'AWS::S3::AccessPoint') return undefined;
  const { name } = resource as s3.CfnAccessPoint;
  if (name === undefined || Token.isUnresolved(name)) return undefined;
  return Stack.of(resource).formatArn({ service: 's3', resource: 'accesspoint', resourceName: name });
}

function knownArnOf(bucket: s3.IBucket): string | undefined {
  const name = cfnBucketOf(bucket)?.bucketName ?? bucket.bucketName;
  if (Token.isUnresolved(name)) return undefined;
  return Stack.of(bucket).formatArn({ service: 's3', region: '', account: '', resource: name });
}

/** An imported bucket may have any key. The L1 resource may have a key that the L2 construct does not know. */
function mayHaveKey(resource: s3.CfnBucket | undefined): boolean {
  if (!resource) return true;
  const encryption = Stack.of(resource).resolve(resource.bucketEncryption) as unknown;
  return /"kmsMasterKeyId":/i.test(JSON.stringify(encryption ?? {}));
}

/** By `versioned`, otherwise by what the CDK knows. A bucket with suspended versioning may have versions. */
function versionsOf(versioned: boolean | undefined, bucket?: s3.IBucket): Versions {
  const resource = bucket && cfnBucketOf(bucket);
  if (versioned !== undefined || !resource) return versioned === false ? 'none' : 'perhaps';
  const { versioningConfiguration: configuration, objectLockEnabled } = resource;
  // Object Lock turns versioning on.
  if (objectLockEnabled === true) return 'all';
  if (configuration === undefined) return objectLockEnabled ? 'perhaps' : 'none';
  return !Token.isUnresolved(configuration) && 'status' in configuration && configuration.status === 'Enabled'
    ? 'all'
    : 'perhaps';
}
