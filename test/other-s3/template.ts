import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from '../../lib';
import { LocalDeployment } from '../../local/workflow';

export const REGION = 'us-east-1';

/** Buckets of both workflows. */
export const RAW = 'raw';
export const RAW_VERSIONS = 'raw-versions';
export const LAKE = 'lake';
export const LAKE_VERSIONS = 'lake-versions';

export const VERSIONED: readonly string[] = [RAW_VERSIONS, LAKE_VERSIONS];

/** Two workflows between the same buckets: `Copy`, and `CopyWithTags`, which copies tags. */
export function synthesize(outdir: string): LocalDeployment {
  process.env.CDK_VALIDATION = 'false';
  const app = new App({ outdir, analyticsReporting: false, context: { [PATH_METADATA_ENABLE_CONTEXT]: true } });
  const stack = new Stack(app, 'OtherS3', { env: { account: '123456789012', region: REGION } });
  const bucket = (bucketName: string) =>
    new s3.Bucket(stack, bucketName, { bucketName, versioned: VERSIONED.includes(bucketName) });
  const ends = {
    sources: [RAW, RAW_VERSIONS].map((name) => CopySource.bucket(bucket(name))),
    destinations: [LAKE, LAKE_VERSIONS].map((name) => CopyDestination.bucket(bucket(name))),
  };
  new MultipartCopyWorkflow(stack, 'Copy', ends);
  new MultipartCopyWorkflow(stack, 'CopyWithTags', { ...ends, copyTags: true });
  app.synth();
  return LocalDeployment.fromAssembly(outdir);
}
