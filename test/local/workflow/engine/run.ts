import { callSfnAction } from '../../../../local/workflow/api/sdk-integration';
import { checkDefinition } from '../../../../local/workflow/asl/check';
import type { AslDefinition } from '../../../../local/workflow/asl/definition';
import { VirtualClock } from '../../../../local/workflow/clock';
import type { WorkflowEvent } from '../../../../local/workflow/engine/events';
import type { Execution } from '../../../../local/workflow/engine/execution';
import { Executions, type StartedExecution } from '../../../../local/workflow/engine/executions';
import { runStrand } from '../../../../local/workflow/engine/machine';
import { type ExecutionRecord, Records } from '../../../../local/workflow/engine/records';
import { SeededRandom } from '../../../../local/workflow/engine/seeded-random';
import { FunctionError, InvokeRefused } from '../../../../local/workflow/invoker';
import type { Json } from '../../../../local/workflow/json';

/** What a function of a test does: gives a result, or throws an Error whose name is the error type. */
export type TestFunction = (event: any, clock: VirtualClock) => unknown;

export interface EngineOptions {
  readonly functions?: Readonly<Record<string, TestFunction>>;
  readonly type?: 'STANDARD' | 'EXPRESS';
  readonly seed?: string;
  readonly overheadSeconds?: { readonly state: number; readonly mapRun: number };
}

const NAME = 'Machine';
const ARN = `arn:aws:states:us-east-1:123456789012:stateMachine:${NAME}`;

/** The ARN by which a Task calls a function of a test. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
}

/** The interpreter alone, on a virtual clock, with functions in this process. */
export class Engine {
  readonly clock = new VirtualClock();
  readonly records = new Records();
  readonly events: WorkflowEvent[] = [];
  readonly calls: { name: string; payload: Json; at: number }[] = [];
  /** Calls that run at the moment, and the most that ever did. */
  running = 0;
  mostRunning = 0;
  private readonly executions: Executions;

  constructor(
    private readonly definition: object,
    private readonly options: EngineOptions = {},
  ) {
    this.executions = new Executions({
      clock: this.clock,
      records: this.records,
      random: new SeededRandom(options.seed ?? 'seed'),
      ...(options.overheadSeconds && { overheadSeconds: options.overheadSeconds }),
      onEvent: (event) => this.events.push(event),
      lambda: { invoke: ({ functionName, payload }) => this.invoke(functionName.replace(/^.*function:/, ''), payload) },
      events: { putEvents: () => ({ FailedEntryCount: 0, Entries: [] }) },
      callStepFunctions: (action, parameters) => callSfnAction(this.backend(), action, parameters),
      runStrand,
    });
  }

  private backend() {
    const { clock, records, executions } = this;
    const deployed = { stateMachines: [], deployedAt: 0, hideExpressChildren: false };
    return { ...deployed, clock, records, executions: () => executions, lagOf: () => 0 };
  }

  start(input: unknown = {}, name?: string): StartedExecution {
    const { type = 'STANDARD' } = this.options;
    const definition = JSON.parse(JSON.stringify(this.definition)) as AslDefinition;
    checkDefinition(definition, NAME, type);
    const machine = { arn: ARN, name: NAME, roleArn: 'arn:aws:iam::123456789012:role/role', type, definition };
    return this.executions.start(machine, name, input as Json);
  }

  async run(input: unknown = {}): Promise<ExecutionRecord> {
    return this.clock.run(this.start(input).finished);
  }

  stop({ record }: Execution, error?: string, cause?: string): void {
    this.executions.stop(record.executionArn, error, cause);
  }

  async redrive(started: StartedExecution): Promise<ExecutionRecord> {
    this.executions.redrive(started);
    return this.clock.run(started.finished);
  }

  private async invoke(name: string, payload: Json): Promise<{ payload: Json; requestId: string }> {
    this.calls.push({ name, payload, at: this.clock.now() });
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      const call = this.options.functions?.[name];
      if (call === undefined) throw new InvokeRefused('ResourceNotFoundException', `Function not found: ${name}`);
      const result = await call(JSON.parse(JSON.stringify(payload)), this.clock);
      return { payload: JSON.parse(JSON.stringify(result ?? null)) as Json, requestId: 'request' };
    } catch (error) {
      if (error instanceof InvokeRefused || error instanceof FunctionError) throw error;
      const { name: errorType, message: errorMessage } = error as Error;
      throw new FunctionError({ errorType, errorMessage, trace: [] });
    } finally {
      this.running--;
    }
  }
}

/** Runs a definition once. */
export async function run(definition: object, input: unknown = {}, options?: EngineOptions): Promise<ExecutionRecord> {
  return new Engine(definition, options).run(input);
}

/** A machine of one state. */
export function single(state: object): object {
  return { StartAt: 'A', States: { A: { End: true, ...state } } };
}

export function task(name: string, fields: object = {}): object {
  return { Type: 'Task', Resource: functionArn(name), ...fields };
}

export function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/** A promise that settles after that much time of the clock. */
export function after(clock: VirtualClock, delaySeconds: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(delaySeconds * 1000, resolve));
}

/** A promise that never settles. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** `id type <- previousEventId` of every event. */
export function chain({ history }: ExecutionRecord): string[] {
  return history.map(({ id, type, previousEventId }) => `${id} ${type} <- ${previousEventId}`);
}

export function seconds(record: ExecutionRecord): number {
  return ((record.stopDate?.getTime() ?? NaN) - record.startDate.getTime()) / 1000;
}
