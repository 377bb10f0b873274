import { childType, processorOf, type AslDefinition } from '../asl/definition';
import { dataLimitExceeded, failureOf, runtimeFailure, StateFailure } from '../asl/failure';
import { asString, stableUuid, type Json } from '../json';
import { DispatchRate } from './dispatch-rate';
import { Execution } from './execution';
import { addEvent, type Frame, type RedrivableMapRun } from './frame';
import { exceedsPayload, LIMITS } from './limits';
import { type MapInput } from './map-input';
import { type ExecutionRecord, type MapRunRecord } from './records';
import { Aborted, Scope } from './scope';

/** A Map Run: runs the items of a distributed Map, each in an execution of its own. */
export class MapRun implements RedrivableMapRun {
  private readonly record: MapRunRecord;
  private readonly processor: AslDefinition;
  private readonly children: (Execution | undefined)[];
  private readonly running = new Set<Promise<void>>();
  private readonly concurrency: number;
  private readonly path: string;
  private scope = new Scope();
  private failure: StateFailure | undefined;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly map: MapInput) {
    const { items, visit, maxConcurrency } = map;
    const { name, state, frame } = visit;
    const { identity, runtime } = frame.execution;
    this.processor = processorOf(state);
    this.path = `${frame.path}/${name}`;
    this.children = new Array<Execution | undefined>(items.length).fill(undefined);
    this.concurrency = Math.min(maxConcurrency || LIMITS.distributedMapConcurrency, LIMITS.distributedMapConcurrency);
    // If the Map has no label, Step Functions generates one, in the form of a UUID.
    const label = asString(state.Label) ?? stableUuid(`${identity.stateMachineArn}/${name}`);
    const ordinal = runtime.records.mapRunsOf(identity.executionArn).length;
    const id = stableUuid(runtime.random.seedOf(`map-run/${this.path}/${ordinal}`));
    this.record = {
      mapRunArn: `${arnOf(identity.stateMachineArn, 'mapRun')}/${label}:${id}`,
      executionArn: identity.executionArn,
      stateMachineArn: `${identity.stateMachineArn}/${label}`,
      state: name,
      type: childType(state),
      startDate: new Date(runtime.clock.now()),
      maxConcurrency,
      toleratedFailureCount: map.toleratedFailureCount ?? 0,
      toleratedFailurePercentage: map.toleratedFailurePercentage ?? 0,
      counts: {
        total: items.length,
        pending: items.length,
        running: 0,
        succeeded: 0,
        failed: 0,
        timedOut: 0,
        aborted: 0,
      },
      status: 'RUNNING',
      redriveCount: 0,
    };
    runtime.records.addMapRun(this.record);
  }

  /** Resolves to the outputs of the children that succeeded, in the order of the items. */
  run(frame: Frame): Promise<Json> {
    addEvent(frame, 'MapRunStarted', { mapRunArn: this.record.mapRunArn });
    return this.work(frame);
  }

  /** Runs the children that did not succeed again. Standard children continue, Express children are started again. */
  redrive(frame: Frame): Promise<Json> {
    const { record } = this;
    const { counts, mapRunArn } = record;
    if (record.redriveCount >= LIMITS.mapRunRedrives) {
      throw runtimeFailure(`The Map Run was redriven ${LIMITS.mapRunRedrives} times, which is the maximum.`);
    }
    record.redriveCount++;
    record.redriveDate = new Date(frame.execution.runtime.clock.now());
    record.status = 'RUNNING';
    delete record.stopDate;
    counts.pending = counts.total - counts.succeeded;
    counts.failed = counts.timedOut = counts.aborted = 0;
    this.failure = undefined;
    addEvent(frame, 'MapRunRedriven', { mapRunArn, redriveCount: record.redriveCount });
    return this.work(frame);
  }

  private async work(frame: Frame): Promise<Json> {
    const { record } = this;
    this.scope = new Scope(frame.scope);
    this.reportProgress();
    try {
      await this.dispatch();
    } catch (error) {
      if (!(error instanceof Aborted)) throw error;
    } finally {
      await Promise.all(this.running);
      this.scope.close();
    }
    record.stopDate = new Date(frame.execution.runtime.clock.now());
    if (frame.scope.aborted) {
      record.status = 'ABORTED';
      addEvent(frame, 'MapRunAborted');
      throw new Aborted();
    }
    if (this.failure !== undefined) {
      record.status = 'FAILED';
      const { error, reason } = this.failure;
      addEvent(frame, 'MapRunFailed', { error, cause: reason });
      throw this.failure;
    }
    record.status = 'SUCCEEDED';
    addEvent(frame, 'MapRunSucceeded');
    return this.children.flatMap((child) =>
      child?.record.status === 'SUCCEEDED' ? [child.record.output ?? null] : [],
    );
  }

  /** Starts children as fast as Step Functions does, within the maximum concurrency. */
  private async dispatch(): Promise<void> {
    const { clock, overheadSeconds: { mapRun = 0 } = {} } = this.map.visit.frame.execution.runtime;
    if (mapRun > 0) await this.scope.sleep(clock, mapRun * 1000);
    const rate = new DispatchRate(clock, LIMITS.dispatchPerSecond[this.record.type]);
    const left = [...this.children.keys()].filter((index) => this.children[index]?.record.status !== 'SUCCEEDED');
    for (let next = 0; next < left.length && !this.scope.aborted;) {
      if (this.running.size >= this.concurrency) {
        await this.scope.race(new Promise<void>((resolve) => (this.wakeUp = resolve)));
        continue;
      }
      const waitMs = rate.take();
      if (waitMs > 0) await this.scope.sleep(clock, waitMs);
      else this.start(left[next++] as number);
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
    try {
      const known = this.record.type === 'STANDARD' ? this.children[index] : undefined;
      const child = known ?? this.newChild(index);
      this.children[index] = child;
      this.finish(await this.runOnce(child, known !== undefined));
    } catch (error) {
      // ItemSelector could not be evaluated. There is no child, and the Map itself has failed.
      this.record.counts.failed++;
      this.fail(failureOf(error));
    }
    this.record.counts.running--;
    this.checkThreshold();
    this.reportProgress();
  }

  private newChild(index: number): Execution {
    const { identity, runtime } = this.map.visit.frame.execution;
    const input = this.map.itemInput(index);
    const path = `${this.path}[${index}]`;
    const name = stableUuid(
      runtime.random.seedOf(`child/${path}/${this.record.mapRunArn}/${this.record.redriveCount}`),
    );
    return new Execution(
      {
        executionArn: `${arnOf(this.record.stateMachineArn, 'execution')}:${name}`,
        name,
        stateMachineArn: this.record.stateMachineArn,
        stateMachineName: this.record.stateMachineArn.split(':').at(-1) ?? '',
        roleArn: identity.roleArn,
        type: this.record.type,
        mapRunArn: this.record.mapRunArn,
        path,
      },
      runtime,
      this.processor,
      input,
      this.scope,
    );
  }

  private async runOnce(child: Execution, isKnown: boolean): Promise<ExecutionRecord> {
    if (!exceedsPayload(child.record.input)) return isKnown ? child.redrive(this.scope) : child.run();
    const { name, message } = dataLimitExceeded(this.record.state);
    child.end('FAILED', { error: name, cause: message });
    return child.record;
  }

  private finish({ status }: ExecutionRecord): void {
    const { counts } = this.record;
    if (status === 'SUCCEEDED') counts.succeeded++;
    else if (status === 'TIMED_OUT') counts.timedOut++;
    else if (status === 'ABORTED') counts.aborted++;
    else counts.failed++;
  }

  /** Each threshold that is set applies. Without a threshold, the first failure fails the Map Run. */
  private checkThreshold(): void {
    const { counts } = this.record;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.map;
    const failed = counts.failed + counts.timedOut;
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

  private fail(failure: StateFailure): void {
    this.failure ??= failure;
    this.scope.abort();
  }

  private reportProgress(): void {
    const { counts, executionArn, mapRunArn, state } = this.record;
    this.map.visit.frame.execution.runtime.onEvent({
      type: 'MapProgress',
      executionArn,
      mapRunArn,
      state,
      total: counts.total,
      done: counts.succeeded + counts.failed + counts.timedOut + counts.aborted,
      running: counts.running,
      failed: counts.failed + counts.timedOut,
    });
  }
}

function arnOf(stateMachineArn: string, resource: 'mapRun' | 'execution'): string {
  return stateMachineArn.replace(':stateMachine:', `:${resource}:`);
}
