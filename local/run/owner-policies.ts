import type { LocalDeployment } from '../workflow';
import type { BucketSetup, SourceSetup } from './setup/schema';

/**
 * Adds the policies that the owners of buckets in other accounts have to attach. The scenario app prints the
 * `ownerStatements` of its workflow as outputs. Policies of the setup take precedence.
 */
export function withOwnerPolicies(setup: SourceSetup, deployment: LocalDeployment): SourceSetup {
  const { sourceBucket, destinationBucket } = setup;
  return {
    ...setup,
    ...(sourceBucket && { sourceBucket: withPolicies(sourceBucket, 'Source', deployment) }),
    ...(destinationBucket && { destinationBucket: withPolicies(destinationBucket, 'Destination', deployment) }),
  };
}

function withPolicies(bucket: BucketSetup, id: string, deployment: LocalDeployment): BucketSetup {
  if (bucket.owner === undefined) return bucket;
  const {
    policy = printedPolicy(deployment, `Copy${id}BucketPolicy`),
    accessPointPolicy = printedPolicy(deployment, `Copy${id}AccessPointPolicy`),
  } = bucket;
  return { ...bucket, ...(policy && { policy }), ...(accessPointPolicy && { accessPointPolicy }) };
}

function printedPolicy({ outputs }: LocalDeployment, name: string): Record<string, unknown> | undefined {
  const printed = outputs.find(({ key }) => key.startsWith(name));
  if (typeof printed?.value !== 'string') return undefined;
  return { Version: '2012-10-17', Statement: JSON.parse(printed.value) as unknown };
}
