import type { CopyCost, CopyUsage } from '../../../lib/private/estimates/cost';
import type { CopyResult, PartPlan } from '../../../lib/private/protocol';
import type { LocalRun } from '../execution-data';

/** All data that the page shows about one execution. Times are milliseconds since the start of the execution. */
export interface CopyReport {
  /** Time at which the execution was read, in milliseconds since 1970. */
  readonly readAt: number;
  readonly execution: ExecutionSummary;
  /** Absent if the state machine is not a MultipartCopyWorkflow, or the execution failed before Plan succeeded. */
  readonly copy?: CopySummary;
  /** Absent if the definition could not be read. */
  readonly graph?: Graph;
  /** Visits of the states of the execution itself, in order, without states inside a Map or a Parallel. */
  readonly visits: readonly StateVisit[];
  /** Items of the Map that has the most items. Absent if no Map has started. */
  readonly parts?: Parts;
  readonly criticalPath: readonly PathStep[];
  readonly errors: readonly ErrorGroup[];
  readonly cost: ReportedCost;
  /** Absent if the execution ran on AWS. */
  readonly local?: LocalRun;
  /** Sentences about the limits of the report. */
  readonly notes: readonly string[];
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

export interface ExecutionSummary {
  readonly arn: string;
  readonly name: string;
  /** Name of the state machine. */
  readonly stateMachine: string;
  readonly region: string;
  readonly account: string;
  readonly status: ExecutionStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds since 1970. Absent if it is running. */
  readonly stoppedAt?: number;
  /** Until its end, or until the time at which it was read. */
  readonly durationMs: number;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
}

/** The source or the destination of a copy. */
export interface CopyEnd {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly region?: string;
}

export interface CopySummary {
  /** The decision of Plan. `UNKNOWN` if only the result is known. */
  readonly action: 'NOTHING' | 'RESTORE' | 'WAIT_FOR_RESTORE' | 'COPY_OBJECT' | 'COPY_PARTS' | 'UNKNOWN';
  readonly source: CopyEnd;
  readonly destination: CopyEnd;
  /** Number of bytes that are copied. */
  readonly bytes?: number;
  readonly storageClass: string;
  /** Present if the object is copied in parts. */
  readonly plan?: PartPlan;
  /** Number of parts of the plan that an earlier execution has copied. Absent if there are none. */
  readonly reusedParts?: number;
  /** Expected seconds for the other parts, by the published model of S3. */
  readonly expectedSeconds?: number;
  /** Output of the execution. */
  readonly result?: CopyResult;
  /** Options of the execution's input, without values that may be private. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** The outcome of an attempt, a state or a part. */
export type Outcome = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'RUNNING';

/** One attempt of a Task. */
export interface Attempt {
  readonly startMs: number;
  /** Absent if it is running, or its end is not known. */
  readonly stopMs?: number;
  readonly outcome: Outcome;
  readonly error?: string;
  readonly cause?: string;
}

export interface StateVisit {
  readonly state: string;
  readonly type: string;
  readonly enteredMs: number;
  readonly exitedMs?: number;
  /** `CAUGHT` if it failed and a Catch handled the error. */
  readonly outcome: Outcome | 'CAUGHT';
  readonly error?: string;
  readonly cause?: string;
  /** Empty for other states than Tasks. */
  readonly attempts: readonly Attempt[];
}

/** One item of the Map: a part of the copy. */
export interface Part {
  /** Absent if it was not read. */
  readonly number?: number;
  /** Position in the order in which the parts started, from 1. */
  readonly order: number;
  /** Name of the child execution. Absent for an inline Map. */
  readonly execution?: string;
  readonly startMs: number;
  readonly stopMs?: number;
  readonly outcome: Outcome;
  readonly error?: string;
  readonly cause?: string;
  /** Index of the worker on which it ran, from 0. Parts that did not overlap may share one. */
  readonly lane: number;
  /** Exact if the number is known, otherwise the mean. */
  readonly bytes?: number;
  /** Absent if the history of its execution was not read. */
  readonly attempts?: readonly Attempt[];
}

export interface Parts {
  /** Name of the Map state. */
  readonly map: string;
  readonly kind: 'INLINE' | 'DISTRIBUTED';
  /** Type of the children of a Distributed Map. Absent for Standard. */
  readonly childType?: 'EXPRESS';
  /** Number of items of the Map, including those that have not started. */
  readonly total: number;
  /** Time at which the Map began to start parts. */
  readonly startMs: number;
  readonly maxConcurrency?: number;
  /** Maximum number of parts at the same time. */
  readonly lanes: number;
  /** The parts that have started, in the order of their start. */
  readonly items: readonly Part[];
  /** Number of parts whose attempts are known. */
  readonly known: number;
}

/** One step of the critical path, which determined the duration. The steps do not overlap. */
export interface PathStep {
  /** `MAP` is the time of the Map state before its first part and after its last one. */
  readonly kind: 'STATE' | 'MAP' | 'PART' | 'DISPATCH' | 'BETWEEN';
  readonly label: string;
  readonly startMs: number;
  readonly stopMs: number;
  /** Index into `Parts.items`. */
  readonly part?: number;
  readonly note?: string;
}

export interface ErrorGroup {
  readonly error: string;
  /** Number of attempts that ended with it. */
  readonly tries: number;
  /** Number of parts and states that ended with it. */
  readonly final: number;
  readonly isThrottling: boolean;
  /** The state or part in which it happened first. */
  readonly where: string;
  readonly firstMs: number;
  readonly cause?: string;
}

export interface ReportedCost extends CopyCost {
  readonly usage: CopyUsage;
  /** `MEASURED` if a local run counted its requests, `DERIVED` if they are derived from the history. */
  readonly requests: 'MEASURED' | 'DERIVED' | 'UNKNOWN';
  /** Sentences about the assumptions of the numbers, and what they do not include. */
  readonly assumptions: readonly string[];
}

export type NodeStatus = StateVisit['outcome'] | 'NOT_ENTERED';

export interface NodeOutcome {
  readonly status: NodeStatus;
  /** Number of times that it was entered. */
  readonly visits: number;
  /** Number of attempts after the first of each visit. Absent if they are not known for all visits. */
  readonly retries?: number;
  /** From the first entry to the last exit. Absent if the state was not entered, or its times are not known. */
  readonly durationMs?: number;
  readonly error?: string;
}

export interface GraphNode {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
  readonly outcome: NodeOutcome;
  /** The item processor of a Map, or the branches of a Parallel. */
  readonly inner: readonly Graph[];
}

export type EdgeKind = 'NEXT' | 'CHOICE' | 'DEFAULT' | 'CATCH';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Whether the execution took this transition. */
  readonly isTaken: boolean;
}

export interface Graph {
  readonly startAt: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
