import { wholeSeconds } from '../base/dates';
import { BucketExistsError, InvalidBucketNameError, NotFoundError } from '../errors/server-errors';
import { checkPolicyText } from '../iam/policy';
import type { OperationContext } from '../operations/context';
import { isBucketName, newBucketSettings } from '../store/buckets';
import type {
  AccessPoint,
  BucketEncryption,
  BucketSettings,
  Change,
  Encryption,
  PublicAccessBlock,
  VersioningStatus,
} from '../store/model';
import type { Bucket, Store } from '../store/store';
import { ensureKey } from './keys';

export interface BucketOptions {
  versioning?: VersioningStatus;
  /**
   * Default encryption. A KMS key that does not exist is created.
   * @default SSE-S3
   */
  encryption?: {
    sseAlgorithm: Encryption['algorithm'];
    kmsKeyId?: string;
    bucketKeyEnabled?: boolean;
  };
  /**
   * Account ID, 12 digits.
   * @default the server's account
   */
  ownerAccountId?: string;
  /**
   * Whether to enable Object Lock, which also enables versioning.
   * @default false
   */
  objectLock?: boolean;
  /**
   * Whether to refuse SSE-C, as S3 does in buckets created since April 2026.
   * @default true
   */
  blockCustomerKeys?: boolean;
  /** @default `BucketOwnerEnforced` (ACLs disabled) */
  objectOwnership?: BucketSettings['ownership'];
  /**
   * Whether to turn on all settings of Block Public Access.
   * @default true, but public ACLs are not blocked if `objectOwnership` enables ACLs
   */
  blockPublicAccess?: boolean;
  requesterPays?: boolean;
  /** Bucket policy (JSON). */
  policy?: string;
  /** Access points: names, or objects with alias and policy. */
  accessPoints?: readonly (string | AccessPoint)[];
  /** @default the server's Region */
  region?: string;
}

/**
 * The settings of a new bucket.
 * @throws InvalidBucketNameError, BucketExistsError, InvalidOptionError
 */
export function bucketSettings(context: OperationContext, name: string, options: BucketOptions): BucketSettings {
  if (!isBucketName(name)) {
    throw new InvalidBucketNameError(
      `'${name}' is not a valid bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens`,
    );
  }
  if (context.store.findBucket(name) !== undefined) {
    throw new BucketExistsError(`bucket '${name}' already exists; choose another name or delete it first`);
  }
  const { versioning, policy } = options;
  const accessPoints = options.accessPoints?.map((point) => (typeof point === 'string' ? { name: point } : point));
  if (policy !== undefined) checkPolicyText(policy, `bucket '${name}'`);
  for (const point of accessPoints ?? []) {
    if (point.policy !== undefined) checkPolicyText(point.policy, `access point '${point.name}'`);
  }
  const settings = newBucketSettings({
    createdAt: wholeSeconds(context.clock.now()),
    region: options.region ?? context.region,
    ownerAccountId: options.ownerAccountId ?? context.accountId,
    objectLock: options.objectLock ?? false,
    directory: name.endsWith('--x-s3'),
    ...(options.objectOwnership !== undefined && { ownership: options.objectOwnership }),
  });
  return {
    ...settings,
    publicAccessBlock: publicAccessBlock(settings, options.blockPublicAccess),
    encryption: bucketEncryption(context, options),
    requesterPays: options.requesterPays ?? false,
    ...(versioning !== undefined && { versioning }),
    ...(policy !== undefined && { policy }),
    ...(accessPoints !== undefined && { accessPoints }),
  };
}

function publicAccessBlock({ ownership }: BucketSettings, requested: boolean | undefined): PublicAccessBlock {
  const blocks = requested ?? true;
  const blocksAcls = requested ?? ownership === 'BucketOwnerEnforced';
  return {
    blockPublicAcls: blocksAcls,
    ignorePublicAcls: blocksAcls,
    blockPublicPolicy: blocks,
    restrictPublicBuckets: blocks,
  };
}

function bucketEncryption(context: OperationContext, options: BucketOptions): BucketEncryption {
  const blocksCustomerKeys = options.blockCustomerKeys ?? true;
  if (options.encryption === undefined) return { blocksCustomerKeys };
  const { sseAlgorithm, kmsKeyId, bucketKeyEnabled } = options.encryption;
  if (kmsKeyId !== undefined) {
    ensureKey(context, kmsKeyId, options.ownerAccountId ?? context.accountId, options.region ?? context.region);
  }
  return {
    algorithm: sseAlgorithm,
    blocksCustomerKeys,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(bucketKeyEnabled !== undefined && { bucketKeyEnabled }),
  };
}

/** The change that sets the policy of an access point. */
export function accessPointPolicyChange(store: Store, bucket: string, accessPoint: string, policy: string): Change {
  const { settings } = existingBucket(store, bucket);
  const known = settings.accessPoints ?? [];
  if (!known.some(({ name }) => name === accessPoint)) {
    throw new NotFoundError(`bucket '${bucket}' has no access point '${accessPoint}'`);
  }
  checkPolicyText(policy, `access point '${accessPoint}'`);
  const accessPoints = known.map((point) => (point.name === accessPoint ? { ...point, policy } : point));
  return { type: 'bucket', bucket, settings: { ...settings, accessPoints } };
}

export function existingBucket(store: Store, name: string): Bucket {
  const bucket = store.findBucket(name);
  if (bucket === undefined)
    throw new NotFoundError(`bucket '${name}' does not exist; create it with createBucket first`);
  return bucket;
}
