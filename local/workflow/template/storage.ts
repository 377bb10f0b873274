import { asText, asArray, asBoolean, asObject, asString, type Json } from '../json';
import { type Stack } from './stack';

export interface DeployedBucket {
  readonly logicalId: string;
  readonly stack: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  /** True for AWS::S3Express::DirectoryBucket. */
  readonly directoryBucket: boolean;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly encryption?: BucketEncryption;
  readonly objectLock: boolean;
  /** `ObjectWriter`, `BucketOwnerPreferred` or `BucketOwnerEnforced`, if the template sets it. */
  readonly objectOwnership?: string;
  /** False if the template allows public policies. */
  readonly blockPublicPolicy: boolean;
  /** Whether S3 sends the bucket's events to EventBridge. */
  readonly eventBridge: boolean;
  readonly tags: Record<string, string>;
  /** The AWS::S3::BucketPolicy document of the bucket. */
  readonly policy?: Json;
}

export interface BucketEncryption {
  /** `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly sseAlgorithm: string;
  readonly kmsKeyId?: string;
  readonly bucketKeyEnabled?: boolean;
}

export interface DeployedAccessPoint {
  readonly logicalId: string;
  readonly stack: string;
  readonly name: string;
  readonly arn: string;
  readonly alias: string;
  /** Name of the bucket of the access point. */
  readonly bucket: string;
  readonly policy?: Json;
}

export interface DeployedSecret {
  readonly logicalId: string;
  readonly stack: string;
  readonly name: string;
  readonly arn: string;
  /** If the template itself contains the secret. */
  readonly text?: string;
}

export interface DeployedKey {
  readonly logicalId: string;
  readonly stack: string;
  readonly arn: string;
  readonly keyId: string;
  readonly policy?: Json;
}

export function findBuckets(stack: Stack): DeployedBucket[] {
  const policies = new Map(
    stack
      .resources('AWS::S3::BucketPolicy', 'AWS::S3Express::BucketPolicy')
      .map(({ logicalId }) => [
        stack.propertyOrPlaceholder(logicalId, 'Bucket'),
        stack.propertyOrPlaceholder(logicalId, 'PolicyDocument') ?? {},
      ]),
  );
  // In the CDK, `eventBridgeEnabled` is a custom resource.
  const notified = new Set(
    stack
      .resources('Custom::S3BucketNotifications')
      .filter(({ logicalId }) => sendsEvents(stack.propertyOrPlaceholder(logicalId, 'NotificationConfiguration')))
      .map(({ logicalId }) => asText(stack.propertyOrPlaceholder(logicalId, 'BucketName'))),
  );
  return stack.resources('AWS::S3::Bucket', 'AWS::S3Express::DirectoryBucket').map(({ logicalId, type }) => {
    const property = (name: string): Json | undefined => stack.propertyOrPlaceholder(logicalId, name);
    const name = asText(stack.ref(logicalId));
    const versioning = asString(asObject(property('VersioningConfiguration')).Status);
    const encryption = readEncryption(property('BucketEncryption'));
    const policy = policies.get(name);
    const publicAccess = asObject(property('PublicAccessBlockConfiguration'));
    return {
      logicalId,
      stack: stack.name,
      name,
      arn: asText(stack.attribute(logicalId, 'Arn')),
      region: stack.region,
      accountId: stack.accountId,
      directoryBucket: type === 'AWS::S3Express::DirectoryBucket',
      ...((versioning === 'Enabled' || versioning === 'Suspended') && { versioning }),
      ...(encryption && { encryption }),
      objectLock: asBoolean(property('ObjectLockEnabled')) ?? false,
      ...readOwnership(property('OwnershipControls')),
      blockPublicPolicy: asBoolean(publicAccess.BlockPublicPolicy) ?? true,
      eventBridge: notified.has(name) || sendsEvents(property('NotificationConfiguration')),
      tags: Object.fromEntries(
        asArray(property('Tags')).map((tag) => [asText(asObject(tag).Key), asText(asObject(tag).Value)]),
      ),
      ...(policy !== undefined && { policy }),
    };
  });
}

function sendsEvents(notificationConfiguration: Json | undefined): boolean {
  const { EventBridgeConfiguration: configuration } = asObject(notificationConfiguration);
  return configuration !== undefined && asObject(configuration).EventBridgeEnabled !== false;
}

function readOwnership(controls: Json | undefined): Pick<DeployedBucket, 'objectOwnership'> {
  const objectOwnership = asString(asObject(asArray(asObject(controls).Rules)[0]).ObjectOwnership);
  return objectOwnership === undefined ? {} : { objectOwnership };
}

function readEncryption(configuration: Json | undefined): BucketEncryption | undefined {
  const rule = asObject(asArray(asObject(configuration).ServerSideEncryptionConfiguration)[0]);
  const byDefault = asObject(rule.ServerSideEncryptionByDefault);
  const sseAlgorithm = asString(byDefault.SSEAlgorithm);
  if (sseAlgorithm === undefined) return undefined;
  const kmsKeyId = asString(byDefault.KMSMasterKeyID);
  const bucketKeyEnabled = asBoolean(rule.BucketKeyEnabled);
  return {
    sseAlgorithm,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(bucketKeyEnabled !== undefined && { bucketKeyEnabled }),
  };
}

export function findAccessPoints(stack: Stack): DeployedAccessPoint[] {
  return stack.resources('AWS::S3::AccessPoint').map(({ logicalId }) => {
    const policy = stack.propertyOrPlaceholder(logicalId, 'Policy');
    return {
      logicalId,
      stack: stack.name,
      name: asText(stack.ref(logicalId)),
      arn: asText(stack.attribute(logicalId, 'Arn')),
      alias: asText(stack.attribute(logicalId, 'Alias')),
      bucket: asText(stack.propertyOrPlaceholder(logicalId, 'Bucket')),
      ...(policy !== undefined && { policy }),
    };
  });
}

export function findSecrets(stack: Stack): DeployedSecret[] {
  return stack.resources('AWS::SecretsManager::Secret').map(({ logicalId }) => {
    const arn = asText(stack.ref(logicalId));
    const text = asString(stack.propertyOrPlaceholder(logicalId, 'SecretString'));
    return {
      logicalId,
      stack: stack.name,
      name: asString(stack.propertyOrPlaceholder(logicalId, 'Name')) ?? arn.replace(/^.*:secret:(.*)-.{6}$/, '$1'),
      arn,
      ...(text !== undefined && { text }),
    };
  });
}

export function findKeys(stack: Stack): DeployedKey[] {
  return stack.resources('AWS::KMS::Key').map(({ logicalId }) => {
    const policy = stack.propertyOrPlaceholder(logicalId, 'KeyPolicy');
    return {
      logicalId,
      stack: stack.name,
      arn: asText(stack.attribute(logicalId, 'Arn')),
      keyId: asText(stack.ref(logicalId)),
      ...(policy !== undefined && { policy }),
    };
  });
}
