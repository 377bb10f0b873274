import { type AslDefinition } from '../asl/definition';
import { type Clock } from '../clock';
import { type EventSink } from '../event-sink';
import { type FunctionInvoker } from '../invoker';
import { type Json, type JsonObject } from '../json';
import { fractionOf } from '../random';
import { type WorkflowEvent } from './events';
import { type Frame, type Strand } from './frame';
import { type ExecutionRecord, type Records } from './records';

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
  readonly chance: Chance;
  /** What Step Functions takes before a state of a Standard execution, and before the first child of a Map Run. */
  readonly overheadSeconds?: { readonly state: number; readonly mapRun: number };
  readonly onEvent: (event: WorkflowEvent) => void;
  /** Called when an execution has started, ended or been redriven. */
  readonly onStatus?: (execution: ExecutionRecord) => void;
  /** Called when an execution enters a state, before anything else of the state happens. */
  readonly onStateEntered?: (executionArn: string, state: string) => void;
  /** Ends the run with an error of this folder, which no Catch may hide: code that cannot run here, say. */
  readonly fail: (error: Error) => void;
  /** Runs the states of a strand to its end. Handed down, since states and executions nest in each other. */
  readonly runStrand: (machine: AslDefinition, strand: Strand, frame: Frame) => Promise<Json>;
}

/** Everything in an execution that happens by chance, repeatable by a seed. */
export class Chance {
  constructor(private readonly seed: string) {}

  /** A number in [0, 1) for what the text names. */
  fraction(name: string): number {
    return fractionOf(`${this.seed}/${name}`);
  }

  /** A text that is as good as unique for what the name names. */
  seedOf(name: string): string {
    return `${this.seed}/${name}`;
  }
}
