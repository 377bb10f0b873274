import { type AslDefinition } from '../asl/definition';
import { type Clock } from '../clock';
import { type EventSink } from '../event-sink';
import { type FunctionInvoker } from '../invoker';
import { type Json, type JsonObject } from '../json';
import { type WorkflowEvent } from './events';
import { type EventDetails, type Trace } from './history';
import { type ExecutionIdentity, type ExecutionRecord, type Records } from './records';
import { type Scope } from './scope';
import { type SeededRandom } from './seeded-random';

// These types refer to each other: a runtime runs strands in frames, a frame belongs to an execution, which has the runtime.

/**
 * States that run one after another: those of an execution, of a branch of a Parallel, or of an iteration of a Map. A
 * strand keeps its position, so that a redrive can continue from there.
 */
export interface Strand {
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'UNSUCCESSFUL';
  cursor: Cursor;
  /** Of a strand that succeeded. */
  output?: Json;
}

/** The state that a strand has reached. */
export interface Cursor {
  readonly state: string;
  /** The state's raw input. */
  readonly input: Json;
  /** When the state was entered, in milliseconds since 1970. A redriven state is not entered again. */
  enteredAt?: number;
  /** The progress of a Parallel or a Map. */
  progress?: Progress;
}

export type Progress =
  | { readonly kind: 'branches'; readonly strands: readonly Strand[] }
  | { readonly kind: 'iterations'; readonly strands: (Strand | undefined)[] }
  | { readonly kind: 'mapRun'; readonly mapRun: RedrivableMapRun };

/** The Map Run of a distributed Map, which the redrive of an execution continues. */
export interface RedrivableMapRun {
  redrive(frame: Frame): Promise<Json>;
}

export function newStrand(state: string, input: Json): Strand {
  return { status: 'PENDING', cursor: { state, input } };
}

/** What states use of the execution that they belong to. */
export interface RunningExecution {
  readonly identity: ExecutionIdentity;
  readonly runtime: Runtime;
  /** `$$`, without what belongs to a state or to an item of a Map. */
  readonly context: JsonObject;
  /** Names of the states entered, in order; states of Map items are left out. */
  readonly states: string[];
  /** Adds an event to the history, unless the execution has ended. */
  addEvent(previousEventId: number, type: string, details?: EventDetails): number;
}

/**
 * The place in an execution where something runs: the execution itself, an iteration of a Map, or a branch of a
 * Parallel.
 */
export interface Frame {
  readonly execution: RunningExecution;
  readonly scope: Scope;
  readonly trace: Trace;
  /** Names the place within the execution. Random values depend on it. */
  readonly path: string;
  /** Whether the states that are entered here are added to the execution's list of states. */
  readonly recordStates: boolean;
}

/** What all executions of one `LocalStepFunctions` share. */
export interface Runtime {
  readonly clock: Clock;
  readonly lambda: FunctionInvoker;
  readonly events: EventSink;
  /**
   * Calls Step Functions as an AWS SDK integration does.
   *
   * @param action as in the ARN of the integration: `listMapRuns`
   * @param roleArn the role of the state machine
   * @throws StateFailure
   */
  readonly callStepFunctions: (action: string, parameters: JsonObject, roleArn: string) => Json;
  readonly records: Records;
  readonly random: SeededRandom;
  /** Overhead of Step Functions before a state of a Standard execution, and before the first child of a Map Run. */
  readonly overheadSeconds?: { readonly state: number; readonly mapRun: number };
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Called when an execution has started, ended or been redriven. */
  readonly onStatus?: (execution: ExecutionRecord) => void;
  /** Called when an execution enters a state, before anything else of the state happens. */
  readonly onStateEntered?: (executionArn: string, state: string) => void;
  /** Ends the run with an error of this folder that no Catch may handle, for example for code that cannot run here. */
  readonly fail: (error: Error) => void;
  /** Runs the states of a strand to its end. It is passed down, because states and executions nest in each other. */
  readonly runStrand: (machine: AslDefinition, strand: Strand, frame: Frame) => Promise<Json>;
}

/** Adds an event. The next event of the frame follows it. */
export function addEvent(frame: Frame, type: string, details?: EventDetails): number {
  const id = frame.execution.addEvent(frame.trace.previous, type, details);
  frame.trace.previous = id;
  return id;
}

/** Adds an event that no other event follows. */
export function addLeafEvent(frame: Frame, type: string, details?: EventDetails): void {
  frame.execution.addEvent(frame.trace.previous, type, details);
}
