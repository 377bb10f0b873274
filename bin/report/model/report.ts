import type { CopyCost, CopyUsage } from '../../../lib/private/estimates/cost';
import type { CopyResult, PartPlan } from '../../../lib/private/protocol';
import type { LocalRun } from '../execution-data';

/** Everything that the page shows of one execution. Times are milliseconds since the start of the execution. */
export interface CopyReport {
  /** When the execution was read, milliseconds since 1970. */
  readonly readAt: number;
  readonly execution: ExecutionSummary;
  /** Absent: the execution is not of a MultipartCopyWorkflow, or it failed before Plan answered. */
  readonly copy?: CopySummary;
  /** Absent: the definition could not be read. */
  readonly graph?: Graph;
  /** Visits of the states of the execution itself, in order; those inside a Map or a Parallel are not among them. */
  readonly visits: readonly StateVisit[];
  /** Items of the Map with the most of them. Absent: no Map has started. */
  readonly parts?: Parts;
  readonly criticalPath: readonly PathStep[];
  readonly errors: readonly ErrorGroup[];
  readonly cost: ReportedCost;
  /** Absent: the execution ran on AWS. */
  readonly local?: LocalRun;
  /** What the report does not know, in sentences. */
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
  /** Milliseconds since 1970. Absent: it runs. */
  readonly stoppedAt?: number;
  /** Until its end, or until it was read. */
  readonly durationMs: number;
  readonly error?: string;
  readonly cause?: string;
  readonly redriveCount: number;
}

/** One end of a copy. */
export interface CopyEnd {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  readonly region?: string;
}

export interface CopySummary {
  /** What Plan decided. `UNKNOWN`: only the result is known. */
  readonly action: 'NOTHING' | 'RESTORE' | 'WAIT_FOR_RESTORE' | 'COPY_OBJECT' | 'COPY_PARTS' | 'UNKNOWN';
  readonly source: CopyEnd;
  readonly destination: CopyEnd;
  /** Bytes that are copied. */
  readonly bytes?: number;
  readonly storageClass: string;
  /** Where the object is copied in parts. */
  readonly plan?: PartPlan;
  /** Parts of the plan that an earlier execution has copied. Absent: none. */
  readonly reusedParts?: number;
  /** Seconds that the published model of S3 expects the other parts to take. */
  readonly expectedSeconds?: number;
  /** Output of the execution. */
  readonly result?: CopyResult;
  /** Options of the execution's input, without values that may be private. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** How a try, a state or a part ended. */
export type Outcome = 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'RUNNING';

/** One try of a Task. */
export interface Attempt {
  readonly startMs: number;
  /** Absent: it runs, or nobody knows when it ended. */
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
  /** `CAUGHT`: it failed, and a Catch led on. */
  readonly outcome: Outcome | 'CAUGHT';
  readonly error?: string;
  readonly cause?: string;
  /** Of Tasks. */
  readonly attempts: readonly Attempt[];
}

/** One item of the Map: a part of the copy. */
export interface Part {
  /** Absent: it was not read. */
  readonly number?: number;
  /** Place in the order in which the parts started, from 1. */
  readonly order: number;
  /** Name of the child execution. Absent in an inline Map. */
  readonly execution?: string;
  readonly startMs: number;
  readonly stopMs?: number;
  readonly outcome: Outcome;
  readonly error?: string;
  readonly cause?: string;
  /** Worker that it ran on, from 0: parts that did not overlap share one. */
  readonly lane: number;
  /** Exact where the number is known, else the mean. */
  readonly bytes?: number;
  /** Absent: the history of its execution was not read. */
  readonly attempts?: readonly Attempt[];
}

export interface Parts {
  /** Name of the Map state. */
  readonly map: string;
  readonly kind: 'INLINE' | 'DISTRIBUTED';
  /** Of a Distributed Map. Absent: Standard. */
  readonly childType?: 'EXPRESS';
  /** Items of the Map, those that have not started included. */
  readonly total: number;
  /** When the Map began to start parts. */
  readonly startMs: number;
  readonly maxConcurrency?: number;
  /** Parts at the same time, at most. */
  readonly lanes: number;
  /** Those that have started, in the order of their start. */
  readonly items: readonly Part[];
  /** Parts whose tries are known. */
  readonly known: number;
}

/** One step of what determined the duration. The steps do not overlap. */
export interface PathStep {
  /** `MAP`: the Map state before its first part and after its last one. */
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
  /** Tries that ended with it. */
  readonly tries: number;
  /** Parts and states that ended with it. */
  readonly final: number;
  readonly isThrottling: boolean;
  /** Where it happened first. */
  readonly where: string;
  readonly firstMs: number;
  readonly cause?: string;
}

export interface ReportedCost extends CopyCost {
  readonly usage: CopyUsage;
  /** `MEASURED`: a local run counted its requests. `DERIVED`: they follow from the history. */
  readonly requests: 'MEASURED' | 'DERIVED' | 'UNKNOWN';
  /** What the numbers assume or leave out, in sentences. */
  readonly assumptions: readonly string[];
}

export type NodeStatus = StateVisit['outcome'] | 'NOT_ENTERED';

export interface NodeOutcome {
  readonly status: NodeStatus;
  /** How often it was entered. */
  readonly visits: number;
  /** Tries beyond the first of each visit. Absent: not known of all visits. */
  readonly retries?: number;
  /** From the first entry to the last exit. Absent: it was not entered, or its times are not known. */
  readonly durationMs?: number;
  readonly error?: string;
}

export interface GraphNode {
  readonly name: string;
  readonly type: string;
  readonly comment?: string;
  readonly outcome: NodeOutcome;
  /** Item processor of a Map, or branches of a Parallel. */
  readonly inner: readonly Graph[];
}

export type EdgeKind = 'NEXT' | 'CHOICE' | 'DEFAULT' | 'CATCH';

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Whether the execution went this way. */
  readonly isTaken: boolean;
}

export interface Graph {
  readonly startAt: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}
