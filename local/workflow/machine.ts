import { afterPendingWork } from './clock';
import { type CompiledMachine, type LocalTask } from './compile';
import { type Execution } from './execution';
import { type Frame } from './frame';
import { interpret, type InterpreterEvent, type TaskHandler } from './interpreter';
import { type Json } from './json';
import { dataLimitExceeded, exceedsPayload } from './limits';
import { runMap } from './map';
import { runParallel } from './parallel';
import { Aborted } from './scope';
import { runConstant, runFail, runLambda, runWait } from './tasks';

/**
 * Runs a compiled machine from its first state to its last.
 *
 * @throws Aborted when the scope was aborted; else whatever the machine failed with
 */
export async function runMachine(machine: CompiledMachine, input: Json, frame: Frame): Promise<Json> {
  if (frame.scope.aborted) throw new Aborted();
  const handlers: Record<string, TaskHandler> = {};
  const performing = new Set<Promise<Json>>();
  for (const [name, task] of machine.tasks) {
    handlers[name] = (taskInput) => {
      const performed = perform(task, taskInput, frame).finally(() => performing.delete(performed));
      performing.add(performed);
      return performed;
    };
  }
  const run = interpret(machine.interpreter, input, handlers, { Context: frame.execution.context });
  const forget = frame.scope.onAbort(run.abort);
  const watched = watch(run.eventLogs, machine, frame);
  try {
    return await run.result;
  } catch (error) {
    throw frame.scope.aborted ? new Aborted() : error;
  } finally {
    forget();
    // After an abort the interpreter does not wait for its task; what runs below, a Map Run say, has to end first.
    await Promise.allSettled([watched, ...performing]);
  }
}

async function perform(task: LocalTask, input: Json, frame: Frame): Promise<Json> {
  // The log of what happened before this state must have been seen: it may say that a limit was exceeded.
  await afterPendingWork();
  if (frame.scope.aborted) throw new Aborted();
  switch (task.kind) {
    case 'lambda':
      return runLambda(task, input, frame);
    case 'map':
      return runMap(task, input, frame);
    case 'parallel':
      return runParallel(task, input, frame);
    case 'wait':
      return runWait(task, input, frame);
    case 'fail':
      return runFail(input);
    case 'constant':
      return runConstant(task);
  }
}

/** Reads the interpreter's log to its end (unread, it would grow): counts history, measures outputs, tells the caller. */
async function watch(log: AsyncIterable<InterpreterEvent>, machine: CompiledMachine, frame: Frame): Promise<void> {
  for await (const event of log) observe(event, machine, frame);
}

function observe(event: InterpreterEvent, machine: CompiledMachine, frame: Frame): void {
  const { execution } = frame;
  if (!('state' in event)) return;
  const about = {
    executionArn: execution.record.executionArn,
    state: event.state.name,
    stateType: machine.types.get(event.state.name) ?? event.state.type,
  };
  switch (event.type) {
    case 'StateEntered':
      execution.count(1);
      if (!frame.recordStates) return;
      execution.states.push(event.state.name);
      return execution.runtime.onEvent({ type: 'StateEntered', ...about });
    case 'StateExited':
      execution.count(1);
      refuseLargeOutput(event.state.output, event.state.name, execution);
      return frame.recordStates ? execution.runtime.onEvent({ type: 'StateExited', ...about }) : undefined;
    case 'StateFailed':
      return execution.runtime.onEvent({
        type: 'StateFailed',
        ...about,
        error: event.Error,
        ...(typeof event.Cause === 'string' && event.Cause !== '' && { cause: event.Cause }),
      });
    case 'StateRetried':
      return execution.runtime.onEvent({ type: 'StateRetried', ...about, attempt: event.retry.attempt });
    case 'StateCaught':
  }
}

/** A state's output is made by ResultPath and OutputPath after any Catch was asked, so nothing but the end is left. */
function refuseLargeOutput(output: unknown, state: string, execution: Execution): void {
  if (!exceedsPayload(output)) return;
  const failure = dataLimitExceeded(state, false);
  execution.end('FAILED', { error: failure.name, cause: failure.message });
}
