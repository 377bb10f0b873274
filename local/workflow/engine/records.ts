import { type WorkflowType } from '../asl/definition';
import { type Json } from '../json';
import { type HistoryEvent } from './history';

export type { WorkflowType };
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
export type MapRunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** The names of an execution, and the resources that it belongs to. */
export interface ExecutionIdentity {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly roleArn: string;
  readonly type: WorkflowType;
  readonly mapRunArn?: string;
  /** Seed of the random values of the execution. */
  readonly path: string;
}

/** One execution as DescribeExecution returns it. */
export interface ExecutionRecord {
  readonly executionArn: string;
  readonly name: string;
  readonly stateMachineArn: string;
  readonly type: WorkflowType;
  /** Of a child of a distributed Map. */
  readonly mapRunArn?: string;
  readonly startDate: Date;
  readonly input: Json;
  status: ExecutionStatus;
  stopDate?: Date;
  output?: Json;
  error?: string;
  cause?: string;
  redriveCount: number;
  redriveDate?: Date;
  /** The record before each change, for eventually consistent reads; the oldest first. */
  readonly past: readonly PastRecord[];
  /** Events of the history, counted as Step Functions writes them. */
  readonly eventCount: number;
  readonly history: readonly HistoryEvent[];
}

export interface PastRecord {
  /** The end of this state, in milliseconds since 1970. */
  readonly until: number;
  readonly status: ExecutionStatus;
  readonly stopDate?: Date;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
  readonly redriveDate?: Date;
}

/** One Map Run as DescribeMapRun returns it. */
export interface MapRunRecord {
  readonly mapRunArn: string;
  /** The execution that holds the Map. */
  readonly executionArn: string;
  /** `…:stateMachine:name/label`: the name of the children's state machine. */
  readonly stateMachineArn: string;
  /** Name of the Map state. */
  readonly state: string;
  readonly type: WorkflowType;
  readonly startDate: Date;
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  readonly toleratedFailurePercentage: number;
  readonly counts: MapRunCounts;
  status: MapRunStatus;
  stopDate?: Date;
  redriveCount: number;
  redriveDate?: Date;
}

export interface MapRunCounts {
  readonly total: number;
  pending: number;
  running: number;
  succeeded: number;
  failed: number;
  timedOut: number;
  aborted: number;
}

/** Every execution and Map Run of one `LocalStepFunctions`, in the order in which they started. */
export class Records {
  private readonly byArn = new Map<string, ExecutionRecord>();
  private readonly mapRuns = new Map<string, MapRunRecord>();
  /** Children by Map Run and executions by state machine, so that lists of 10,000 need not be searched. */
  private readonly byOwner = new Map<string, ExecutionRecord[]>();

  addExecution(record: ExecutionRecord): void {
    this.byArn.set(record.executionArn, record);
    const owner = record.mapRunArn ?? record.stateMachineArn;
    const list = this.byOwner.get(owner);
    if (list === undefined) this.byOwner.set(owner, [record]);
    else list.push(record);
  }

  addMapRun(record: MapRunRecord): void {
    this.mapRuns.set(record.mapRunArn, record);
  }

  execution(arn: string): ExecutionRecord | undefined {
    return this.byArn.get(arn);
  }

  mapRun(arn: string): MapRunRecord | undefined {
    return this.mapRuns.get(arn);
  }

  /** @param owner ARN of a Map Run or of a state machine */
  executionsOf(owner: string): readonly ExecutionRecord[] {
    return this.byOwner.get(owner) ?? [];
  }

  mapRunsOf(executionArn: string): readonly MapRunRecord[] {
    return [...this.mapRuns.values()].filter((run) => run.executionArn === executionArn);
  }
}
