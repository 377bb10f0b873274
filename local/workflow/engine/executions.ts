import { type AslDefinition } from '../asl/definition';
import { ExecutionAlreadyExists, ExecutionNotRedrivable } from '../errors';
import { stableUuid, type Json } from '../json';
import { Execution } from './execution';
import { type Runtime } from './frame';
import { type ExecutionRecord, type WorkflowType } from './records';
import { notRedrivable } from './redrivable';

/** A state machine, of which executions are started. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly type: WorkflowType;
  readonly definition: AslDefinition;
}

/** An execution that was started by name, not by a Map Run. */
export interface StartedExecution {
  readonly execution: Execution;
  /** Resolves when it has ended, or its latest redrive. Rejects if the code of a function cannot run here. */
  finished: Promise<ExecutionRecord>;
  readonly abandoned: Promise<never>;
}

/** Starts, stops and redrives executions. */
export class Executions {
  private readonly started = new Map<string, StartedExecution>();

  constructor(private readonly runtime: Omit<Runtime, 'fail'>) {}

  get(executionArn: string): StartedExecution | undefined {
    return this.started.get(executionArn);
  }

  /** @throws ExecutionAlreadyExists for a name that another execution has, unless it runs with the same input */
  start(machine: StateMachine, wanted: string | undefined, input: Json): StartedExecution {
    const path = `#${this.started.size + 1}`;
    const name = wanted ?? stableUuid(this.runtime.random.seedOf(`execution/${path}`));
    const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = this.started.get(executionArn);
    if (known !== undefined) return sameExecution(known, input);
    let abandon: (error: Error) => void = () => undefined;
    const abandoned = new Promise<never>((_, reject) => (abandon = reject));
    const fail = (error: Error): void => {
      abandon(error);
      execution.end('ABORTED', { error: error.name, cause: error.message });
    };
    const identity = {
      executionArn,
      name,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      roleArn: machine.roleArn,
      type: machine.type,
      path,
    };
    const execution = new Execution(identity, { ...this.runtime, fail }, machine.definition, input);
    const started: StartedExecution = { execution, abandoned, finished: abandoned };
    // The execution is registered before it runs: a fault may stop it in its first state.
    this.started.set(executionArn, started);
    started.finished = Promise.race([abandoned, execution.run()]);
    return started;
  }

  /** Ends an execution as ABORTED, in any state. An execution that has ended is not changed. */
  stop(executionArn: string, error?: string, cause?: string): ExecutionRecord | undefined {
    const execution = this.started.get(executionArn)?.execution;
    execution?.end('ABORTED', { error, cause });
    return execution?.record;
  }

  /** @throws ExecutionNotRedrivable */
  redrive(started: StartedExecution): void {
    const { record } = started.execution;
    const reason =
      record.type === 'EXPRESS'
        ? 'Express executions cannot be redriven'
        : notRedrivable(record, this.runtime.clock.now());
    if (reason !== undefined) throw new ExecutionNotRedrivable(`${reason}: '${record.executionArn}'`);
    started.finished = Promise.race([started.abandoned, started.execution.redrive()]);
  }

  stopAll(): void {
    for (const { execution } of this.started.values()) execution.end('ABORTED', {});
  }
}

/**
 * StartExecution is idempotent while an execution with the same name and input runs (API reference, StartExecution).
 */
function sameExecution(known: StartedExecution, input: Json): StartedExecution {
  const { record } = known.execution;
  if (record.status === 'RUNNING' && JSON.stringify(record.input) === JSON.stringify(input)) return known;
  throw new ExecutionAlreadyExists(
    `Execution Already Exists: '${record.executionArn}'. Specify another execution name, or none.`,
  );
}
