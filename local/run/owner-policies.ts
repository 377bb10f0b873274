import type { LocalDeployment } from '../workflow';
import type { BucketSetup, SourceSetup } from './setup/schema';

/**
 * Adds to buckets of other accounts the policy that their owners have to have: what the default app prints of its workflow's
 * `ownerStatements`. A policy of the setup's own goes before.
 */
export function withOwnerPolicies(setup: SourceSetup, deployment: LocalDeployment): SourceSetup {
  const { sourceBucket, destinationBucket } = setup;
  return {
    ...setup,
    ...(sourceBucket && { sourceBucket: withPolicy(sourceBucket, 'Source', deployment) }),
    ...(destinationBucket && { destinationBucket: withPolicy(destinationBucket, 'Destination', deployment) }),
  };
}

function withPolicy(bucket: BucketSetup, id: string, deployment: LocalDeployment): BucketSetup {
  const printed = deployment.outputs.find(({ key }) => key.startsWith(`Copy${id}BucketPolicy`));
  if (bucket.owner === undefined || bucket.policy !== undefined || typeof printed?.value !== 'string') return bucket;
  const Statement = JSON.parse(printed.value) as unknown;
  return { ...bucket, policy: { Version: '2012-10-17', Statement } };
}
