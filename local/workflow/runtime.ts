import { type Clock } from './clock';
import { type WorkflowEvent } from './events';
import { type LambdaService } from './lambda';
import { type Records } from './records';

/** What all executions of one run share. */
export interface Runtime {
  readonly clock: Clock;
  readonly lambda: LambdaService;
  readonly records: Records;
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Ends the run with an error of this folder, which no Catch may hide: code that cannot run here, say. */
  readonly fail: (error: Error) => void;
}
