import { randomUUID } from 'node:crypto';
import { stopwatch, type Clock } from '../clock';
import { FunctionError, type FunctionInvoker, type InvokeRequest, type InvokeResult } from '../invoker';
import { type Json } from '../json';
import { type InvocationFault, type PlatformFaults } from '../platform-faults';
import { type DeployedFunction } from '../template/functions';
import { Admission, type AdmissionOptions } from './admission';
import { Environments } from './environments';
import * as refusals from './refusals';
import { type Answer } from './thread';
import { LOG_STREAM, variablesOf, type VariableOptions } from './variables';

/** Bytes of the event or result of a synchronous invocation ("Lambda quotas", Lambda Developer Guide). */
const INVOCATION_BYTES = 6_291_556;

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
  /** Maximum number of concurrent invocations. */
  concurrency: number;
  /** Invocations for which a new environment was started. */
  coldStarts: number;
  /** Sum of all durations, in real milliseconds. */
  totalMs: number;
  maxMs: number;
}

export interface LambdaOptions extends VariableOptions, AdmissionOptions {
  /** Seconds until the handler gets the event, in a new environment and in a warm one. */
  readonly startSeconds: { readonly cold: number; readonly warm: number };
  readonly clock: Clock;
  readonly faults: PlatformFaults;
  readonly onLog?: (line: LogLine) => void;
}

/** The Lambda service of one account: finds functions by name or ARN, keeps their environments, throttles, and counts. */
export class LambdaService implements FunctionInvoker {
  readonly metrics = new Map<string, FunctionMetrics>();
  private readonly environments = new Map<DeployedFunction, Environments>();
  private readonly pending = new Set<Promise<unknown>>();
  private readonly admission: Admission;
  private isClosed = false;

  constructor(
    private readonly functions: readonly DeployedFunction[],
    private readonly options: LambdaOptions,
  ) {
    this.admission = new Admission(functions, options.clock, options);
  }

  /**
   * Runs a function once. All versions and aliases run the code of the template.
   *
   * @throws FunctionError if the handler or the runtime failed
   * @throws InvokeRefused if Lambda itself refuses the invocation
   * @throws UnsupportedFunction, AssetNotFound, UnresolvedIntrinsic if the code cannot run here
   */
  async invoke({ functionName, payload, caller }: InvokeRequest): Promise<InvokeResult> {
    // After close, retries never get an answer.
    if (this.isClosed) return new Promise(() => undefined);
    const target = this.find(functionName);
    const event = JSON.stringify(payload);
    const bytes = Buffer.byteLength(event);
    if (bytes > INVOCATION_BYTES) throw refusals.requestTooLarge(bytes, INVOCATION_BYTES);
    const state = caller.state === '' ? undefined : caller.state;
    const fault = this.options.faults.ofInvocation({ state, functionNames: target.names });
    return this.invokeWithFault(target, event, fault);
  }

  /** Whether an invocation is running. */
  get isBusy(): boolean {
    return this.pending.size > 0;
  }

  /** Resolves when no invocation is running. Step Functions does not stop functions when it aborts their states. */
  async idle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.environments.values()].map((environments) => environments.end()));
  }

  private async invokeWithFault(
    target: DeployedFunction,
    event: string,
    fault: InvocationFault | undefined,
  ): Promise<InvokeResult> {
    const id = randomUUID();
    switch (fault?.kind) {
      case undefined:
        return this.runToEnd(target, event, id);
      case 'throttled':
        this.metricsOf(target).throttles++;
        throw refusals.throttled();
      case 'error':
        throw refusals.refusedByRule(fault);
      case 'inactive':
        throw refusals.inactive();
      case 'duplicated':
        this.runToEnd(target, event, randomUUID()).catch(() => undefined);
        return this.runToEnd(target, event, id);
      case 'answer-lost':
        await this.runToEnd(target, event, id).catch(() => undefined);
        throw refusals.answerLost(id, fault.error);
      case 'killed':
        await this.run(target, event, id, fault.afterRequests ?? 0);
        throw refusals.killed(id, fault.error);
      case 'timed-out':
        return this.runUntilTimeout(target, event, id, fault);
    }
  }

  private async runToEnd(target: DeployedFunction, event: string, id: string): Promise<InvokeResult> {
    const answer = await this.run(target, event, id);
    if (answer === 'frozen') throw refusals.killed(id);
    return { payload: JSON.parse(answer.body) as Json, requestId: id };
  }

  /** The invocation does not answer until a time limit. */
  private async runUntilTimeout(
    target: DeployedFunction,
    event: string,
    id: string,
    { afterRequests = 0, error }: Extract<InvocationFault, { kind: 'timed-out' }>,
  ): Promise<never> {
    const { clock } = this.options;
    // The limit is always reached, so a minimum of real time is not needed.
    const limit = new Promise<void>((resolve) => clock.schedule(target.timeoutSeconds * 1000, resolve));
    await this.run(target, event, id, afterRequests);
    // The time limit of the state has to end the invocation.
    if (error === 'States.Timeout') return new Promise(() => undefined);
    await limit;
    const payload = refusals.timeLimit(id, target);
    throw error === 'Lambda.Unknown' ? refusals.unknown(payload) : new FunctionError(payload);
  }

  private run(target: DeployedFunction, event: string, id: string, freezeAfterRequests?: number): Promise<Answer> {
    const invocation = this.runIfAdmitted(target, event, id, freezeAfterRequests);
    const settled = invocation.catch(() => undefined).finally(() => this.pending.delete(settled));
    this.pending.add(settled);
    return invocation;
  }

  private async runIfAdmitted(
    target: DeployedFunction,
    event: string,
    id: string,
    freezeAfterRequests: number | undefined,
  ): Promise<Answer> {
    const environments = this.environmentsOf(target);
    const metrics = this.metricsOf(target);
    const releaseConcurrency = this.admission.enter(target, environments.isNextCold);
    if (releaseConcurrency === undefined) {
      metrics.throttles++;
      throw refusals.throttled();
    }
    const environment = environments.take();
    metrics.invocations++;
    metrics.coldStarts += environment.isCold ? 1 : 0;
    metrics.concurrency = Math.max(metrics.concurrency, environments.running);
    const elapsed = stopwatch();
    try {
      await this.sleep(this.options.startSeconds[environment.isCold ? 'cold' : 'warm']);
      return await this.invokeIn(environments, environment.id, target, { id, event, freezeAfterRequests });
    } catch (error) {
      metrics.errors++;
      throw error;
    } finally {
      environments.release(environment);
      releaseConcurrency();
      metrics.totalMs += elapsed();
      metrics.maxMs = Math.max(metrics.maxMs, elapsed());
    }
  }

  private async invokeIn(
    environments: Environments,
    environment: number,
    target: DeployedFunction,
    { id, event, freezeAfterRequests }: { id: string; event: string; freezeAfterRequests: number | undefined },
  ): Promise<Answer> {
    const { clock } = this.options;
    const limitMs = target.timeoutSeconds * 1000;
    const cancel = clock.limit(limitMs, () => environments.kill(id, refusals.timeLimit(id, target)));
    const release = clock.hold();
    try {
      const answer = await environments.invoke({
        type: 'invoke',
        id,
        environment,
        event,
        deadline: clock.deadline(limitMs),
        context: contextOf(target, id),
        ...(freezeAfterRequests !== undefined && { freezeAfterRequests }),
      });
      if (answer === 'frozen' || Buffer.byteLength(answer.body) <= INVOCATION_BYTES) return answer;
      throw new FunctionError(refusals.resultTooLarge(INVOCATION_BYTES));
    } finally {
      release();
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
    throw refusals.notFound(
      nameOrArn,
      this.functions.map((candidate) => candidate.arn),
    );
  }

  private environmentsOf(target: DeployedFunction): Environments {
    let environments = this.environments.get(target);
    if (environments === undefined) {
      const { functionName, logicalId } = { functionName: target.name, logicalId: target.logicalId };
      environments = new Environments(target, this.options.clock, {
        variables: () => variablesOf(target, this.options),
        onLog: (line) => this.options.onLog?.({ functionName, logicalId, ...line }),
      });
      this.environments.set(target, environments);
    }
    return environments;
  }

  private metricsOf(target: DeployedFunction): FunctionMetrics {
    let metrics = this.metrics.get(target.logicalId);
    if (metrics === undefined) {
      metrics = { invocations: 0, errors: 0, throttles: 0, concurrency: 0, coldStarts: 0, totalMs: 0, maxMs: 0 };
      this.metrics.set(target.logicalId, metrics);
    }
    return metrics;
  }

  private sleep(seconds: number): Promise<void> {
    if (seconds === 0) return Promise.resolve();
    return new Promise((resolve) => this.options.clock.schedule(seconds * 1000, resolve));
  }
}

function contextOf(target: DeployedFunction, id: string): Record<string, unknown> {
  return {
    functionName: target.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: target.arn,
    memoryLimitInMB: String(target.memorySize),
    logGroupName: target.logGroupName,
    logStreamName: LOG_STREAM,
    awsRequestId: id,
  };
}
