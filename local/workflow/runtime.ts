import { type Clock } from './clock';
import { type CompiledMachine } from './compile';
import { type WorkflowEvent } from './events';
import { type Frame } from './frame';
import { type Json } from './json';
import { type LambdaService } from './lambda';
import { type Records } from './records';

/** What all executions of one run share. */
export interface Runtime {
  readonly clock: Clock;
  readonly lambda: LambdaService;
  readonly records: Records;
  /** Runs a machine, or a part of one, within an execution. Given here, since Maps and executions nest in each other. */
  readonly runMachine: (machine: CompiledMachine, input: Json, frame: Frame) => Promise<Json>;
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Ends the run with an error of this folder, which no Catch may hide: code that cannot run here, say. */
  readonly fail: (error: Error) => void;
}
