import { RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopyOverwrite } from './copy-defaults';
import type { CopyDestination } from './copy-destination';
import type { CopyLocation, OwnerStatements } from './copy-location';
import type { CopySource } from './copy-source';
import type { MultipartCopyWorkflowProps } from './multipart-copy-workflow-props';
import type { CopyOnObjectCreatedOptions } from './object-created-rule';
import { createCopyRole } from './private/copy-role';
import { allowEnvironment, allowLogs } from './private/encryption';
import { LocationRegistry } from './private/location-registry';
import { grantReadMapRuns } from './private/map-run-policy';
import { MonitoredWorkflow } from './private/monitored-workflow';
import { createNetwork } from './private/network';
import { Notifier } from './private/notifier';
import { createObjectCreatedRule } from './private/object-created-rule';
import { destinationsText, planEnvironment } from './private/plan-environment';
import { validatePolicySizes } from './private/policy-size';
import { printOwnerStatements } from './private/print-statements';
import type { Feature } from './private/protocol';
import { saveQueries } from './private/queries';
import { exampleInput, printOutputs } from './private/quick-start';
import { allowSecrets } from './private/secrets';
import { createLogGroup, createStateMachine } from './private/state-machine';
import { ownerStatements } from './private/statements';
import { createSweeper, createSweeperRole, keepForOf } from './private/sweeper';
import { countUploadsLeft } from './private/uploads-left';
import { keyArn, keyItself } from './private/validation';
import { createWorkers } from './private/workers';
import { featuresOf, validateProps, workflowSettings } from './private/workflow-settings';

/**
 * A Step Functions state machine that copies one S3 object of any size, 0 bytes to 48.8 TiB, server-side.
 *
 * Start an execution with `{ "source": "s3://bucket/key" }`, or let `copyOnObjectCreated` start one for every new object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 *
 * @example
 * const workflow = new MultipartCopyWorkflow(stack, 'Copy', {
 *   sources: [CopySource.bucket(new s3.Bucket(stack, 'Raw'), { prefix: 'incoming/' })],
 *   destinations: [CopyDestination.bucket(new s3.Bucket(stack, 'Lake'), { prefix: 'raw/' })],
 * });
 */
export class MultipartCopyWorkflow extends MonitoredWorkflow implements iam.IGrantable, ec2.IConnectable {
  /**
   * The state machine, a Standard workflow.
   */
  public readonly stateMachine: sfn.StateMachine;

  /**
   * The role of all workers. It is the only principal that reads the sources and writes to the destinations, so it is the
   * one that bucket policies and key policies of other accounts have to allow.
   */
  public readonly copyRole: iam.IRole;

  /**
   * The principal of `copyRole`.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * Validates the input, inspects both objects and plans the parts.
   */
  public readonly planFunction: lambda.Function;

  /**
   * Calls CreateMultipartUpload.
   */
  public readonly beginFunction: lambda.Function;

  /**
   * Calls UploadPartCopy for one part.
   */
  public readonly copyPartFunction: lambda.Function;

  /**
   * Checks the parts before they become an object.
   */
  public readonly checkPartsFunction: lambda.Function;

  /**
   * Calls CompleteMultipartUpload.
   */
  public readonly completeFunction: lambda.Function;

  /**
   * Proves that the copy equals its source.
   */
  public readonly verifyFunction: lambda.Function;

  /**
   * Calls AbortMultipartUpload. For alarms, use `metricUploadsLeft()`, which also counts executions in which this function could not run.
   */
  public readonly abortFunction: lambda.Function;

  /**
   * Calls CopyObject for an object that is too small to benefit from a multipart copy.
   */
  public readonly copyObjectFunction: lambda.Function;

  /**
   * Calls RestoreObject for an archived source. Undefined without `allowRestore`.
   */
  public readonly restoreFunction?: lambda.Function;

  /**
   * The sweeper, which removes uploads that executions left behind. Undefined without a sweeper.
   */
  public readonly sweepFunction?: lambda.Function;

  /**
   * The role of the sweeper, which the owners of destinations in other accounts have to allow, too. Undefined without a sweeper.
   */
  public readonly sweeperRole?: iam.IRole;

  /**
   * Log group of the state machine.
   */
  public readonly logGroup: logs.LogGroup;

  /** @internal */
  protected readonly _notifier: Notifier;

  private readonly features: Feature[];
  private readonly locations: LocationRegistry;
  private readonly fixedOverwrite?: CopyOverwrite;
  /**
   * @internal
   */
  protected readonly _uploadsLeft: logs.MetricFilter;

  /**
   * @throws if there is no source or no destination, if `partSize`, `maxConcurrency` or a default is invalid, or if props
   * contradict each other
   */
  constructor(scope: Construct, id: string, props: MultipartCopyWorkflowProps) {
    super(scope, id);
    validateProps(props);
    this.features = featuresOf(props);
    this.fixedOverwrite = props.fixedOptions?.overwrite;
    if (props.permissionsBoundary) iam.PermissionsBoundary.of(this).apply(props.permissionsBoundary);

    const copyRole = createCopyRole(this, props);
    this.copyRole = copyRole.role;
    this.grantPrincipal = this.copyRole.grantPrincipal;
    const sweeperRole = createSweeperRole(this, props.sweeper, props);
    this.sweeperRole = sweeperRole?.role;
    this.locations = this.createLocations(props, copyRole.grantee, sweeperRole?.grantee);
    allowSecrets(copyRole.grantee, props.customerKeys ?? []);

    const { tracing = true } = props;
    const encryptionKey = props.encryptionKey && keyItself('encryptionKey', props.encryptionKey);
    if (encryptionKey) {
      allowLogs(this, encryptionKey);
      allowEnvironment(copyRole.grantee, encryptionKey);
    }
    const logRetention = props.logRetention ?? logs.RetentionDays.ONE_MONTH;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    const shared = {
      runtime: props.runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      logRetention,
      removalPolicy,
      network: createNetwork(this, copyRole.grantee, props),
      encryptionKey,
      tracing,
    };
    const settings = workflowSettings(this, props);
    const hasExpressMap = settings.childExecutions !== undefined;
    const functions = createWorkers(this, {
      ...shared,
      copyRole,
      environment: { plan: planEnvironment(this, this.locations, settings, copyRole) },
      features: this.features,
      reservedConcurrency: props.reservedConcurrentExecutions,
    });
    this.planFunction = functions.plan;
    this.beginFunction = functions.begin;
    this.copyPartFunction = functions['copy-part'];
    this.checkPartsFunction = functions['check-parts'];
    this.completeFunction = functions.complete;
    this.verifyFunction = functions.verify;
    this.abortFunction = functions.abort;
    this.copyObjectFunction = functions['copy-object'];
    this.restoreFunction = functions.restore;

    this.logGroup = createLogGroup(this, { retention: logRetention, removalPolicy, encryptionKey });
    this.stateMachine = createStateMachine(this, {
      functions,
      logGroup: this.logGroup,
      role: props.stateMachineRole,
      encryptionKey,
      tracing,
      keepFor: keepForOf(props.sweeper),
      exampleInput: exampleInput(this.locations),
      hasExpressMap,
    });
    grantReadMapRuns(this, this.stateMachine, { hasExpressMap, encryptionKey });
    validatePolicySizes(this, sweeperRole ? [copyRole, sweeperRole] : [copyRole]);
    this._uploadsLeft = countUploadsLeft(this, this.logGroup);
    this._notifier = new Notifier(this, { ...shared, stateMachine: this.stateMachine }, props.notifications);
    if (sweeperRole) {
      this.sweepFunction = createSweeper(this, {
        ...shared,
        role: sweeperRole,
        copyRole: this.copyRole,
        beginFunction: functions.begin,
        stateMachine: this.stateMachine,
        destinations: destinationsText(this, this.locations),
        options: props.sweeper,
      });
    }
    if (props.saveLogQueries ?? true) saveQueries(this);
  }

  /**
   * The network connections of the workers.
   *
   * @throws if the workflow has no `vpc`
   */
  public get connections(): ec2.Connections {
    if (!this.copyPartFunction.isBoundToVpc) {
      throw new Error(`connections of ${this.node.path} requires vpc: pass the VPC of the workers to the workflow`);
    }
    return this.copyPartFunction.connections;
  }

  /**
   * Adds a location from which objects can be copied. A source that the workflow already has is not added again.
   *
   * @throws if the source was not created by `CopySource`
   */
  public addSource(source: CopySource): void {
    this.locations.addSource(source);
  }

  /**
   * Adds a location to which objects can be copied. A destination that the workflow already has is not added again.
   *
   * @throws if the destination was not created by `CopyDestination`
   */
  public addDestination(destination: CopyDestination): void {
    this.locations.addDestination(destination);
  }

  /**
   * The statements that the owner of a location in another account has to add to the policies of the bucket, of the access
   * point and of the keys. Their principal is the account of the workflow, and a condition names the role. They can
   * therefore be added before the role exists, if it has a name (`copyRoleName`).
   *
   * @throws if the location is not one of the workflow's
   *
   * @example
   * declare const workflow: MultipartCopyWorkflow;
   * declare const outbox: CopySource; // one of the workflow's sources
   * declare const bucket: s3.Bucket; // the same bucket, in a stack of its owner
   * for (const statement of workflow.ownerStatements(outbox).bucketPolicy) bucket.addToResourcePolicy(statement);
   */
  public ownerStatements(location: CopyLocation): OwnerStatements {
    return ownerStatements(
      location._side,
      this.locations.boundLocation(location),
      this.features,
      this.copyRole,
      this.sweeperRole,
    );
  }

  /**
   * Adds the statements that `ownerStatements` returns to the outputs of the stack, as JSON: `<id>BucketPolicy`, and if
   * there are any `<id>AccessPointPolicy` and `<id>KeyPolicy`.
   *
   * @throws if the location is not one of the workflow's
   */
  public printOwnerStatements(id: string, location: CopyLocation): void {
    printOwnerStatements(this, id, this.ownerStatements(location));
  }

  /**
   * Adds outputs to the stack that help to start the first copy: `StateMachineArn`, `ConsoleUrl`, and `ExampleInput`, to be pasted into
   * the console. Step Functions cannot store a default input; the comment of the state machine has the example, too.
   */
  public printOutputs(): void {
    printOutputs(this, this.stateMachine, this.locations);
  }

  /**
   * Starts a copy of every object that is created in one of the sources: by an upload, by a copy, or by the completion of
   * a multipart upload.
   *
   * The bucket has to send its events to EventBridge (`eventBridgeEnabled: true` on the `Bucket`). The workflow does not
   * enable them, because that would replace the notification settings of an imported bucket. The events of a bucket in
   * another account or Region have to be forwarded to the default event bus of the workflow's account and Region.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
   * @returns the rule, to which more targets can be added
   * @throws if `source` is not one of the workflow's, if `keyPrefix` is outside the source's prefix, or if `overwrite` contradicts
   * `fixedOptions`
   *
   * @example
   * declare const workflow: MultipartCopyWorkflow;
   * workflow.copyOnObjectCreated('OnUpload', { keyPrefix: 'incoming/video/', minimumSize: Size.gibibytes(1) });
   */
  public copyOnObjectCreated(id: string, options: CopyOnObjectCreatedOptions = {}): events.Rule {
    const { stateMachine, locations, fixedOverwrite } = this;
    return createObjectCreatedRule(this, id, options, { stateMachine, locations, fixedOverwrite });
  }

  private createLocations(
    props: MultipartCopyWorkflowProps,
    grantee: iam.IGrantable,
    sweeper: iam.IGrantable | undefined,
  ): LocationRegistry {
    const keys = [props.defaults?.encryptionKey, props.fixedOptions?.encryptionKey].filter((key) => key !== undefined);
    const locations = new LocationRegistry(this, {
      grantee,
      sweeper,
      features: this.features,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      destinationKeys: keys.map((key) => keyArn('defaults or fixedOptions', key)),
    });
    for (const source of props.sources) locations.addSource(source);
    for (const destination of props.destinations) locations.addDestination(destination);
    return locations;
  }
}
