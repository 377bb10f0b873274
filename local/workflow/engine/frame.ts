import { type Json } from '../json';
import { type Execution } from './execution';
import { type EventDetails, type Trace } from './history';
import { type MapRun } from './map-run';
import { type Scope } from './scope';

/**
 * States that run one after another: those of an execution, of a branch of a Parallel, of an iteration of a Map. It keeps
 * where it is, so that a redrive goes on from there.
 */
export interface Strand {
  status: 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'UNSUCCESSFUL';
  cursor: Cursor;
  /** Of a strand that succeeded. */
  output?: Json;
}

/** A state that a strand has come to. */
export interface Cursor {
  readonly state: string;
  /** The state's raw input. */
  readonly input: Json;
  /** When the state was entered, in milliseconds since 1970. A redriven state is not entered again. */
  enteredAt?: number;
  /** What a Parallel or a Map has got done so far. */
  progress?: Progress;
}

export type Progress =
  | { readonly kind: 'branches'; readonly strands: readonly Strand[] }
  | { readonly kind: 'iterations'; readonly strands: (Strand | undefined)[] }
  | { readonly kind: 'mapRun'; readonly mapRun: MapRun };

export function newStrand(state: string, input: Json): Strand {
  return { status: 'PENDING', cursor: { state, input } };
}

/** Where in an execution something runs: in itself, in an iteration of a Map, or in a branch of a Parallel. */
export interface Frame {
  readonly execution: Execution;
  readonly scope: Scope;
  readonly trace: Trace;
  /** Names the place within the execution: what happens by chance there depends on it. */
  readonly path: string;
  /** Whether the states that are entered here belong into the execution's list of states. */
  readonly recordStates: boolean;
}

/** Adds an event that the next one of the frame follows. */
export function addEvent(frame: Frame, type: string, details?: EventDetails): number {
  const id = frame.execution.addEvent(frame.trace.previous, type, details);
  frame.trace.previous = id;
  return id;
}

/** Adds an event that nothing follows. */
export function noteEvent(frame: Frame, type: string, details?: EventDetails): void {
  frame.execution.addEvent(frame.trace.previous, type, details);
}
