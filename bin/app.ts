import { App, Stack, type StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from '../lib';

/** Two buckets and a workflow between them: the app of `cdk.json`, and what `mpcopy local` runs by default. */
export class MultipartCopyStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const uploads = new s3.Bucket(this, 'Source', { versioned: true });
    // `eventBridgeEnabled` of Bucket would bring a custom resource along; CloudFormation can do it by itself.
    (uploads.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const copies = new s3.Bucket(this, 'Destination');

    const workflow = new MultipartCopyWorkflow(this, 'Copy', {
      sources: [CopySource.bucket(uploads)],
      destinations: [CopyDestination.bucket(copies)],
    });
    workflow.copyOnObjectCreated('OnUpload');
  }
}

const app = new App();
new MultipartCopyStack(app, 'MultipartCopy');
