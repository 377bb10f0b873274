/** The app of cdk.json: whatever is put into the first bucket is copied into the second. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CopyDestination, CopySource, MultipartCopyWorkflow } from 'cdk-s3-multipart-copy';

export const app = new App();
const stack = new Stack(app, 'MultipartCopy');

const source = new s3.Bucket(stack, 'Source', { versioned: true });
// The same as `eventBridgeEnabled: true`, without the custom resource that CDK adds for it.
(source.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
  eventBridgeConfiguration: { eventBridgeEnabled: true },
};
const destination = new s3.Bucket(stack, 'Destination');

const workflow = new MultipartCopyWorkflow(stack, 'Copy', {
  sources: [CopySource.bucket(source)],
  destinations: [CopyDestination.bucket(destination)],
});
workflow.copyOnObjectCreated('OnUpload');
workflow.printOutputs();
