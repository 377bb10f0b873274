import { Arn, ArnFormat, CfnResource, Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
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

/** One way to name a bucket in a policy, and the objects in it. */
export interface PolicyName {
  /** Whose policy may have to allow it, too. */
  readonly policyOf: 'bucket' | 'access point';
  readonly bucket: string;
  /** What stands before the key. */
  readonly objects: string;
  /** The access point that requests have to come by. */
  readonly onlyBy?: string;
}

/** Where objects lie: all that policies and Plan have to know, whatever kind of location it is. */
export interface BoundLocation {
  /** The factory that made it, for messages. */
  readonly what: string;
  readonly kind: 'bucket' | 'directory bucket' | 'access point';
  /** What execution inputs name; the first is what the workflow itself uses. */
  readonly names: string[];
  /** Name of the bucket, behind an access point, too. */
  readonly bucketName: string;
  readonly prefix: string;
  readonly policyNames: PolicyName[];
  readonly region: string;
  readonly account: string;
  readonly versions: Versions;
  /** ARNs of the KMS keys of the objects. */
  readonly keys: string[];
  /** Whether the bucket may have a KMS key that nobody has told. */
  readonly mayHaveUnknownKey: boolean;
  /** Whether copies give the bucket's owner full control by an ACL. */
  readonly bucketOwnerFullControl: boolean;
}

/** A location is known only when it is bound: Region, account and partition may be those of the stack. */
export type LocationBinder = (scope: Construct) => BoundLocation;

export interface BucketLocationOptions {
  readonly prefix?: string;
  readonly encryptionKey?: kms.IKey;
  readonly encryptionKeys?: kms.IKey[];
  readonly versioned?: boolean;
}

export function bucketLocation(what: string, bucket: s3.IBucket, options: BucketLocationOptions): LocationBinder {
  validatePrefix(what, options.prefix);
  validateBucket(what, bucket);
  validateBucketName(what, bucket.bucketName);
  return () => {
    const key = options.encryptionKey ?? bucket.encryptionKey;
    return {
      what,
      kind: 'bucket',
      names: [bucket.bucketName],
      bucketName: bucket.bucketName,
      prefix: options.prefix ?? '',
      policyNames: [named(bucket.bucketArn)],
      region: bucket.env.region,
      account: bucket.env.account,
      versions: versionsOf(options.versioned, bucket),
      keys: keysOf(what, key, options.encryptionKeys),
      mayHaveUnknownKey: key === undefined && mayHaveKey(cfnBucketOf(bucket)),
      bucketOwnerFullControl: false,
    };
  };
}

export interface NamedBucketLocationOptions extends Omit<BucketLocationOptions, 'encryptionKey'> {
  readonly account?: string;
  readonly region?: string;
  readonly encryptionKeyArn?: string;
  readonly bucketOwnerFullControl?: boolean;
}

const DIRECTORY_BUCKET = /^[a-z0-9][a-z0-9-]*--[a-z0-9-]+--x-s3$/;

export function namedBucketLocation(
  what: string,
  bucketName: string,
  options: NamedBucketLocationOptions,
): LocationBinder {
  validatePrefix(what, options.prefix);
  validateAccount(what, options.account);
  validateRegion(what, options.region);
  validateBucketName(what, bucketName);
  const key = options.encryptionKeyArn;
  const keys = keysOf(what, key, options.encryptionKeys);
  return (scope) => {
    const stack = Stack.of(scope);
    const arn = stack.formatArn({ service: 's3', region: '', account: '', resource: bucketName });
    return {
      what,
      kind: 'bucket',
      names: [bucketName],
      bucketName,
      prefix: options.prefix ?? '',
      policyNames: [named(arn)],
      region: options.region ?? stack.region,
      account: options.account ?? stack.account,
      versions: versionsOf(options.versioned),
      keys,
      mayHaveUnknownKey: key === undefined,
      bucketOwnerFullControl: options.bucketOwnerFullControl ?? false,
    };
  };
}

export interface DirectoryBucketLocationOptions {
  readonly prefix?: string;
  readonly account?: string;
  readonly region?: string;
  readonly encryptionKey?: kms.IKey;
}

export function directoryBucketLocation(
  what: string,
  bucketName: string,
  options: DirectoryBucketLocationOptions,
): LocationBinder {
  validatePrefix(what, options.prefix);
  validateAccount(what, options.account);
  validateRegion(what, options.region);
  if (!Token.isUnresolved(bucketName) && !DIRECTORY_BUCKET.test(bucketName)) {
    throw new Error(
      `${what} takes the full name of a directory bucket, such as 'data--use1-az4--x-s3', got ${JSON.stringify(bucketName)}`,
    );
  }
  return (scope) => {
    const stack = Stack.of(scope);
    const region = options.region ?? stack.region;
    const account = options.account ?? stack.account;
    const arn = stack.formatArn({
      service: 's3express',
      region,
      account,
      resource: 'bucket',
      resourceName: bucketName,
    });
    return {
      what,
      kind: 'directory bucket',
      names: [bucketName],
      bucketName,
      prefix: options.prefix ?? '',
      policyNames: [named(arn)],
      region,
      account,
      versions: 'none',
      keys: keysOf(what, options.encryptionKey, []),
      mayHaveUnknownKey: false,
      bucketOwnerFullControl: false,
    };
  };
}

export interface AccessPointLocationOptions extends BucketLocationOptions {
  readonly bucket: s3.IBucket;
  readonly alias?: string;
}

const ACCESS_POINT = /^arn:[\w-]+:s3:[a-z0-9-]+:\d{12}:accesspoint\/[a-z0-9][a-z0-9-]*$/;

export function accessPointLocation(
  what: string,
  accessPointArn: string,
  options: AccessPointLocationOptions,
): LocationBinder {
  if (!Token.isUnresolved(accessPointArn) && !ACCESS_POINT.test(accessPointArn)) {
    throw new Error(
      `${what} takes the ARN of an access point of a general purpose bucket, such as 'arn:aws:s3:eu-west-1:111122223333:accesspoint/name', got ${JSON.stringify(accessPointArn)}; S3 copies no byte ranges by multi-Region, Object Lambda, Outposts or directory bucket access points`,
    );
  }
  const { bucket, alias, ...rest } = options;
  validateAlias(what, alias);
  const bind = bucketLocation(what, bucket, rest);
  return (scope) => {
    const location = bind(scope);
    return {
      ...location,
      kind: 'access point',
      names: [accessPointArn, ...(alias === undefined ? [] : [alias])],
      // S3 asks for both: a request by an access point has to be allowed there and on the bucket.
      policyNames: [
        { policyOf: 'access point', bucket: accessPointArn, objects: `${accessPointArn}/object/` },
        ...location.policyNames.map((name) => ({ ...name, onlyBy: accessPointArn })),
      ],
      region: Token.isUnresolved(accessPointArn) ? location.region : regionOf(accessPointArn),
    };
  };
}

/** For messages; a name that is only known when the stack is deployed says nothing. */
export function describeLocation({ what, names: [name] }: BoundLocation): string {
  return `${what}(${Token.isUnresolved(name) ? '…' : JSON.stringify(name)})`;
}

function named(bucketArn: string): PolicyName {
  return { policyOf: 'bucket', bucket: bucketArn, objects: `${bucketArn}/` };
}

function regionOf(arn: string): string {
  return Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME).region!;
}

function keysOf(what: string, key: kms.IKey | string | undefined, others: kms.IKey[] = []): string[] {
  const arns = [...(key === undefined ? [] : [key]), ...others].map((each) => keyArn(what, each));
  return [...new Set(arns)];
}

/** The resource of a bucket that this app makes; undefined for an imported one. */
function cfnBucketOf(bucket: s3.IBucket): s3.CfnBucket | undefined {
  const child = bucket.node.defaultChild;
  const isBucket = child && CfnResource.isCfnResource(child) && child.cfnResourceType === 'AWS::S3::Bucket';
  return isBucket ? (child as s3.CfnBucket) : undefined;
}

/** Of an imported bucket nothing is known; that of an L1 construct may have a key that its L2 construct does not tell. */
function mayHaveKey(resource: s3.CfnBucket | undefined): boolean {
  if (!resource) return true;
  const encryption = Stack.of(resource).resolve(resource.bucketEncryption) as unknown;
  return /"kmsMasterKeyId":/i.test(JSON.stringify(encryption ?? {}));
}

/** What the user says, else what the CDK knows. A suspended bucket may have versions, and what is only known when the stack is deployed. */
function versionsOf(versioned: boolean | undefined, bucket?: s3.IBucket): Versions {
  const resource = bucket && cfnBucketOf(bucket);
  if (versioned !== undefined || !resource) return versioned === false ? 'none' : 'perhaps';
  const { versioningConfiguration: configuration, objectLockEnabled } = resource;
  // Object Lock turns versioning on by itself.
  if (objectLockEnabled === true) return 'all';
  if (configuration === undefined) return objectLockEnabled ? 'perhaps' : 'none';
  return !Token.isUnresolved(configuration) && 'status' in configuration && configuration.status === 'Enabled'
    ? 'all'
    : 'perhaps';
}
