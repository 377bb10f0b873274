import { randomUUID } from 'node:crypto';
import { type MapTask } from './compile';
import { Execution, type ExecutionIdentity } from './execution';
import { type Frame, runExecution } from './frame';
import { StateFailure, unwrap } from './interpreter';
import { stableUuid, type Json } from './json';
import { dataLimitExceeded, exceedsPayload, LIMITS } from './limits';
import { itemInput, type MapInput } from './map-input';
import { type ExecutionRecord, type MapRunRecord } from './records';
import { Aborted, Scope } from './scope';

/** A distributed Map: a Map Run whose items are executions of their own. */
export async function runDistributedMap(task: MapTask, map: MapInput, frame: Frame): Promise<Json> {
  const { execution } = frame;
  execution.count(2);
  const mapRun = new MapRun(task, map, frame);
  const outputs = await mapRun.run().finally(() => execution.count(2));
  if (exceedsPayload(outputs)) throw dataLimitExceeded(task.stateName, task.catchesDataLimit);
  return outputs;
}

class MapRun {
  private readonly record: MapRunRecord;
  private readonly scope: Scope;
  private readonly outputs: (Json | undefined)[];
  private readonly limit: number;
  private readonly running = new Set<Promise<void>>();
  private failure: { readonly error: unknown } | undefined;
  private wakeUp: (() => void) | undefined;

  constructor(
    private readonly task: MapTask,
    private readonly map: MapInput,
    private readonly frame: Frame,
  ) {
    const { identity, runtime } = frame.execution;
    // Step Functions makes a label up where the Map has none; its form is a UUID.
    const label = task.label ?? stableUuid(`${identity.stateMachineArn}/${task.stateName}`);
    const total = map.items.length;
    this.record = {
      mapRunArn: `${arnOf(identity.stateMachineArn, 'mapRun')}/${label}:${randomUUID()}`,
      executionArn: identity.executionArn,
      stateMachineArn: `${identity.stateMachineArn}/${label}`,
      state: task.stateName,
      type: task.executionType,
      startDate: new Date(),
      maxConcurrency: map.maxConcurrency,
      toleratedFailureCount: map.toleratedFailureCount ?? 0,
      toleratedFailurePercentage: map.toleratedFailurePercentage ?? 0,
      counts: { total, pending: total, running: 0, succeeded: 0, failed: 0, timedOut: 0, aborted: 0 },
      status: 'RUNNING',
    };
    runtime.records.addMapRun(this.record);
    this.scope = new Scope(frame.scope);
    this.outputs = new Array<Json | undefined>(total).fill(undefined);
    this.limit = Math.min(map.maxConcurrency || LIMITS.distributedMapConcurrency, LIMITS.distributedMapConcurrency);
  }

  /** Resolves to the outputs of the children that succeeded, in the order of the items. */
  async run(): Promise<Json> {
    this.tell();
    try {
      await this.dispatch();
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
    } finally {
      await Promise.all(this.running);
      this.scope.close();
    }
    this.record.stopDate = new Date();
    if (this.frame.scope.aborted) {
      this.record.status = 'ABORTED';
      throw new Aborted();
    }
    this.record.status = this.failure === undefined ? 'SUCCEEDED' : 'FAILED';
    if (this.failure !== undefined) throw this.failure.error;
    return this.outputs.filter((output) => output !== undefined);
  }

  /** Starts children as fast as Step Functions does, and no more than may run at once. */
  private async dispatch(): Promise<void> {
    const { clock } = this.frame.execution.runtime;
    const rate = new DispatchRate(LIMITS.dispatchPerSecond[this.record.type] * clock.timeScale);
    let next = 0;
    while (next < this.map.items.length && !this.scope.aborted) {
      if (this.running.size >= this.limit) {
        await this.scope.race(new Promise<void>((resolve) => (this.wakeUp = resolve)));
        continue;
      }
      const waitMs = rate.take();
      if (waitMs > 0) {
        await this.scope.sleep(waitMs);
        continue;
      }
      this.start(next++);
    }
  }

  private start(index: number): void {
    this.record.counts.pending--;
    this.record.counts.running++;
    const child = this.runChild(index).finally(() => {
      this.running.delete(child);
      this.wakeUp?.();
    });
    this.running.add(child);
  }

  private async runChild(index: number): Promise<void> {
    const { execution } = this.frame;
    try {
      const input = await itemInput(this.task, this.map, index, execution.context);
      const child = new Execution(this.identityOfChild(), execution.runtime, input, this.scope);
      if (exceedsPayload(input)) {
        const { name, message } = dataLimitExceeded(this.task.stateName, false);
        child.end('FAILED', { error: name, cause: message });
      } else {
        const timeoutSeconds = this.record.type === 'EXPRESS' ? LIMITS.expressSeconds : undefined;
        await runExecution(child, this.task.processor, this.frame.runMachine, timeoutSeconds);
      }
      this.finish(index, child.record);
    } catch (error) {
      // ItemSelector could not be evaluated: there is no child, and the Map itself has failed.
      this.record.counts.failed++;
      this.fail(unwrap(error));
    }
    this.record.counts.running--;
    this.checkThreshold();
    this.tell();
  }

  private finish(index: number, child: ExecutionRecord): void {
    const { counts } = this.record;
    switch (child.status) {
      case 'SUCCEEDED':
        counts.succeeded++;
        this.outputs[index] = child.output ?? null;
        return;
      case 'TIMED_OUT':
        counts.timedOut++;
        return;
      case 'ABORTED':
        counts.aborted++;
        return;
      default:
        counts.failed++;
    }
  }

  /** Either threshold that was given counts; without any, the first failure is one too many. */
  private checkThreshold(): void {
    const { counts } = this.record;
    const failed = counts.failed + counts.timedOut;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.map;
    const byCount = count !== undefined && failed > count;
    const byPercentage = percentage !== undefined && (failed / counts.total) * 100 > percentage;
    const byDefault = count === undefined && percentage === undefined && failed > 0;
    if (!byCount && !byPercentage && !byDefault) return;
    this.fail(
      new StateFailure(
        'States.ExceedToleratedFailureThreshold',
        'The specified tolerated failure threshold was exceeded',
      ),
    );
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.scope.abort();
  }

  private identityOfChild(): ExecutionIdentity {
    const { identity } = this.frame.execution;
    const name = randomUUID();
    return {
      executionArn: `${arnOf(this.record.stateMachineArn, 'execution')}:${name}`,
      name,
      stateMachineArn: this.record.stateMachineArn,
      stateMachineName: this.record.stateMachineArn.split(':').at(-1) ?? '',
      roleArn: identity.roleArn,
      type: this.record.type,
      mapRunArn: this.record.mapRunArn,
    };
  }

  private tell(): void {
    const { counts } = this.record;
    this.frame.execution.runtime.onEvent({
      type: 'MapProgress',
      executionArn: this.record.executionArn,
      mapRunArn: this.record.mapRunArn,
      state: this.task.stateName,
      total: counts.total,
      done: counts.succeeded + counts.failed + counts.timedOut + counts.aborted,
      running: counts.running,
      failed: counts.failed + counts.timedOut,
    });
  }
}

/** A token bucket, small enough that a pause does not turn into a burst. */
class DispatchRate {
  private readonly capacity: number;
  private tokens = 1;
  private last = performance.now();

  constructor(private readonly perSecond: number) {
    this.capacity = Math.min(Math.max(1, perSecond / 20), 100);
  }

  /** Takes one token, or says in how many milliseconds there is one. */
  take(): number {
    const now = performance.now();
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.last) * this.perSecond) / 1000);
    this.last = now;
    if (this.tokens < 1) return ((1 - this.tokens) * 1000) / this.perSecond;
    this.tokens--;
    return 0;
  }
}

function arnOf(stateMachineArn: string, resource: 'mapRun' | 'execution'): string {
  return stateMachineArn.replace(':stateMachine:', `:${resource}:`);
}
