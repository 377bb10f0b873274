interface Partition {
  readonly name: string;
  /** The suffix of the DNS names of its endpoints. */
  readonly urlSuffix: string;
}

/** Partitions by the prefix of the names of their Regions, as in the CDK's region-info. */
const PARTITIONS: Readonly<Record<string, Partition>> = {
  'cn-': { name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' },
  'us-gov-': { name: 'aws-us-gov', urlSuffix: 'amazonaws.com' },
  'us-iso-': { name: 'aws-iso', urlSuffix: 'c2s.ic.gov' },
  'us-isob-': { name: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' },
  'us-isof-': { name: 'aws-iso-f', urlSuffix: 'csp.hci.ic.gov' },
  'eu-isoe-': { name: 'aws-iso-e', urlSuffix: 'cloud.adc-e.uk' },
  'eusc-': { name: 'aws-eusc', urlSuffix: 'amazonaws.eu' },
};

const COMMERCIAL: Partition = { name: 'aws', urlSuffix: 'amazonaws.com' };

function partitionOf(region: string): Partition {
  const [, partition] = Object.entries(PARTITIONS).find(([start]) => region.startsWith(start)) ?? [];
  return partition ?? COMMERCIAL;
}

export function isSamePartition(region: string, other: string): boolean {
  return partitionOf(region) === partitionOf(other);
}

/** `s3.us-east-1.amazonaws.com` */
export function endpointOf(service: string, region: string): string {
  return `${service}.${region}.${partitionOf(region).urlSuffix}`;
}

export function bucketArn(name: string, region: string): string {
  return `arn:${partitionOf(region).name}:s3:::${name}`;
}

export function directoryBucketArn(name: string, region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:s3express:${region}:${accountId}:bucket/${name}`;
}

export function accessPointArn(name: string, region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:s3:${region}:${accountId}:accesspoint/${name}`;
}

/** @param resource `key/…` or `alias/…` */
export function kmsArn(resource: string, region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:kms:${region}:${accountId}:${resource}`;
}

/**
 * @param resource `root`, `user/…`, `role/…`
 * @param region any Region of the partition
 */
export function iamArn(resource: string, region: string, accountId: string): string {
  return `arn:${partitionOf(region).name}:iam::${accountId}:${resource}`;
}

/** The partition in an ARN. */
export function partitionIn(arn: string): string {
  return arn.split(':')[1] ?? COMMERCIAL.name;
}

/** The Region in the ARN of a KMS key. */
export function regionOfKey(arn: string): string | undefined {
  return /^arn:aws[a-z-]*:kms:([a-z0-9-]+):/.exec(arn)?.[1];
}
