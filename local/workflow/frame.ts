import { type CompiledMachine } from './compile';
import { type Execution } from './execution';
import { type Json } from './json';
import { type ExecutionRecord } from './records';
import { type Scope } from './scope';

/** Runs a machine, or a part of one, within an execution. */
export type RunMachine = (machine: CompiledMachine, input: Json, frame: Frame) => Promise<Json>;

/** Where in an execution something runs: in itself, in one item of a Map, or in a branch of a Parallel. */
export interface Frame {
  readonly execution: Execution;
  readonly scope: Scope;
  /** Whether the states that are entered here belong into the execution's list of states. */
  readonly recordStates: boolean;
  /** Handed down, since Maps and executions nest in each other. */
  readonly runMachine: RunMachine;
}

/** Runs an execution to its end; how it ended is in the record. */
export function runExecution(
  execution: Execution,
  machine: CompiledMachine,
  runMachine: RunMachine,
  timeoutSeconds?: number,
): Promise<ExecutionRecord> {
  const { scope, identity, record } = execution;
  const frame: Frame = { execution, scope, recordStates: identity.mapRunArn === undefined, runMachine };
  return execution.run(() => runMachine(machine, record.input, frame), timeoutSeconds);
}
