interface Partition {
  readonly name: string;
  /** DNS suffix of the endpoints: `AWS::URLSuffix`. */
  readonly urlSuffix: string;
}

/** Partitions by the prefix of the names of their Regions. A test compares them with the CDK's region-info. */
const PARTITIONS: readonly (readonly [string, Partition])[] = [
  ['cn-', { name: 'aws-cn', urlSuffix: 'amazonaws.com.cn' }],
  ['us-gov-', { name: 'aws-us-gov', urlSuffix: 'amazonaws.com' }],
  ['us-iso-', { name: 'aws-iso', urlSuffix: 'c2s.ic.gov' }],
  ['us-isob-', { name: 'aws-iso-b', urlSuffix: 'sc2s.sgov.gov' }],
  ['us-isof-', { name: 'aws-iso-f', urlSuffix: 'csp.hci.ic.gov' }],
  ['eu-isoe-', { name: 'aws-iso-e', urlSuffix: 'cloud.adc-e.uk' }],
  ['eusc-', { name: 'aws-eusc', urlSuffix: 'amazonaws.eu' }],
];

const COMMERCIAL: Partition = { name: 'aws', urlSuffix: 'amazonaws.com' };

/** The partition of a Region. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? COMMERCIAL;
}
