import { type App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { type ChildExecutions, type CopyCannedAcl, type CopyLimits, MultipartCopyWorkflow } from '../../../lib';
import { makeDestination, makeSource } from './locations';
import { type Scenario, SCENARIO_CONTEXT } from './scenario';

/** The scenario of a run without a setup: a versioned source bucket and a destination bucket. */
const PLAIN: Scenario = {
  source: { keyArns: [] },
  destination: { keyArns: [] },
  features: {},
  limits: {},
  customerKeys: [],
};

/** Two buckets and a workflow between them, configured for one scenario: the demo app of `mpcopy local`. */
class ScenarioStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps & { readonly scenario: Scenario }) {
    super(scope, id, props);
    const { source: from, destination: into, features, customerKeys, maxConcurrency, childExecutions } = props.scenario;

    const source = makeSource(this, { versioning: 'Enabled', ...from });
    const destination = makeDestination(this, into);
    const workflow = new MultipartCopyWorkflow(this, 'Copy', {
      sources: [source.location],
      destinations: [destination.location],
      ...features,
      maxConcurrency,
      childExecutions: childExecutions as ChildExecutions | undefined,
      limits: limitsOf(props.scenario),
      customerKeys: customerKeys.map((arn, index) =>
        secretsmanager.Secret.fromSecretCompleteArn(this, `CustomerKey${index}`, arn),
      ),
    });
    if (source.bucket instanceof s3.Bucket && from.accessPoint === undefined) {
      (source.bucket.node.defaultChild as s3.CfnBucket).notificationConfiguration = {
        eventBridgeConfiguration: { eventBridgeEnabled: true },
      };
      workflow.copyOnObjectCreated('OnUpload');
    }
    workflow.printOutputs();
    // The run attaches these statements to the buckets of other accounts.
    if (from.foreign) workflow.printOwnerStatements('Source', source.location);
    if (into.foreign) workflow.printOwnerStatements('Destination', destination.location);
  }
}

function limitsOf({ limits: { acls, compliance, restoreDays } }: Scenario): CopyLimits {
  return {
    cannedAcls: acls as CopyCannedAcl[] | undefined,
    complianceRetention: compliance,
    maxRestoreFor: restoreDays === undefined ? undefined : Duration.days(restoreDays),
  };
}

/** Adds the constructs of the app, by the scenario in its context. */
export function addScenarioStack(app: App): void {
  const scenario = app.node.tryGetContext(SCENARIO_CONTEXT) as Scenario | undefined;
  new ScenarioStack(app, 'MultipartCopy', { scenario: scenario ?? PLAIN });
}
