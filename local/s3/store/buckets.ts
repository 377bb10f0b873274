import type { BucketSettings } from './model';

/** The rules of general purpose bucket names, and the suffixes that are reserved. */
export function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) return false;
  if (/\.\.|\.-|-\./.test(name) || /^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return false;
  if (/^(xn--|sthree-|amzn-s3-demo-$)/.test(name) || /(-s3alias|--ol-s3|\.mrap|--table-s3)$/.test(name)) return false;
  // The zone is part of a directory bucket's name.
  return !name.endsWith('--x-s3') || isDirectoryBucketName(name);
}

export function isDirectoryBucketName(name: string): boolean {
  return /^[a-z0-9-]+--[a-z0-9]+-az\d+--x-s3$/.test(name);
}

/** The settings of a bucket that was just created: what Amazon S3 gives a new one in 2026. */
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
    // Object Lock works on versions only.
    ...(options.objectLock === true && { objectLock: {}, versioning: 'Enabled' as const }),
  };
}
