import { PutBucketPolicyCommand, S3ServiceException } from '@aws-sdk/client-s3';
import type { S3Server } from '../../s3';
import type { Json, LocalDeployment } from '../../workflow';
import { InvalidRun } from '../errors';
import { ownerClient } from '../setup/prepare';
import type { SourceSetup } from '../setup/schema';
import type { InputBuckets, RunBucket, StoragePlan } from './plan';

/**
 * Sets the policies that the template gives to buckets, access points and KMS keys. Those of a setup take precedence.
 *
 * @throws InvalidRun if S3 refuses a bucket policy
 */
export async function applyTemplatePolicies(
  server: S3Server,
  { buckets, accessPoints, keys }: LocalDeployment,
  { bucketOf }: StoragePlan,
  inputBuckets: InputBuckets,
  { sourceBucket = {}, destinationBucket = {} }: SourceSetup,
): Promise<void> {
  const setups = new Map([
    [bucketOf(inputBuckets.destination).name, destinationBucket],
    [bucketOf(inputBuckets.source).name, sourceBucket],
  ]);
  for (const { arn, policy } of keys) {
    if (policy !== undefined) server.setKmsKeyPolicy(arn, JSON.stringify(policy));
  }
  for (const { bucket, name, policy } of accessPoints) {
    if (policy === undefined || setups.get(bucket)?.accessPointPolicy !== undefined) continue;
    server.putAccessPointPolicy(bucket, name, JSON.stringify(policy));
  }
  for (const { name, policy, logicalId, stack } of buckets) {
    if (policy === undefined || setups.get(name)?.policy !== undefined) continue;
    await putBucketPolicy(server, bucketOf(name), policy, `the policy of ${logicalId} in stack ${stack}`);
  }
}

/** @param what name of the resource in the message */
async function putBucketPolicy(server: S3Server, bucket: RunBucket, policy: Json, what: string): Promise<void> {
  const client = ownerClient(server, bucket);
  try {
    await client.send(new PutBucketPolicyCommand({ Bucket: bucket.name, Policy: JSON.stringify(policy) }));
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    throw new InvalidRun(`S3 refuses ${what}: ${error.name}: ${error.message}`);
  } finally {
    client.destroy();
  }
}
