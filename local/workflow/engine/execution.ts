import { type AslDefinition } from '../asl/definition';
import { failureOf, type StateFailure } from '../asl/failure';
import { type Cancel } from '../clock';
import { type Json, type JsonObject } from '../json';
import { newStrand, type Frame, type RunningExecution, type Runtime } from './frame';
import { History, type EventDetails, type Trace } from './history';
import { HISTORY_LIMIT_CAUSE, LIMITS } from './limits';
import { type ExecutionIdentity, type ExecutionRecord, type ExecutionStatus, type PastRecord } from './records';
import { Aborted, Scope } from './scope';

/** How an execution ended. */
export interface Outcome {
  readonly output?: Json;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

type MutableRecord = { -readonly [K in keyof ExecutionRecord]: ExecutionRecord[K] };

/**
 * One execution, of a state machine or of a child of a distributed Map: its record, its history, and the ways in which
 * it can end.
 */
export class Execution implements RunningExecution {
  readonly record: ExecutionRecord;
  readonly context: JsonObject;
  readonly states: string[] = [];
  private readonly mutable: MutableRecord;
  private readonly past: PastRecord[] = [];
  private readonly history: History;
  private readonly strand;
  private readonly trace: Trace = { previous: 0 };
  private scope: Scope;
  /** Settles when everything that was running has ended. */
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    readonly identity: ExecutionIdentity,
    readonly runtime: Runtime,
    private readonly machine: AslDefinition,
    input: Json,
    parent?: Scope,
  ) {
    const { clock, records } = runtime;
    this.scope = new Scope(parent);
    this.strand = newStrand(machine.StartAt, input);
    this.history = new History(clock, identity.type === 'STANDARD');
    const { history } = this;
    this.mutable = {
      executionArn: identity.executionArn,
      name: identity.name,
      stateMachineArn: identity.stateMachineArn,
      type: identity.type,
      ...(identity.mapRunArn !== undefined && { mapRunArn: identity.mapRunArn }),
      startDate: new Date(clock.now()),
      input,
      status: 'RUNNING',
      redriveCount: 0,
      past: this.past,
      get eventCount() {
        return history.length;
      },
      history: history.events,
    };
    this.record = this.mutable;
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
    this.history.add(0, 'ExecutionStarted', { input, roleArn: identity.roleArn });
    records.addExecution(this.record);
  }

  /** Runs the execution to its end. The record says how it ended. */
  run(): Promise<ExecutionRecord> {
    this.runtime.onStatus?.(this.record);
    const run = this.runStrand();
    this.running = run;
    return run;
  }

  private async runStrand(): Promise<ExecutionRecord> {
    const { identity, runtime, strand, scope } = this;
    const cancelTimeout = this.limitTime();
    const frame: Frame = {
      execution: this,
      scope,
      trace: this.trace,
      path: identity.path,
      recordStates: identity.mapRunArn === undefined,
    };
    try {
      this.end('SUCCEEDED', { output: await runtime.runStrand(this.machine, strand, frame) });
    } catch (error) {
      // If the scope of the execution itself was aborted, the execution has already been ended; a parent that aborts
      // its scope does not do this.
      if (!(error instanceof Aborted)) this.endFailed(failureOf(error));
      else if (this.scope === scope) this.end('ABORTED', {});
    } finally {
      cancelTimeout();
      scope.close();
    }
    return this.record;
  }

  /**
   * Continues from the states that did not succeed, with their inputs. The caller has checked that the execution can be
   * redriven.
   *
   * @param parent scope of the Map Run, for a child of a Map Run that is redriven
   */
  redrive(parent?: Scope): Promise<ExecutionRecord> {
    const { mutable, runtime, running } = this;
    this.savePastRecord();
    mutable.status = 'RUNNING';
    delete mutable.stopDate;
    delete mutable.error;
    delete mutable.cause;
    mutable.redriveCount++;
    mutable.redriveDate = new Date(runtime.clock.now());
    Object.assign(this.context.Execution as JsonObject, {
      RedriveCount: mutable.redriveCount,
      RedriveTime: mutable.redriveDate.toISOString(),
    });
    this.scope = new Scope(parent);
    this.trace.previous = this.addEvent(this.trace.previous, 'ExecutionRedriven', {
      redriveCount: mutable.redriveCount,
    });
    runtime.onStatus?.(this.record);
    // Everything that was stopped has to end first.
    const run = running.then(() => this.runStrand());
    this.running = run;
    return run;
  }

  /** Ends the execution unless it has ended, and aborts everything that still runs in it. */
  end(status: Exclude<ExecutionStatus, 'RUNNING'>, outcome: Outcome): void {
    const { mutable } = this;
    if (mutable.status !== 'RUNNING') return;
    const { output, error, cause } = outcome;
    const details = {
      ...(output !== undefined && { output }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause: cause.slice(0, LIMITS.causeLength) }),
    };
    this.savePastRecord();
    this.trace.previous = this.history.add(this.trace.previous, TERMINAL_EVENTS[status], details);
    Object.assign(mutable, details, { status, stopDate: new Date(this.runtime.clock.now()) });
    if (status !== 'SUCCEEDED') this.scope.abort();
    this.runtime.onStatus?.(this.record);
  }

  /** A Standard execution ends when only one event is left. */
  addEvent(previousEventId: number, type: string, details?: EventDetails): number {
    const { record, history } = this;
    if (record.status !== 'RUNNING') return previousEventId;
    if (record.type === 'STANDARD' && history.length >= LIMITS.historyEvents - 1) {
      this.end('FAILED', { error: 'States.Runtime', cause: HISTORY_LIMIT_CAUSE });
      return previousEventId;
    }
    return history.add(previousEventId, type, details);
  }

  private endFailed({ error, reason }: StateFailure): void {
    this.end('FAILED', { error, cause: reason });
  }

  /** Starts the timer of TimeoutSeconds, or of five minutes for Express. A redrive starts it again. */
  private limitTime(): Cancel {
    const own = this.machine.TimeoutSeconds;
    const seconds =
      this.identity.type === 'EXPRESS' ? Math.min(own ?? LIMITS.expressSeconds, LIMITS.expressSeconds) : own;
    if (seconds === undefined) return () => undefined;
    return this.runtime.clock.limit(seconds * 1000, () => this.end('TIMED_OUT', {}));
  }

  private savePastRecord(): void {
    const { status, stopDate, error, cause, redriveCount, redriveDate } = this.record;
    this.past.push({
      until: this.runtime.clock.now(),
      status,
      redriveCount,
      ...(stopDate && { stopDate }),
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
      ...(redriveDate && { redriveDate }),
    });
  }
}

const TERMINAL_EVENTS = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;
