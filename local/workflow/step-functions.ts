import { randomUUID } from 'node:crypto';
import { type Authorize } from './access';
import { ApiEndpoint } from './api/endpoint';
import { type Backend } from './api/operations';
import { callSfnAction } from './api/sdk-integration';
import { type Service } from './api/services';
import { apisOf } from './apis';
import { checkDefinition } from './asl/check';
import { eachState } from './asl/definition';
import { ScaledClock, stopwatch, type Clock } from './clock';
import { type WorkflowEvent } from './engine/events';
import { Executions, type StartedExecution } from './engine/executions';
import { checkExecutionInput, checkExecutionName } from './engine/limits';
import { runStrand } from './engine/machine';
import { Records, type ExecutionRecord, type ExecutionStatus, type MapRunRecord } from './engine/records';
import { SeededRandom } from './engine/seeded-random';
import { ExecutionDoesNotExist, InvalidOptions, ScheduleNotFound } from './errors';
import { Eventing } from './eventing';
import { type Delivery, DeliveryFailed } from './events/delivery';
import { type BusEvent, type NewEvent } from './events/event';
import { statusChangeEvent } from './events/status-change';
import { type Targets } from './events/targets';
import { type Json } from './json';
import { LambdaService, type FunctionMetrics, type LogLine } from './lambda/service';
import { credentialsOfRole, credentialsOfSession, type Credentials } from './lambda/variables';
import { PlatformFaults, type PlatformFaultRule } from './platform-faults';
import { type LocalDeployment } from './template/deployment';
import { type DeployedStateMachine } from './template/state-machines';

export interface LocalStepFunctionsOptions {
  /** URL of an S3 endpoint, which the functions get as AWS_ENDPOINT_URL_S3. */
  readonly s3Endpoint: string;
  /**
   * How many times faster than on AWS the time of waits, retry intervals, timeouts and the dispatch of children passes.
   * Default 1.
   */
  readonly timeScale?: number;
  /** With a time scale, timeouts last at least this many real seconds, since code does not run faster. Default 30. */
  readonly timeoutFloorSeconds?: number;
  /** The clock of the run, instead of `timeScale` and `timeoutFloorSeconds`. */
  readonly clock?: Clock;
  /** Makes random values the same in every run: jitter, IDs, random numbers. Default: another seed for each run. */
  readonly seed?: string | number;
  /** Default: generated credentials of a session of each function's role, see `credentialsOfSession`. */
  readonly credentials?: Credentials | ((roleArn: string, sessionName: string) => Credentials);
  /**
   * Concurrent Lambda invocations; further ones are throttled. Default 1,000, the default quota; new accounts have 10
   * to 50.
   */
  readonly lambdaConcurrency?: number;
  /** New execution environments of one function within 10 seconds; more are throttled. Default 1,000, as on AWS. */
  readonly lambdaScaling?: number;
  /** Seconds before a new execution environment gets its first event, and before a warm one gets the next. Default 0. */
  readonly lambdaStartSeconds?: { readonly cold?: number; readonly warm?: number };
  /** Seconds that Step Functions takes before a state of a Standard execution, and before the first child of a Map Run. Default 0. */
  readonly overheadSeconds?: { readonly state?: number; readonly mapRun?: number };
  /** Faults of Lambda and Step Functions. Default: none. */
  readonly faults?: readonly PlatformFaultRule[];
  /** Endpoints of services other than S3 and Step Functions, as `{ KMS: 'http://…' }` for AWS_ENDPOINT_URL_KMS. */
  readonly serviceEndpoints?: Record<string, string>;
  /**
   * Authorizes calls of Step Functions and EventBridge by functions, state machines and clients. Default: all calls are
   * allowed.
   */
  readonly authorize?: Authorize;
  /** Whether ListExecutions and DescribeExecution refuse Express children of a Map Run. Default false. */
  readonly hideExpressChildren?: boolean;
  readonly onEvent?: (event: WorkflowEvent) => void;
  /** Called when an execution has started, ended or been redriven; not for children of a Map Run. */
  readonly onStatus?: (execution: ExecutionRecord) => void;
  /** Called with each event that is put to an event bus. */
  readonly onBusEvent?: (event: BusEvent) => void;
  /** Gets every line that a handler logs; nothing is printed. */
  readonly onLog?: (line: LogLine) => void;
}

export interface RunOptions {
  /** Any JSON value. */
  readonly input: unknown;
  /** 1 to 80 characters; default a UUID, as on AWS. */
  readonly executionName?: string;
}

export interface ExecutionResult {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  /** Present when SUCCEEDED. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Names of the states that the execution entered, in order; states of Map items are not included. */
  readonly states: string[];
  readonly startDate: Date;
  readonly stopDate: Date;
  /** Real seconds. */
  readonly elapsedSeconds: number;
  readonly executionArn: string;
  /** Length of the execution's own history. */
  readonly events: number;
  readonly mapRuns: readonly MapRunRecord[];
  /** By logical ID of the function; sums over all executions. */
  readonly functions: Record<string, FunctionMetrics>;
}

interface Running {
  readonly endpoint: ApiEndpoint;
  readonly lambda: LambdaService;
  readonly executions: Executions;
  readonly eventing: Eventing;
}

/**
 * Step Functions and Lambda on a laptop, for the state machines of one `LocalDeployment`. It runs the definition, the
 * bundles and the environment variables of the template. Close it to end its threads and its endpoint.
 */
export class LocalStepFunctions {
  readonly clock: Clock;
  private readonly records = new Records();
  private readonly faults: PlatformFaults;
  private readonly running: Promise<Running>;

  /** @throws InvalidOptions */
  constructor(
    private readonly deployment: LocalDeployment,
    private readonly options: LocalStepFunctionsOptions,
  ) {
    this.clock = options.clock ?? clockOf(options);
    this.faults = new PlatformFaults(options.faults ?? [], this.clock);
    this.running = this.open();
  }

  /**
   * Starts an execution and waits for its end. An execution that fails is a result, not an exception.
   *
   * @throws InvalidDefinition, UnsupportedDefinition before anything runs
   * @throws InvalidExecution, ExecutionAlreadyExists for a name or input that StartExecution refuses
   * @throws UnsupportedFunction, AssetNotFound, UnresolvedIntrinsic as soon as a function is called that cannot run
   * here
   */
  async start(stateMachine: DeployedStateMachine, options: RunOptions): Promise<ExecutionResult> {
    checkExecutionInput(options.input);
    if (options.executionName !== undefined) checkExecutionName(options.executionName);
    checkDefinition(stateMachine.definition, stateMachine.logicalId, stateMachine.type);
    // The input is converted to JSON and back, so that it contains no Date, and later changes of the caller's object
    // have no effect.
    const input = JSON.parse(JSON.stringify(options.input)) as Json;
    this.checkFaults([stateMachine]);
    const { executions } = await this.running;
    return this.finished(executions.start(stateMachine, options.executionName, input));
  }

  /**
   * Redrives an execution that did not succeed from the states that failed or were stopped, and waits for its end.
   *
   * @throws ExecutionDoesNotExist, ExecutionNotRedrivable
   */
  async redrive(executionArn: string): Promise<ExecutionResult> {
    const { executions } = await this.running;
    const started = executions.get(executionArn);
    if (started === undefined) throw new ExecutionDoesNotExist(`Execution Does Not Exist: '${executionArn}'`);
    executions.redrive(started);
    return this.finished(started);
  }

  /**
   * Resolves when no function is running and no event is being delivered. Functions of an aborted state continue to
   * run, as on AWS. Events that wait for another attempt are ignored.
   */
  async idle(): Promise<void> {
    const { lambda, eventing } = await this.running;
    // Functions put events, and events invoke functions.
    do {
      await lambda.idle();
      await eventing.idle();
    } while (lambda.isBusy || eventing.isBusy);
  }

  /** Puts an event to an event bus, as a service of AWS or an application does. */
  async putEvent(event: NewEvent): Promise<BusEvent> {
    return (await this.running).eventing.bridge.put(event);
  }

  /** Events that were put to event buses, the oldest first. */
  async events(): Promise<readonly BusEvent[]> {
    return (await this.running).eventing.bridge.events;
  }

  /** Deliveries of events to the targets of rules and schedules. */
  async deliveries(): Promise<readonly Delivery[]> {
    return (await this.running).eventing.bridge.deliveries;
  }

  /**
   * Triggers a schedule: an AWS::Scheduler::Schedule, or an AWS::Events::Rule with a ScheduleExpression.
   *
   * @param name logical ID, construct path, name or ARN
   * @throws ScheduleNotFound
   */
  async trigger(name: string): Promise<void> {
    const { eventing } = await this.running;
    if (!eventing.bridge.trigger(name)) throw new ScheduleNotFound(`There is no schedule called "${name}".`);
  }

  /** Ends everything that is running, the threads of the functions, and the Step Functions endpoint. */
  async close(): Promise<void> {
    const { endpoint, lambda, executions, eventing } = await this.running;
    // Must be first, so that stopping executions here does not send events about status changes.
    eventing.close();
    executions.stopAll();
    await lambda.close();
    await endpoint.close();
  }

  /** URL of the APIs of AWS that the functions use. It can be called before, during and after an execution. */
  async endpointUrl(): Promise<string> {
    return (await this.running).endpoint.url;
  }

  /**
   * Checks the rules for faults, as `start` does.
   *
   * @throws InvalidFaults if a rule names a state or function that does not exist in these state machines
   */
  checkFaults(stateMachines: readonly DeployedStateMachine[] = this.deployment.stateMachines): void {
    const states: string[] = [];
    for (const { definition } of stateMachines) eachState(definition, (name) => states.push(name));
    this.faults.checkNames(
      states,
      this.deployment.functions.flatMap(({ names }) => names),
      [...this.deployment.rules, ...this.deployment.schedules].flatMap(({ names }) => names),
    );
  }

  /** @throws DeliveryFailed */
  private startByEvent(executions: Executions, arn: string, input: Json): string {
    const machine = this.deployment.stateMachines.find((candidate) => candidate.arn === arn);
    if (machine === undefined) throw new DeliveryFailed('NO_RESOURCE', `State Machine Does Not Exist: '${arn}'`);
    try {
      checkExecutionInput(input);
      checkDefinition(machine.definition, machine.logicalId, machine.type);
    } catch (error) {
      throw new DeliveryFailed('INVALID_PARAMETER', (error as Error).message);
    }
    const { execution, finished } = executions.start(machine, undefined, input);
    finished.catch(() => undefined);
    return execution.record.executionArn;
  }

  /** The parent execution of a child of a Map Run, or the execution itself. */
  private rootOf(executionArn: string): string {
    const { mapRunArn } = this.records.execution(executionArn) ?? {};
    const parent = mapRunArn === undefined ? undefined : this.records.mapRun(mapRunArn)?.executionArn;
    return parent === undefined ? executionArn : this.rootOf(parent);
  }

  private async open(): Promise<Running> {
    const { options, deployment, clock, records } = this;
    const { faults } = this;
    const services: Service[] = [];
    const endpoint = await ApiEndpoint.listen(services);
    const { credentials = credentialsOfSession } = options;
    const lambda = new LambdaService(deployment.functions, {
      s3Endpoint: options.s3Endpoint,
      stepFunctionsEndpoint: endpoint.url,
      credentials: typeof credentials === 'function' ? credentials : (): Credentials => credentials,
      accountConcurrency: options.lambdaConcurrency ?? 1000,
      scalingPerTenSeconds: options.lambdaScaling ?? 1000,
      startSeconds: { cold: 0, warm: 0, ...options.lambdaStartSeconds },
      clock,
      faults,
      ...(options.serviceEndpoints && { serviceEndpoints: options.serviceEndpoints }),
      ...(options.onLog && { onLog: options.onLog }),
    });
    const random = new SeededRandom(String(options.seed ?? randomUUID()));
    const startExecution: Targets['startExecution'] = (arn, input) => this.startByEvent(executions, arn, input);
    const { onBusEvent, authorize } = options;
    const eventing = new Eventing({
      ...{ deployment, lambda, clock, random, faults, startExecution },
      ...(onBusEvent && { onBusEvent }),
    });
    const executions = new Executions({
      clock,
      lambda,
      events: eventing.sink,
      callStepFunctions: (action, parameters, roleArn) =>
        callSfnAction(backend, action, parameters, (access) =>
          authorize?.({ ...access, accessKeyId: credentialsOfRole(roleArn).accessKeyId }),
        ),
      records,
      random,
      overheadSeconds: { state: 0, mapRun: 0, ...options.overheadSeconds },
      onEvent: options.onEvent ?? (() => undefined),
      onStatus: (execution) => {
        if (execution.mapRunArn !== undefined) return;
        faults.start();
        options.onStatus?.(execution);
        if (execution.type === 'STANDARD') eventing.bridge.put(statusChangeEvent(execution));
      },
      onStateEntered: (executionArn, state) => {
        const stop = faults.ofState(state);
        if (stop !== undefined) executions.stop(this.rootOf(executionArn), stop.error, stop.cause);
      },
      runStrand,
    });
    const backend: Backend = {
      ...{ records, clock, stateMachines: deployment.stateMachines, deployedAt: clock.now() },
      hideExpressChildren: options.hideExpressChildren ?? false,
      executions: () => executions,
      lagOf: (name) => faults.lagOf(name),
    };
    services.push(...apisOf({ deployment, stepFunctions: backend, eventing, authorize }));
    return { endpoint, lambda, executions, eventing };
  }

  private async finished(started: StartedExecution): Promise<ExecutionResult> {
    const elapsed = stopwatch();
    const record = await started.finished;
    return this.resultOf(record, started, Math.round(elapsed()) / 1000);
  }

  private async resultOf(
    record: ExecutionRecord,
    { execution }: StartedExecution,
    elapsedSeconds: number,
  ): Promise<ExecutionResult> {
    const { lambda } = await this.running;
    return {
      status: record.status as ExecutionResult['status'],
      ...(record.output !== undefined && { output: record.output }),
      ...(record.error !== undefined && { error: record.error }),
      ...(record.cause !== undefined && { cause: record.cause }),
      states: execution.states,
      startDate: record.startDate,
      stopDate: record.stopDate ?? record.startDate,
      elapsedSeconds,
      executionArn: record.executionArn,
      events: record.eventCount,
      mapRuns: this.records.mapRunsOf(record.executionArn),
      functions: Object.fromEntries(lambda.metrics),
    };
  }
}

function clockOf({ timeScale = 1, timeoutFloorSeconds = 30 }: LocalStepFunctionsOptions): Clock {
  if (timeScale > 0 && Number.isFinite(timeScale)) return new ScaledClock(timeScale, timeoutFloorSeconds);
  throw new InvalidOptions(
    `The time scale is ${timeScale}. Specify a number above 0; 1 is real time, 10 is ten times faster.`,
  );
}
