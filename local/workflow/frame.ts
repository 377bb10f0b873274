import { type Execution } from './execution';
import { type Scope } from './scope';

/** Where in an execution something runs: in itself, in one item of a Map, or in a branch of a Parallel. */
export interface Frame {
  readonly execution: Execution;
  readonly scope: Scope;
  /** Whether the states that are entered here belong into the execution's list of states. */
  readonly recordStates: boolean;
}
