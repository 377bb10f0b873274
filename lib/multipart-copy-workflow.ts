import { Names, RemovalPolicy, type Size, Stack, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CopyDestination, CopyDestinationConfig } from './copy-destination';
import type { CopySource, CopySourceConfig } from './copy-source';
import { createObjectCreatedRule, type CopyOnObjectCreatedOptions } from './object-created-rule';
import { buildDefinition } from './private/definition';
import { grantReadMapRuns } from './private/map-run-policy';
import { type Defaults, ENV_DEFAULTS, ENV_LOCATIONS, type Location, type Locations } from './private/protocol';
import { createWorkers, type Workers } from './private/workers';

/** A quarter of the 1,000 concurrent Lambda executions that an account starts with. */
const DEFAULT_MAX_CONCURRENCY = 250;

/** Children that one map run of a Distributed Map has open at once. */
const MAX_CONCURRENCY_LIMIT = 10_000;

const MIN_PART_SIZE = 5 * 1024 ** 2;
const MAX_PART_SIZE = 5 * 1024 ** 3;

/**
 * Properties of `MultipartCopyWorkflow`.
 */
export interface MultipartCopyWorkflowProps {
  /**
   * Where objects may be copied from. The workers can read nothing else, and an execution that asks for something else
   * fails with `NotAllowed`.
   */
  readonly sources: CopySource[];

  /**
   * Where objects may be copied to. An execution that names no destination gets the first one, with the destination's
   * prefix in the place of the source's.
   */
  readonly destinations: CopyDestination[];

  /**
   * Size of every part but the last: 5 MiB to 5 GiB. An object that is no larger is copied with one CopyObject, and an
   * object that would need more than 10,000 such parts gets larger ones. A source with a composite checksum is copied by
   * its own parts all the same, since only these prove it. An execution's `options.partSize` goes before both.
   *
   * @default - chosen for each object, so that the workers are busy in few whole waves
   */
  readonly partSize?: Size;

  /**
   * Parts that are copied at the same time: 1 to 10,000. Each is one running worker and counts against the concurrent
   * Lambda executions of the account. An execution's `options.maxConcurrency` goes before.
   *
   * @default 250
   */
  readonly maxConcurrency?: number;

  /**
   * Runtime of the workers. The bundles run on Node.js 22 and later.
   *
   * @default - the latest Node.js runtime that the Region has
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Processor architecture of the workers.
   *
   * @default lambda.Architecture.ARM_64
   */
  readonly architecture?: lambda.Architecture;

  /**
   * How long the logs of the workers and of the state machine are kept.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * What becomes of the log groups when the construct is deleted.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Step Functions state machine that copies one S3 object of any size, 0 bytes to 48.8 TiB, server-side.
 *
 * Start an execution with `{ "source": { "bucket": "…", "key": "…" } }`, or let `copyOnObjectCreated` start one.
 */
export class MultipartCopyWorkflow extends Construct implements iam.IGrantable {
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
   * Log group of the state machine.
   */
  public readonly logGroup: logs.LogGroup;

  private readonly sources = new Map<CopySource, CopySourceConfig>();
  private readonly destinations: CopyDestinationConfig[];

  /**
   * @throws where there is no source or no destination, or `partSize` or `maxConcurrency` is out of its range
   */
  constructor(scope: Construct, id: string, props: MultipartCopyWorkflowProps) {
    super(scope, id);
    validate(props);

    const copyRole = new iam.Role(this, 'CopyRole', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description: 'Workers of an S3 multipart copy workflow',
    });
    this.copyRole = copyRole;
    this.grantPrincipal = copyRole.grantPrincipal;

    for (const source of props.sources) {
      this.sources.set(source, source.bind(this, copyRole));
    }
    this.destinations = props.destinations.map((destination) => destination.bind(this, copyRole));

    const logRetention = props.logRetention ?? logs.RetentionDays.ONE_MONTH;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    const functions = createWorkers(this, {
      role: copyRole,
      runtime: props.runtime ?? lambda.determineLatestNodeRuntime(this),
      architecture: props.architecture ?? lambda.Architecture.ARM_64,
      logRetention,
      removalPolicy,
      environment: { plan: this.planEnvironment(props) },
      restore: false,
    });
    this.planFunction = functions.plan;
    this.beginFunction = functions.begin;
    this.copyPartFunction = functions['copy-part'];
    this.completeFunction = functions.complete;
    this.abortFunction = functions.abort;
    this.copyObjectFunction = functions['copy-object'];

    this.logGroup = new logs.LogGroup(this, 'Logs', {
      // Groups with this prefix share one resource policy, which is limited in size for all others.
      logGroupName: `/aws/vendedlogs/states/${Names.uniqueResourceName(this, { maxLength: 200, separator: '-' })}`,
      retention: logRetention,
      removalPolicy,
    });
    this.stateMachine = this.createStateMachine(functions);
    grantReadMapRuns(this, copyRole, this.stateMachine);
  }

  /**
   * Starts a copy of every object that is created in one of the sources: put, copied or completed as a multipart upload.
   *
   * The bucket has to send its events to EventBridge (`eventBridgeEnabled: true` on the `Bucket`); this is left to you,
   * since switching it on replaces the notification settings of an imported bucket.
   *
   * @returns the rule, to which more can be added
   * @throws where `source` is not one of the workflow's, or `keyPrefix` lies outside the source's prefix
   */
  public copyOnObjectCreated(id: string, options: CopyOnObjectCreatedOptions = {}): events.Rule {
    return createObjectCreatedRule(this, id, this.stateMachine, this.sources, this.destinations, options);
  }

  /**
   * Lets the grantee start copies. It needs no permission on the buckets.
   */
  public grantStartExecution(grantee: iam.IGrantable): iam.Grant {
    return this.stateMachine.grantStartExecution(grantee);
  }

  /**
   * A metric of the state machine, namespace `AWS/States`.
   *
   * @default - sum over 5 minutes
   */
  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metric(metricName, props);
  }

  /**
   * Copies that were started.
   *
   * @default - sum over 5 minutes
   */
  public metricStarted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricStarted(props);
  }

  /**
   * Copies that were proven equal, and executions that had nothing to copy.
   *
   * @default - sum over 5 minutes
   */
  public metricSucceeded(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricSucceeded(props);
  }

  /**
   * Copies that failed.
   *
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricFailed(props);
  }

  /**
   * Copies that somebody stopped. Their unfinished uploads stay until they are aborted.
   *
   * @default - sum over 5 minutes
   */
  public metricAborted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricAborted(props);
  }

  /**
   * Copies that timed out.
   *
   * @default - sum over 5 minutes
   */
  public metricTimedOut(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricTimedOut(props);
  }

  /**
   * State transitions that Step Functions throttled.
   *
   * @default - sum over 5 minutes
   */
  public metricThrottled(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricThrottled(props);
  }

  /**
   * How long copies take, in milliseconds.
   *
   * @default - average over 5 minutes
   */
  public metricTime(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.stateMachine.metricTime(props);
  }

  private planEnvironment(props: MultipartCopyWorkflowProps): Record<string, string> {
    const location = (config: CopySourceConfig | CopyDestinationConfig): Location => ({
      bucket: config.bucketName,
      prefix: config.prefix,
    });
    const locations: Locations = {
      sources: [...this.sources.values()].map(location),
      destinations: this.destinations.map(location),
    };
    const defaults: Defaults = {
      partSize: props.partSize?.toBytes(),
      maxConcurrency: props.maxConcurrency ?? DEFAULT_MAX_CONCURRENCY,
      features: ['tags'],
    };
    const stack = Stack.of(this);
    return { [ENV_LOCATIONS]: stack.toJsonString(locations), [ENV_DEFAULTS]: stack.toJsonString(defaults) };
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

function validate(props: MultipartCopyWorkflowProps): void {
  if (props.sources.length === 0) {
    throw new Error('sources is empty: name at least one, such as CopySource.bucket(bucket)');
  }
  if (props.destinations.length === 0) {
    throw new Error('destinations is empty: name at least one, such as CopyDestination.bucket(bucket)');
  }
  const { maxConcurrency, partSize } = props;
  if (maxConcurrency !== undefined && !Token.isUnresolved(maxConcurrency)) {
    if (!Number.isInteger(maxConcurrency) || maxConcurrency < 1 || maxConcurrency > MAX_CONCURRENCY_LIMIT) {
      throw new Error(
        `maxConcurrency must be a whole number from 1 to ${MAX_CONCURRENCY_LIMIT}, got ${maxConcurrency}`,
      );
    }
  }
  if (partSize !== undefined && !partSize.isUnresolved()) {
    const bytes = partSize.toBytes();
    if (!Number.isInteger(bytes) || bytes < MIN_PART_SIZE || bytes > MAX_PART_SIZE) {
      throw new Error(`partSize must be from 5 MiB to 5 GiB in whole bytes, got ${bytes} bytes`);
    }
  }
}
