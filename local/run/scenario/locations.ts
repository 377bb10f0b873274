import type { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3express from 'aws-cdk-lib/aws-s3express';
import { CopyDestination, CopySource } from '../../../lib';
import type { LocationScenario } from './scenario';

/** A location of the workflow, and its bucket unless that is a directory bucket or an imported name. */
export interface ScenarioLocation<T> {
  readonly location: T;
  readonly bucket?: s3.IBucket;
}

/** The factories that both CopySource and CopyDestination have. */
interface Factory<T> {
  bucket(bucket: s3.IBucket, options: { encryptionKeys: kms.IKey[] }): T;
  bucketName(
    name: string,
    options: {
      account: string;
      region: string;
      versioned: boolean;
      encryptionKeyArn?: string;
      encryptionKeys: kms.IKey[];
      bucketOwnerFullControl?: boolean;
    },
  ): T;
  directoryBucket(name: string, options: { account?: string; region?: string; encryptionKey?: kms.IKey }): T;
  accessPoint(
    arn: string,
    options: { bucket: s3.IBucket; alias?: string; versioned: boolean; encryptionKeys: kms.IKey[] },
  ): T;
}

const ZONE = 'use1-az4';

export function makeSource(stack: Stack, scenario: LocationScenario): ScenarioLocation<CopySource> {
  return makeLocation({ stack, id: 'Source', fallbackName: 'mpcopy-source', scenario, factory: CopySource });
}

export function makeDestination(stack: Stack, scenario: LocationScenario): ScenarioLocation<CopyDestination> {
  // In another account's bucket with ACLs enabled, a copy would belong to the account that writes it.
  const aclsOn = scenario.objectOwnership !== undefined && scenario.objectOwnership !== 'BucketOwnerEnforced';
  const factory: Factory<CopyDestination> = {
    bucket: (bucket, options) => CopyDestination.bucket(bucket, options),
    bucketName: (name, options) => CopyDestination.bucketName(name, { ...options, bucketOwnerFullControl: aclsOn }),
    directoryBucket: (name, options) => CopyDestination.directoryBucket(name, options),
    accessPoint: (arn, options) => CopyDestination.accessPoint(arn, options),
  };
  return makeLocation({ stack, id: 'Destination', fallbackName: 'mpcopy-destination', scenario, factory });
}

interface LocationPlan<T> {
  readonly stack: Stack;
  /** Construct ID of the bucket, and prefix of the IDs of its other constructs. */
  readonly id: string;
  /** Name of an imported bucket if the scenario does not specify one. */
  readonly fallbackName: string;
  readonly scenario: LocationScenario;
  readonly factory: Factory<T>;
}

function makeLocation<T>(plan: LocationPlan<T>): ScenarioLocation<T> {
  const { stack, id, scenario } = plan;
  const key = keyOf(stack, `${id}Key`, scenario.encryption?.kmsKeyArn);
  if (scenario.directoryBucket === true) return { location: makeDirectoryBucket(plan, key) };
  const objectKeys = scenario.keyArns.map((arn, index) => kms.Key.fromKeyArn(stack, `${id}Key${index}`, arn));
  if (scenario.foreign) return importLocation(plan, scenario.foreign, [...objectKeys, ...(key ? [key] : [])]);
  return makeOwnLocation(plan, key, objectKeys);
}

/** A bucket of this stack, referenced directly or by an access point. */
function makeOwnLocation<T>(
  { stack, id, scenario, factory }: LocationPlan<T>,
  key: kms.IKey | undefined,
  encryptionKeys: kms.IKey[],
): ScenarioLocation<T> {
  const bucket = makeBucket(stack, id, scenario, key);
  if (scenario.accessPoint === undefined) return { bucket, location: factory.bucket(bucket, { encryptionKeys }) };
  const point = new s3.CfnAccessPoint(stack, `${id}AccessPoint`, {
    bucket: bucket.bucketName,
    name: scenario.accessPoint,
  });
  const options = { bucket, alias: point.attrAlias, versioned: isVersioned(scenario), encryptionKeys };
  return { bucket, location: factory.accessPoint(point.attrArn, options) };
}

/** A bucket of another account or Region, referenced directly or by an access point. */
function importLocation<T>(
  { stack, id, fallbackName, scenario, factory }: LocationPlan<T>,
  foreign: { account: string; region: string },
  encryptionKeys: kms.IKey[],
): ScenarioLocation<T> {
  const bucketName = scenario.name ?? fallbackName;
  const versioned = isVersioned(scenario);
  if (scenario.accessPoint === undefined) {
    return { location: factory.bucketName(bucketName, { ...foreign, versioned, encryptionKeys }) };
  }
  const bucket = s3.Bucket.fromBucketAttributes(stack, id, { bucketName, ...foreign });
  const arn = `arn:aws:s3:${foreign.region}:${foreign.account}:accesspoint/${scenario.accessPoint}`;
  return { bucket, location: factory.accessPoint(arn, { bucket, versioned, encryptionKeys }) };
}

function isVersioned({ objectLock, versioning = 'none' }: LocationScenario): boolean {
  return objectLock === true || versioning !== 'none';
}

function makeDirectoryBucket<T>(
  { stack, id, fallbackName, scenario: { name, foreign }, factory }: LocationPlan<T>,
  key: kms.IKey | undefined,
): T {
  const encryptionKey = key && { encryptionKey: key };
  if (foreign) {
    return factory.directoryBucket(name ?? `${fallbackName}--${ZONE}--x-s3`, { ...foreign, ...encryptionKey });
  }
  const bucket = new s3express.CfnDirectoryBucket(stack, id, {
    bucketName: name,
    dataRedundancy: 'SingleAvailabilityZone',
    locationName: ZONE,
    ...(key && {
      bucketEncryption: {
        serverSideEncryptionConfiguration: [
          {
            bucketKeyEnabled: true,
            serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.keyArn },
          },
        ],
      },
    }),
  });
  return factory.directoryBucket(bucket.ref, { ...encryptionKey });
}

function makeBucket(stack: Stack, id: string, scenario: LocationScenario, key: kms.IKey | undefined): s3.Bucket {
  const { encryption, versioning, objectLock, objectOwnership, name } = scenario;
  const bucket = new s3.Bucket(stack, id, {
    bucketName: name,
    ...(versioning === 'Enabled' && { versioned: true }),
    ...(objectLock === true && { objectLockEnabled: true }),
    ...(objectOwnership !== undefined && { objectOwnership: OWNERSHIP[objectOwnership] }),
    ...(encryption && { encryption: encryptionOf(encryption.sseAlgorithm, key), encryptionKey: key }),
    ...(encryption?.sseAlgorithm === 'aws:kms' && { bucketKeyEnabled: encryption.bucketKeyEnabled ?? false }),
  });
  if (versioning === 'Suspended') {
    (bucket.node.defaultChild as s3.CfnBucket).versioningConfiguration = { status: 'Suspended' };
  }
  return bucket;
}

const OWNERSHIP = {
  BucketOwnerEnforced: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
  BucketOwnerPreferred: s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
  ObjectWriter: s3.ObjectOwnership.OBJECT_WRITER,
};

function encryptionOf(algorithm: string, key: kms.IKey | undefined): s3.BucketEncryption {
  if (algorithm === 'AES256') return s3.BucketEncryption.S3_MANAGED;
  if (algorithm === 'aws:kms') return key ? s3.BucketEncryption.KMS : s3.BucketEncryption.KMS_MANAGED;
  return key ? s3.BucketEncryption.DSSE : s3.BucketEncryption.DSSE_MANAGED;
}

function keyOf(stack: Stack, id: string, arn: string | undefined): kms.IKey | undefined {
  return arn === undefined ? undefined : kms.Key.fromKeyArn(stack, id, arn);
}
