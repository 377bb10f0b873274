import { RegionInfo } from 'aws-cdk-lib/region-info';
import { partitionOf } from '../../../../local/workflow';

test.each(RegionInfo.regions.map((region) => [region.name, region] as const))(
  '%s has the partition that the CDK knows',
  (name, { partition, domainSuffix }) => {
    expect(partitionOf(name)).toEqual({ name: partition, urlSuffix: domainSuffix });
  },
);
