import { failureOf } from './interpreter';
import { type Json, type JsonObject } from './json';
import { HISTORY_LIMIT_CAUSE, LIMITS } from './limits';
import { type ExecutionRecord, type ExecutionStatus, type WorkflowType } from './records';
import { type Runtime } from './runtime';
import { Scope } from './scope';

export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly type: WorkflowType;
  readonly mapRunArn?: string;
}

/**
 * One execution, of a state machine or of a child of a distributed Map: its record, its history, and what can end it.
 *
 * The history is counted, not kept. Events are those of GetExecutionHistory:
 *
 * | what | events |
 * |---|---|
 * | execution | ExecutionStarted, and one at the end |
 * | any state | …StateEntered, …StateExited; a Fail state has no exit |
 * | each try of a Lambda task | LambdaFunctionScheduled, …Started, …Succeeded, …Failed or …TimedOut (Task… for lambda:invoke) |
 * | inline Map | MapStateStarted, MapStateSucceeded or …Failed; per item MapIterationStarted and …Succeeded, …Failed or …Aborted |
 * | distributed Map | MapStateStarted, MapRunStarted, MapRunSucceeded or …Failed, MapStateSucceeded or …Failed |
 * | Parallel | ParallelStateStarted, ParallelStateSucceeded or …Failed |
 */
export class Execution {
  readonly record: ExecutionRecord;
  readonly scope: Scope;
  /** `$$`, without what belongs to an item of a Map. */
  readonly context: JsonObject;
  /** Names of the states entered, in order; those of map items are left out. */
  readonly states: string[] = [];

  constructor(
    readonly identity: ExecutionIdentity,
    readonly runtime: Runtime,
    input: Json,
    parent?: Scope,
  ) {
    this.scope = new Scope(parent);
    this.record = {
      executionArn: identity.executionArn,
      name: identity.name,
      stateMachineArn: identity.stateMachineArn,
      type: identity.type,
      ...(identity.mapRunArn !== undefined && { mapRunArn: identity.mapRunArn }),
      startDate: new Date(),
      input,
      status: 'RUNNING',
      events: 0,
    };
    this.context = {
      Execution: {
        Id: identity.executionArn,
        Name: identity.name,
        Input: input,
        RoleArn: identity.roleArn,
        StartTime: this.record.startDate.toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
    };
    runtime.records.addExecution(this.record);
  }

  /** Waits for what is done in it; how it ended is in the record. */
  async run(work: () => Promise<Json>, timeoutSeconds?: number): Promise<ExecutionRecord> {
    this.count(1);
    const timer =
      timeoutSeconds !== undefined &&
      setTimeout(() => this.end('TIMED_OUT', {}), this.runtime.clock.timeoutMs(timeoutSeconds));
    try {
      this.end('SUCCEEDED', { output: await work() });
    } catch (error) {
      if (this.scope.aborted) this.end('ABORTED', {});
      else this.end('FAILED', failureOf(error));
    } finally {
      if (timer !== false) clearTimeout(timer);
      this.scope.close();
    }
    return this.record;
  }

  /** Ends the execution unless it has ended, and aborts whatever still runs in it. */
  end(status: ExecutionStatus, outcome: { output?: Json; error?: string; cause?: string }): void {
    if (this.record.status !== 'RUNNING') return;
    const { cause, ...rest } = outcome;
    Object.assign(this.record, rest, cause !== undefined && { cause: cause.slice(0, LIMITS.causeLength) });
    this.record.status = status;
    this.record.stopDate = new Date();
    this.record.events++;
    if (status !== 'SUCCEEDED') this.scope.abort();
  }

  /** Counts history events; a Standard execution fails when only the last one is left. */
  count(events: number): void {
    const { record } = this;
    if (record.status !== 'RUNNING') return;
    if (record.type === 'STANDARD' && record.events + events >= LIMITS.historyEvents) {
      record.events = LIMITS.historyEvents - 1;
      this.end('FAILED', { error: 'States.Runtime', cause: HISTORY_LIMIT_CAUSE });
      return;
    }
    record.events += events;
  }
}
