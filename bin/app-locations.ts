import type { Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3express from 'aws-cdk-lib/aws-s3express';
import { CopyDestination, CopySource } from '../lib';
import type { PlaceFit } from '../local/run/fit';

/** A location of the app's workflow, and its bucket unless that is a directory bucket. */
export interface Made<T> {
  readonly location: T;
  readonly bucket?: s3.IBucket;
}

/** The ways of naming a location that source and destination have in common. */
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

export function makeSource(stack: Stack, fit: PlaceFit): Made<CopySource> {
  return make(stack, 'Source', 'mpcopy-source', fit, CopySource);
}

export function makeDestination(stack: Stack, fit: PlaceFit): Made<CopyDestination> {
  // In a bucket of others whose ACLs are on, copies would belong to the account that writes them.
  const aclsOn = fit.objectOwnership !== undefined && fit.objectOwnership !== 'BucketOwnerEnforced';
  return make(stack, 'Destination', 'mpcopy-destination', fit, {
    bucket: (bucket, options) => CopyDestination.bucket(bucket, options),
    bucketName: (name, options) => CopyDestination.bucketName(name, { ...options, bucketOwnerFullControl: aclsOn }),
    directoryBucket: (name, options) => CopyDestination.directoryBucket(name, options),
    accessPoint: (arn, options) => CopyDestination.accessPoint(arn, options),
  });
}

function make<T>(stack: Stack, id: string, fallback: string, fit: PlaceFit, factory: Factory<T>): Made<T> {
  const key = keyOf(stack, `${id}Key`, fit.encryption?.kmsKeyArn);
  if (fit.directoryBucket === true) return { location: makeDirectory(stack, id, fallback, fit, key, factory) };
  const others = fit.keyArns.map((arn, index) => kms.Key.fromKeyArn(stack, `${id}Key${index}`, arn));
  const encryptionKeys = [...others, ...(fit.foreign && key ? [key] : [])];
  const versioned = fit.objectLock === true || (fit.versioning ?? 'none') !== 'none';
  const name = fit.name ?? fallback;
  if (fit.foreign && fit.accessPoint === undefined) {
    return { location: factory.bucketName(name, { ...fit.foreign, versioned, encryptionKeys }) };
  }
  const bucket = fit.foreign
    ? s3.Bucket.fromBucketAttributes(stack, id, { bucketName: name, ...fit.foreign })
    : makeBucket(stack, id, fit, key);
  if (fit.accessPoint === undefined) return { bucket, location: factory.bucket(bucket, { encryptionKeys }) };
  if (fit.foreign) {
    const { account, region } = fit.foreign;
    const arn = `arn:aws:s3:${region}:${account}:accesspoint/${fit.accessPoint}`;
    return { bucket, location: factory.accessPoint(arn, { bucket, versioned, encryptionKeys }) };
  }
  const point = new s3.CfnAccessPoint(stack, `${id}AccessPoint`, { bucket: bucket.bucketName, name: fit.accessPoint });
  const options = { bucket, alias: point.attrAlias, versioned, encryptionKeys };
  return { bucket, location: factory.accessPoint(point.attrArn, options) };
}

function makeDirectory<T>(
  stack: Stack,
  id: string,
  fallback: string,
  { name, foreign }: PlaceFit,
  key: kms.IKey | undefined,
  factory: Factory<T>,
): T {
  const encryptionKey = key && { encryptionKey: key };
  if (foreign) return factory.directoryBucket(name ?? `${fallback}--${ZONE}--x-s3`, { ...foreign, ...encryptionKey });
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

function makeBucket(stack: Stack, id: string, fit: PlaceFit, key: kms.IKey | undefined): s3.Bucket {
  const { encryption, versioning, objectLock, objectOwnership, name } = fit;
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
