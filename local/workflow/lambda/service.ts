import { randomUUID } from 'node:crypto';
import { stopwatch, type Clock } from '../clock';
import {
  FunctionError,
  InvokeRefused,
  type ErrorPayload,
  type FunctionInvoker,
  type InvokeRequest,
  type InvokeResult,
} from '../invoker';
import { stableHex, type Json } from '../json';
import { type DeployedFunction } from '../template/functions';
import { LambdaEnvironment } from './environment';

/** Bytes of the event or result of a synchronous invocation ("Lambda quotas", Lambda Developer Guide). */
const INVOCATION_BYTES = 6_291_556;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface LogLine {
  readonly functionName: string;
  readonly logicalId: string;
  readonly requestId?: string;
  /** `debug`, `info`, `warn`, `error` or `trace`; `info` for what was written to stdout, `error` for stderr. */
  readonly level: string;
  readonly message: string;
}

export interface FunctionMetrics {
  invocations: number;
  errors: number;
  throttles: number;
  /** Most invocations at one time. */
  concurrency: number;
  /** Sum of all durations, in real milliseconds. */
  totalMs: number;
  maxMs: number;
}

export interface LambdaOptions {
  /** Where S3 is. */
  readonly s3Endpoint: string;
  /** Where Step Functions is: this folder's own endpoint. */
  readonly stepFunctionsEndpoint: string;
  /** Endpoints of further services, by the name that AWS_ENDPOINT_URL_<name> has: `KMS`, `STS`, `CLOUDWATCH`. */
  readonly serviceEndpoints?: Record<string, string>;
  /** Credentials of a function's role. */
  readonly credentials: (roleArn: string) => Credentials;
  /** Invocations at one time, of all functions without reserved concurrency. Lambda's default quota is 1,000. */
  readonly accountConcurrency: number;
  /** Threads of one function; each runs any number of invocations at a time. Default 1. */
  readonly environmentsPerFunction: number;
  readonly clock: Clock;
  readonly onLog?: (line: LogLine) => void;
}

/**
 * The Lambda service of one run: finds functions by name or ARN, keeps their environments, and counts.
 *
 * Other than on AWS, one environment (a thread) takes all invocations of a function unless `environmentsPerFunction` says
 * otherwise: a thousand threads are too many for a laptop. So module state is shared by invocations that AWS may keep apart,
 * and a crash fails all of them.
 */
export class LambdaService implements FunctionInvoker {
  readonly metrics = new Map<string, FunctionMetrics>();
  private readonly environments = new Map<DeployedFunction, LambdaEnvironment[]>();
  private readonly pending = new Set<Promise<unknown>>();

  constructor(
    private readonly functions: readonly DeployedFunction[],
    private readonly options: LambdaOptions,
  ) {}

  /**
   * Runs a function once. All versions and aliases are the code of the template.
   *
   * @throws FunctionError what the handler or the runtime failed with
   * @throws InvokeRefused what Lambda itself refuses
   * @throws UnsupportedFunction, AssetNotFound, UnresolvedIntrinsic when the code cannot run here
   */
  invoke({ functionName, payload }: InvokeRequest): Promise<InvokeResult> {
    const release = this.options.clock.hold();
    const invocation = this.run(functionName, payload);
    const settled = invocation
      .catch(() => undefined)
      .finally(() => {
        this.pending.delete(settled);
        release();
      });
    this.pending.add(settled);
    return invocation;
  }

  /** Resolves when no invocation is running: Step Functions does not stop the functions of what it aborts. */
  async idle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  async close(): Promise<void> {
    await Promise.all([...this.environments.values()].flat().map((environment) => environment.close()));
    this.environments.clear();
  }

  private async run(nameOrArn: string, event: Json): Promise<InvokeResult> {
    const target = this.find(nameOrArn);
    const metrics = this.metricsOf(target);
    const text = JSON.stringify(event);
    refuseLarge(text);
    const running = this.countRunning(target);
    if (this.isThrottled(target, running)) {
      metrics.throttles++;
      throw new InvokeRefused('TooManyRequestsException', 'Rate Exceeded. (Service: Lambda, Status Code: 429)');
    }
    metrics.invocations++;
    metrics.concurrency = Math.max(metrics.concurrency, running + 1);
    const elapsed = stopwatch();
    try {
      return await this.runIn(this.environmentOf(target), target, text);
    } catch (error) {
      metrics.errors++;
      throw error;
    } finally {
      const duration = elapsed();
      metrics.totalMs += duration;
      metrics.maxMs = Math.max(metrics.maxMs, duration);
    }
  }

  private async runIn(environment: LambdaEnvironment, target: DeployedFunction, event: string): Promise<InvokeResult> {
    const requestId = randomUUID();
    const { clock } = this.options;
    const limitMs = target.timeoutSeconds * 1000;
    const cancel = clock.limit(limitMs, () => environment.timeOut(requestId, timedOut(requestId, target)));
    try {
      const body = await environment.invoke({
        id: requestId,
        event,
        remainingMs: clock.deadline(limitMs) - clock.now(),
        context: {
          functionName: target.name,
          functionVersion: '$LATEST',
          invokedFunctionArn: target.arn,
          memoryLimitInMB: String(target.memorySize),
          logGroupName: target.logGroupName,
          logStreamName: LOG_STREAM,
          awsRequestId: requestId,
        },
      });
      if (Buffer.byteLength(body) > INVOCATION_BYTES) throw new FunctionError(tooLargeResult());
      return { payload: JSON.parse(body) as Json, requestId };
    } finally {
      cancel();
    }
  }

  private find(nameOrArn: string): DeployedFunction {
    const arn = nameOrArn.startsWith('arn:') ? nameOrArn.split(':', 7).join(':') : undefined;
    const [name] = nameOrArn.replace(/^.*function:/, '').split(':');
    const found = this.functions.find((candidate) =>
      arn === undefined ? candidate.name === name : candidate.arn === arn,
    );
    if (found !== undefined) return found;
    throw new InvokeRefused(
      'ResourceNotFoundException',
      `Function not found: ${nameOrArn}. The templates hold: ${this.functions.map((candidate) => candidate.arn).join(', ') || 'none'}.`,
    );
  }

  private environmentOf(target: DeployedFunction): LambdaEnvironment {
    const all = (this.environments.get(target) ?? []).filter((environment) => environment.usable);
    this.environments.set(target, all);
    const idlest = all.reduce<LambdaEnvironment | undefined>(
      (best, next) => (best !== undefined && best.invocations <= next.invocations ? best : next),
      undefined,
    );
    const full = all.length >= this.options.environmentsPerFunction;
    if (idlest !== undefined && (full || idlest.invocations === 0)) return idlest;
    const environment = this.start(target);
    all.push(environment);
    return environment;
  }

  private start(target: DeployedFunction): LambdaEnvironment {
    const taskRoot = target.codeDirectory;
    return new LambdaEnvironment({
      taskRoot,
      handler: target.handler,
      nodeMajor: Number(/^nodejs(\d+)/.exec(target.runtime)?.[1] ?? 24),
      variables: this.variables(target, taskRoot),
      onLog: (line) =>
        this.options.onLog?.({
          functionName: target.name,
          logicalId: target.logicalId,
          level: line.level,
          message: line.message,
          ...(line.requestId !== undefined && { requestId: line.requestId }),
        }),
    });
  }

  /**
   * The template's variables, what Lambda sets itself ("Defined runtime environment variables", Lambda Developer Guide), and
   * endpoints. AWS_ENDPOINT_URL is for every service that has no endpoint of its own, so that nothing ever calls AWS.
   */
  private variables(target: DeployedFunction, taskRoot: string): Record<string, string> {
    const credentials = this.options.credentials(target.roleArn);
    const endpoints = {
      S3: this.options.s3Endpoint,
      SFN: this.options.stepFunctionsEndpoint,
      ...this.options.serviceEndpoints,
    };
    return {
      ...target.environment,
      _HANDLER: target.handler,
      AWS_REGION: target.region,
      AWS_DEFAULT_REGION: target.region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${target.runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: target.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(target.memorySize),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: target.logGroupName,
      AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      LAMBDA_TASK_ROOT: taskRoot,
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      LANG: 'en_US.UTF-8',
      PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
      TZ: ':UTC',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: `${this.options.stepFunctionsEndpoint}/unavailable`,
      ...Object.fromEntries(Object.entries(endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${service}`, url])),
    };
  }

  private metricsOf(target: DeployedFunction): FunctionMetrics {
    let metrics = this.metrics.get(target.logicalId);
    if (metrics === undefined) {
      metrics = { invocations: 0, errors: 0, throttles: 0, concurrency: 0, totalMs: 0, maxMs: 0 };
      this.metrics.set(target.logicalId, metrics);
    }
    return metrics;
  }

  private isThrottled(target: DeployedFunction, running: number): boolean {
    const reserved = target.reservedConcurrency;
    if (reserved !== undefined) return running >= reserved;
    let all = 0;
    for (const other of this.environments.keys()) {
      if (other.reservedConcurrency === undefined) all += this.countRunning(other);
    }
    return all >= this.options.accountConcurrency;
  }

  private countRunning(target: DeployedFunction): number {
    return (this.environments.get(target) ?? []).reduce((sum, environment) => sum + environment.invocations, 0);
  }
}

/** Temporary credentials as Lambda hands them to a role: made from the role's ARN, so that a server can tell roles apart. */
export function credentialsOfRole(roleArn: string): Credentials {
  return {
    accessKeyId: `ASIA${stableHex(roleArn, 16).toUpperCase()}`,
    secretAccessKey: stableHex(`secret of ${roleArn}`, 40),
    sessionToken: stableHex(`session of ${roleArn}`, 64),
  };
}

const LOG_STREAM = '2026/01/01/[$LATEST]local';

function refuseLarge(event: string): void {
  const bytes = Buffer.byteLength(event);
  if (bytes <= INVOCATION_BYTES) return;
  throw new InvokeRefused(
    'RequestTooLargeException',
    `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${INVOCATION_BYTES} bytes)`,
  );
}

function tooLargeResult(): ErrorPayload {
  return {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${INVOCATION_BYTES} bytes).`,
  };
}

function timedOut(requestId: string, target: DeployedFunction): ErrorPayload {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${target.timeoutSeconds.toFixed(2)} seconds`,
  };
}
