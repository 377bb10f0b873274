import type { BucketSettings } from './model';

/** Checks the rules of bucket names, including reserved prefixes and suffixes. */
export function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return false;
  if (/\.\.|\.-|-\./.test(name) || /^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return false;
  if (/^(xn--|sthree-|amzn-s3-demo-$)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--table-s3)$/.test(name)) return false;
  // The name of a directory bucket contains its zone.
  return !name.endsWith('--x-s3') || isDirectoryBucketName(name);
}

export function isDirectoryBucketName(name: string): boolean {
  return /^[a-z0-9-]+--[a-z0-9]+-az\d+--x-s3$/.test(name);
}

/** The settings that Amazon S3 gives a new bucket in 2026. */
export function newBucketSettings(options: {
  createdAt: number;
  region: string;
  ownerAccountId: string;
  objectLock?: boolean;
  directory?: boolean;
  ownership?: BucketSettings['ownership'];
}): BucketSettings {
  const { createdAt, region, ownerAccountId } = options;
  return {
    createdAt,
    region,
    ownerAccountId,
    encryption: { blocksCustomerKeys: true },
    tags: [],
    ownership: options.ownership ?? 'BucketOwnerEnforced',
    requesterPays: false,
    directory: options.directory ?? false,
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    // Object Lock needs versions.
    ...(options.objectLock === true && { objectLock: {}, versioning: 'Enabled' as const }),
  };
}
