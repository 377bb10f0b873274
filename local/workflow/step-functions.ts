import { randomUUID } from 'node:crypto';
import { checkDefinition } from './asl';
import { Clock } from './clock';
import { compile, type CompiledMachine } from './compile';
import { type LocalDeployment } from './deployment';
import { ExecutionAlreadyExists, InvalidExecution } from './errors';
import { type WorkflowEvent } from './events';
import { Execution } from './execution';
import { runExecution } from './frame';
import { type Json } from './json';
import { credentialsOfRole, LambdaService, type Credentials, type FunctionMetrics, type LogLine } from './lambda';
import { checkExecutionInput, checkExecutionName, LIMITS } from './limits';
import { runMachine } from './machine';
import { Records, type ExecutionRecord, type ExecutionStatus, type MapRunRecord } from './records';
import { type Runtime } from './runtime';
import { SfnEndpoint } from './sfn-endpoint';
import { ApiError } from './sfn-operations';
import { type DeployedStateMachine } from './state-machines';

export interface LocalStepFunctionsOptions {
  /** Worker threads of one function, each of which takes any number of invocations at a time. Default 1. */
  readonly environmentsPerFunction?: number;
  /** Lambda invocations at one time; more are throttled. Default 1,000, the default quota of an account. */
  readonly accountConcurrency?: number;
  /** A time scale shortens no timeout below that many real seconds, since code does not run faster. Default 30. */
  readonly timeoutFloorSeconds?: number;
  /** Endpoints of services other than S3 and Step Functions, as `{ KMS: 'http://…' }` for AWS_ENDPOINT_URL_KMS. */
  readonly serviceEndpoints?: Record<string, string>;
  /** Whether ListExecutions and DescribeExecution refuse Express children of a Map Run. Default false, as the API says. */
  readonly hideExpressChildren?: boolean;
  /** Gets every line that a handler logs; nothing is printed. */
  readonly onLog?: (line: LogLine) => void;
}

export interface RunOptions {
  /** URL of an S3 endpoint, which the functions get as AWS_ENDPOINT_URL_S3. */
  readonly endpoint: string;
  /** Any JSON value. */
  readonly input: unknown;
  /** 1 to 80 characters; default a UUID, as on AWS. */
  readonly executionName?: string;
  /** How many times faster than on AWS waits, retry intervals, timeouts and the dispatch of map children pass. Default 1. */
  readonly timeScale?: number;
  readonly onEvent?: (event: WorkflowEvent) => void;
  /** Default: made-up ones of each function's role, see `credentialsOfRole`. */
  readonly credentials?: Credentials | ((roleArn: string) => Credentials);
}

export interface ExecutionResult {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  /** Present when SUCCEEDED. */
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  /** Names of the states that the execution entered, in order; not those of map items. */
  readonly states: string[];
  readonly startDate: Date;
  readonly stopDate: Date;
  /** Real seconds. */
  readonly elapsedSeconds: number;
  readonly executionArn: string;
  /** Length of the execution's own history. */
  readonly events: number;
  readonly mapRuns: readonly MapRunRecord[];
  /** By logical id of the function; sums over all runs with the same endpoint, credentials and time scale. */
  readonly functions: Record<string, FunctionMetrics>;
}

interface Started {
  readonly execution: Execution;
  readonly finished: Promise<ExecutionResult>;
}

/**
 * Step Functions and Lambda on a laptop, for the state machines of one `LocalDeployment`.
 *
 * What runs is the definition, the bundles and the environment variables of the template. Close it to end its threads and
 * its endpoint.
 */
export class LocalStepFunctions {
  private readonly records = new Records();
  private readonly services = new Map<string, LambdaService>();
  private readonly started = new Map<string, Started>();
  private endpoint: Promise<SfnEndpoint> | undefined;
  /** How the run goes whose functions may call StartExecution. */
  private latest: { readonly runtimeOf: () => Runtime } | undefined;

  constructor(
    private readonly deployment: LocalDeployment,
    private readonly options: LocalStepFunctionsOptions = {},
  ) {}

  /**
   * Starts an execution and waits for its end. An execution that fails is a result, not an exception.
   *
   * @throws InvalidDefinition, UnsupportedDefinition before anything runs
   * @throws InvalidExecution, ExecutionAlreadyExists for a name or input that StartExecution refuses
   * @throws UnsupportedFunction, AssetNotFound, UnresolvedIntrinsic as soon as a function is called that cannot run here
   */
  async start(stateMachine: DeployedStateMachine, options: RunOptions): Promise<ExecutionResult> {
    checkExecutionInput(options.input);
    if (options.executionName !== undefined) checkExecutionName(options.executionName);
    const clock = this.clockOf(options);
    const endpoint = await this.sfnEndpoint();
    const runtimeOf = (): Runtime => this.runtime(options, clock, endpoint.url);
    this.latest = { runtimeOf };
    // What travels is JSON text, so neither a Date nor a later change of the caller's object may get in.
    const input = JSON.parse(JSON.stringify(options.input)) as Json;
    return this.launch(stateMachine, options.executionName, input, runtimeOf()).finished;
  }

  /** Resolves when no function is running any more; those of an aborted state run on, as on AWS. */
  async idle(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.idle()));
  }

  /** Ends what runs, the threads of the functions, and the Step Functions endpoint. */
  async close(): Promise<void> {
    for (const { execution } of this.started.values()) execution.end('ABORTED', {});
    await Promise.all([...this.services.values()].map((service) => service.close()));
    this.services.clear();
    await (await this.endpoint)?.close();
    this.endpoint = undefined;
  }

  /** URL of the Step Functions API that the functions see; it can be asked before, during and after a run. */
  async endpointUrl(): Promise<string> {
    return (await this.sfnEndpoint()).url;
  }

  private launch(machine: DeployedStateMachine, wanted: string | undefined, input: Json, runtime: Runtime): Started {
    const name = wanted ?? randomUUID();
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.started.get(executionArn);
    if (known !== undefined) return sameExecution(known, input);
    const compiled = this.compiled(machine, runtime.clock);
    let abandon: (error: Error) => void = () => undefined;
    const abandoned = new Promise<never>((_, reject) => (abandon = reject));
    const execution = new Execution(
      {
        executionArn,
        name,
        stateMachineArn: machine.arn,
        stateMachineName: machine.name,
        roleArn: machine.roleArn,
        type: machine.type,
      },
      {
        ...runtime,
        fail: (error) => {
          abandon(error);
          execution.scope.abort();
        },
      },
      input,
    );
    const ended = runExecution(execution, compiled, runMachine, timeoutOf(machine)).then((record) =>
      this.resultOf(record, execution),
    );
    const started = { execution, finished: Promise.race([abandoned, ended]) };
    this.started.set(executionArn, started);
    return started;
  }

  private compiled(machine: DeployedStateMachine, clock: Clock): CompiledMachine {
    checkDefinition(machine.definition, machine.logicalId, machine.type);
    return compile(machine.definition, clock.timeScale);
  }

  private runtime(options: RunOptions, clock: Clock, sfnUrl: string): Runtime {
    return {
      clock,
      lambda: this.lambdaService(options, clock, sfnUrl),
      records: this.records,
      onEvent: options.onEvent ?? (() => undefined),
      fail: () => undefined,
    };
  }

  /** Threads get their environment when they start, so runs share them only if they have the same. */
  private lambdaService(options: RunOptions, clock: Clock, sfnUrl: string): LambdaService {
    const { credentials = credentialsOfRole, endpoint } = options;
    const ofRole = typeof credentials === 'function' ? credentials : (): Credentials => credentials;
    const roles = this.deployment.roles.map((role) => ofRole(role.arn));
    const key = JSON.stringify([endpoint, clock.timeScale, ofRole(''), roles]);
    let service = this.services.get(key);
    if (service === undefined) {
      service = new LambdaService(this.deployment.functions, {
        s3Endpoint: endpoint,
        stepFunctionsEndpoint: sfnUrl,
        credentials: ofRole,
        accountConcurrency: this.options.accountConcurrency ?? 1000,
        environmentsPerFunction: this.options.environmentsPerFunction ?? 1,
        clock,
        ...(this.options.serviceEndpoints && { serviceEndpoints: this.options.serviceEndpoints }),
        ...(this.options.onLog && { onLog: this.options.onLog }),
      });
      this.services.set(key, service);
    }
    return service;
  }

  private clockOf({ timeScale = 1 }: RunOptions): Clock {
    if (!(timeScale > 0) || !Number.isFinite(timeScale)) {
      throw new InvalidExecution(
        `The time scale is ${timeScale}. Give a number above 0; 1 is real time, 10 ten times faster.`,
      );
    }
    return new Clock(timeScale, this.options.timeoutFloorSeconds ?? 30);
  }

  private sfnEndpoint(): Promise<SfnEndpoint> {
    this.endpoint ??= SfnEndpoint.listen({
      records: this.records,
      stateMachineArns: this.deployment.stateMachines.map((machine) => machine.arn),
      hideExpressChildren: this.options.hideExpressChildren ?? false,
      start: (stateMachineArn, name, input) => this.startFromApi(stateMachineArn, name, input),
      stop: (executionArn, error, cause) => this.stop(executionArn, error, cause),
    });
    return this.endpoint;
  }

  private startFromApi(stateMachineArn: string, name: string | undefined, input: Json): ExecutionRecord {
    const machine = this.deployment.stateMachines.find((candidate) => candidate.arn === stateMachineArn);
    if (machine === undefined || this.latest === undefined) {
      const why = machine === undefined ? 'it is not in the templates' : 'no run has said yet where S3 is';
      throw new ApiError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}' (${why})`);
    }
    const { runtimeOf } = this.latest;
    if (name !== undefined) asApiError('InvalidName', () => checkExecutionName(name));
    asApiError('InvalidExecutionInput', () => checkExecutionInput(input));
    const { execution, finished } = asApiError('ExecutionAlreadyExists', () =>
      this.launch(machine, name, input, runtimeOf()),
    );
    finished.catch(() => undefined);
    return execution.record;
  }

  private stop(executionArn: string, error?: string, cause?: string): ExecutionRecord | undefined {
    const execution = this.started.get(executionArn)?.execution;
    execution?.end('ABORTED', { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
    return execution?.record;
  }

  private resultOf(record: ExecutionRecord, execution: Execution): ExecutionResult {
    const stopDate = record.stopDate ?? new Date();
    return {
      status: record.status as ExecutionResult['status'],
      ...(record.output !== undefined && { output: record.output }),
      ...(record.error !== undefined && { error: record.error }),
      ...(record.cause !== undefined && { cause: record.cause }),
      states: execution.states,
      startDate: record.startDate,
      stopDate,
      elapsedSeconds: (stopDate.getTime() - record.startDate.getTime()) / 1000,
      executionArn: record.executionArn,
      events: record.events,
      mapRuns: this.records.mapRunsOf(record.executionArn),
      functions: Object.fromEntries(execution.runtime.lambda.metrics),
    };
  }
}

/** StartExecution is idempotent while an execution of that name and input runs (API reference, StartExecution). */
function sameExecution(known: Started, input: Json): Started {
  const { record } = known.execution;
  if (record.status === 'RUNNING' && JSON.stringify(record.input) === JSON.stringify(input)) return known;
  throw new ExecutionAlreadyExists(
    `Execution Already Exists: '${record.executionArn}'. Give another execution name, or none.`,
  );
}

function asApiError<T>(type: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new ApiError(type, (error as Error).message);
  }
}

function timeoutOf(machine: DeployedStateMachine): number | undefined {
  const own = machine.definition.TimeoutSeconds;
  return machine.type === 'EXPRESS' ? Math.min(own ?? LIMITS.expressSeconds, LIMITS.expressSeconds) : own;
}
