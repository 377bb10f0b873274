import { Names, RemovalPolicy, Token } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { CopyDestination } from './copy-destination';
import type { CopyLocation, OwnerStatements } from './copy-location';
import type { CopySource } from './copy-source';
import type { MultipartCopyWorkflowProps } from './multipart-copy-workflow-props';
import { createObjectCreatedRule, type CopyOnObjectCreatedOptions } from './object-created-rule';
import { createCopyRole } from './private/copy-role';
import { defaultOptions } from './private/default-options';
import { buildDefinition } from './private/definition';
import { LocationRegistry } from './private/location-registry';
import { grantReadMapRuns } from './private/map-run-policy';
import { createNetwork } from './private/network';
import { planEnvironment } from './private/plan-environment';
import { validatePolicySize } from './private/policy-size';
import { printOwnerStatements } from './private/print-statements';
import { type Feature, FEATURE_NAMES, FEATURES, type WorkflowSettings } from './private/protocol';
import { problemsOf } from './private/protocol/kinds';
import { OPTIONS } from './private/protocol/options';
import { allowSecrets } from './private/secrets';
import { ownerStatements } from './private/statements';
import { keyArn } from './private/validation';
import { createWorkers, type Workers } from './private/workers';
import { WorkflowBase } from './private/workflow-base';

/** A quarter of the 1,000 concurrent Lambda executions that an account starts with. */
const DEFAULT_MAX_CONCURRENCY = 250;

/**
 * A Step Functions state machine that copies one S3 object of any size, 0 bytes to 48.8 TiB, server-side.
 *
 * Start an execution with `{ "source": { "bucket": "…", "key": "…" } }`, or let `copyOnObjectCreated` start one.
 */
export class MultipartCopyWorkflow extends WorkflowBase implements iam.IGrantable {
  /**
   * The state machine: a Standard workflow.
   */
  public readonly stateMachine: sfn.StateMachine;

  /**
   * The role of all workers, and so the one principal that reads the sources and writes the destinations: what a bucket
   * policy or key policy of another account has to name.
   */
  public readonly copyRole: iam.IRole;

  /**
   * The principal of `copyRole`.
   */
  public readonly grantPrincipal: iam.IPrincipal;

  /**
   * Validates the input, looks at both objects and plans the parts.
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
   * Calls CompleteMultipartUpload and proves the copy equal.
   */
  public readonly completeFunction: lambda.Function;

  /**
   * Calls AbortMultipartUpload. It fails only where an upload may be left behind: watch its `metricErrors()`.
   */
  public readonly abortFunction: lambda.Function;

  /**
   * Calls CopyObject for an object that is not worth cutting.
   */
  public readonly copyObjectFunction: lambda.Function;

  /**
   * Calls RestoreObject for an archived source; undefined without `allowRestore`.
   */
  public readonly restoreFunction?: lambda.Function;

  /**
   * Log group of the state machine.
   */
  public readonly logGroup: logs.LogGroup;

  private readonly features: Feature[];
  private readonly locations: LocationRegistry;

  /**
   * @throws where there is no source or no destination, `partSize` or `maxConcurrency` is out of its range, or props
   * contradict each other
   */
  constructor(scope: Construct, id: string, props: MultipartCopyWorkflowProps) {
    super(scope, id);
    validate(props);
    this.features = featuresOf(props);
    if (props.permissionsBoundary) iam.PermissionsBoundary.of(this).apply(props.permissionsBoundary);

    const copyRole = createCopyRole(this, props);
    this.copyRole = copyRole.role;
    this.grantPrincipal = this.copyRole.grantPrincipal;
    this.locations = this.createLocations(props, copyRole.grantee);
    allowSecrets(copyRole.grantee, props.customerKeys ?? []);

    const logRetention = props.logRetention ?? logs.RetentionDays.ONE_MONTH;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    const functions = createWorkers(this, {
      copyRole,
      runtime: props.runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      logRetention,
      removalPolicy,
      environment: { plan: planEnvironment(this, this.locations, this.defaultsOf(props)) },
      restore: this.features.includes('restore'),
      network: createNetwork(this, copyRole.grantee, props),
    });
    this.planFunction = functions.plan;
    this.beginFunction = functions.begin;
    this.copyPartFunction = functions['copy-part'];
    this.completeFunction = functions.complete;
    this.abortFunction = functions.abort;
    this.copyObjectFunction = functions['copy-object'];
    this.restoreFunction = functions.restore;

    this.logGroup = new logs.LogGroup(this, 'Logs', {
      // Groups with this prefix share one resource policy, which is limited in size for all others.
      logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 200, separator: '-' })}`,
      retention: logRetention,
      removalPolicy,
    });
    this.stateMachine = this.createStateMachine(functions);
    validatePolicySize(this, copyRole, grantReadMapRuns(this, this.copyRole, this.stateMachine));
  }

  /**
   * Lets objects be copied from one more place. A source that the workflow has already is not added again.
   *
   * @throws where it is not made by `CopySource`
   */
  public addSource(source: CopySource): void {
    this.locations.addSource(source);
  }

  /**
   * Lets objects be copied to one more place. A destination that the workflow has already is not added again.
   *
   * @throws where it is not made by `CopyDestination`
   */
  public addDestination(destination: CopyDestination): void {
    this.locations.addDestination(destination);
  }

  /**
   * What the owner of a location has to allow the workflow, where that is another account: statements for the policies of
   * its bucket, its access point and its keys. They name the account of the workflow as the principal and the role in a
   * condition, so that they can be added before the role is there: give it a name with `copyRoleName`.
   *
   * @throws where the location is not one of the workflow's
   */
  public ownerStatements(location: CopyLocation): OwnerStatements {
    return ownerStatements(location._side, this.locations.boundLocation(location), this.features, this.copyRole);
  }

  /**
   * Prints what `ownerStatements` returns as outputs of the stack, JSON to hand to the owner: `<id>BucketPolicy`, and where
   * there is one `<id>AccessPointPolicy` and `<id>KeyPolicy`.
   *
   * @throws where the location is not one of the workflow's
   */
  public printOwnerStatements(id: string, location: CopyLocation): void {
    printOwnerStatements(this, id, this.ownerStatements(location));
  }

  /**
   * Starts a copy of every object that is created in one of the sources: put, copied or completed as a multipart upload.
   *
   * The bucket has to send its events to EventBridge (`eventBridgeEnabled: true` on the `Bucket`); this is left to you,
   * since switching it on replaces the notification settings of an imported bucket. Events of a bucket in another account
   * or Region have to be forwarded to the default event bus of the workflow's.
   *
   * @returns the rule, to which more can be added
   * @throws where `source` is not one of the workflow's, or `keyPrefix` lies outside the source's prefix
   */
  public copyOnObjectCreated(id: string, options: CopyOnObjectCreatedOptions = {}): events.Rule {
    return createObjectCreatedRule(this, id, this.stateMachine, this.locations, options);
  }

  private createLocations(props: MultipartCopyWorkflowProps, grantee: iam.IGrantable): LocationRegistry {
    const key = props.defaults?.encryptionKey;
    const locations = new LocationRegistry(this, {
      grantee,
      features: this.features,
      destinationKeys: key ? [keyArn('defaults', key)] : [],
    });
    for (const source of props.sources) locations.addSource(source);
    for (const destination of props.destinations) locations.addDestination(destination);
    return locations;
  }

  private defaultsOf(props: MultipartCopyWorkflowProps): WorkflowSettings {
    const customerKeys = props.customerKeys?.map(({ secretArn }) => secretArn);
    return {
      partSize: props.partSize?.toBytes(),
      maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
      features: this.features,
      customerKeys: customerKeys?.length ? customerKeys : undefined,
      options: props.defaults && defaultOptions(props.defaults, this.features),
    };
  }

  private createStateMachine(functions: Workers): sfn.StateMachine {
    return new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Copies one S3 object of any size',
      definitionBody: sfn.DefinitionBody.fromChainable(buildDefinition(this, functions)),
      stateMachineType: sfn.StateMachineType.STANDARD,
      tracingEnabled: true,
      // Names of states only: inputs hold what users keep in metadata and tags.
      logs: { destination: this.logGroup, level: sfn.LogLevel.ALL, includeExecutionData: false },
    });
  }
}

function featuresOf(props: MultipartCopyWorkflowProps): Feature[] {
  return FEATURE_NAMES.filter((name) => props[FEATURES[name].prop] ?? FEATURES[name].default);
}

/** JavaScript can leave them out. */
function requireSome(name: string, list: readonly unknown[] | undefined, example: string): void {
  if (Array.isArray(list) && list.length > 0) return;
  const problem = list === undefined ? 'missing' : Array.isArray(list) ? 'empty' : 'no list';
  throw new Error(`${name} is ${problem}: name at least one, such as [${example}]`);
}

function validate(props: MultipartCopyWorkflowProps): void {
  requireSome('sources', props.sources, 'CopySource.bucket(bucket)');
  requireSome('destinations', props.destinations, 'CopyDestination.bucket(bucket)');
  validateOption('maxConcurrency', props.maxConcurrency);
  validateOption('partSize', props.partSize?.toBytes());
}

/** The prop is the default of the option of the same name, and has its limits. */
function validateOption(name: 'maxConcurrency' | 'partSize', value: number | undefined): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  const [problem] = problemsOf(OPTIONS[name].kind, value, [name]);
  if (problem) throw new Error(`${name} ${problem.text}`);
}
