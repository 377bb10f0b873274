import { App, Stack, type StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { MultipartCopyWorkflow } from '../lib';
import type { AppFit } from '../local/run/fit';
import { makeDestination, makeSource } from './app-locations';

/** What the app is without a setup: a versioned source, and a destination. */
const PLAIN: AppFit = {
  source: { keyArns: [] },
  destination: { keyArns: [] },
  features: { copyAcl: false, copyObjectLock: false, copyAnnotations: false, allowRestore: false },
  customerKeys: [],
};

/** Two buckets and a workflow between them: the app of `cdk.json`, and what `mpcopy local` runs by default. */
export class MultipartCopyStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly fit?: AppFit } = {}) {
    super(scope, id, props);
    const { source: from, destination: into, features, customerKeys } = props.fit ?? PLAIN;

    const source = makeSource(this, { versioning: 'Enabled', ...from });
    const destination = makeDestination(this, into);
    const workflow = new MultipartCopyWorkflow(this, 'Copy', {
      sources: [source.location],
      destinations: [destination.location],
      ...features,
      customerKeys: customerKeys.map((arn, index) =>
        secretsmanager.Secret.fromSecretCompleteArn(this, `CustomerKey${index}`, arn),
      ),
    });
    if (source.bucket instanceof s3.Bucket && from.accessPoint === undefined) {
      // `eventBridgeEnabled` of Bucket would bring a custom resource along; CloudFormation can do it by itself.
      (source.bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
      workflow.copyOnObjectCreated('OnUpload');
    }
    // What the owners of other accounts have to add to their policies.
    if (from.foreign) workflow.printOwnerStatements('Source', source.location);
    if (into.foreign) workflow.printOwnerStatements('Destination', destination.location);
  }
}

const app = new App();
new MultipartCopyStack(app, 'MultipartCopy', { fit: app.node.tryGetContext('mpcopy:local') as AppFit | undefined });
