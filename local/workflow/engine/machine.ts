import { chooseNext } from '../asl/choice';
import {
  applyInputPath,
  applyOutputPath,
  applyParameters,
  applyResultPath,
  applyResultSelector,
  resultPathOf,
} from '../asl/data-flow';
import { type AslDefinition, type AslState } from '../asl/definition';
import { dataLimitExceeded, errorEquals, failureOf, StateFailure } from '../asl/failure';
import { catchersOf, errorOutput, retriersOf, retryDelay, type Retrier } from '../asl/retry';
import { type EvaluationScope } from '../asl/template';
import { afterPendingWork, type Clock } from '../clock';
import { type Json } from '../json';
import { runDistributedMap } from './distributed-map';
import { addEvent, addLeafEvent, type Frame, type Strand } from './frame';
import { runInlineMap } from './inline-map';
import { exceedsPayload } from './limits';
import { mapInputOf } from './map-input';
import { runParallel } from './parallel';
import { Aborted } from './scope';
import { failWith, runTask, runWait } from './tasks';
import { scopeOf, type Visit } from './visit';

/** What follows a state: the next state, or the end of its strand. */
interface Exit {
  readonly output: Json;
  readonly next: string | undefined;
}

/**
 * Runs a strand from its position to its end. A strand that does not succeed stays at the state that failed, for a
 * redrive.
 *
 * @throws Aborted if the scope of the frame was aborted
 * @throws StateFailure of the state that failed
 */
export async function runStrand(machine: AslDefinition, strand: Strand, frame: Frame): Promise<Json> {
  strand.status = 'RUNNING';
  try {
    for (let transitions = 1; ; transitions++) {
      // Without this, a loop of states that do not wait would prevent timers from ending the execution.
      if (transitions % 100 === 0) await letDueTimersRun(frame.execution.runtime.clock);
      const { output, next } = await runState(machine, strand, frame);
      if (next === undefined) {
        strand.status = 'SUCCEEDED';
        strand.output = output;
        return output;
      }
      strand.cursor = { state: next, input: output };
    }
  } catch (error) {
    strand.status = 'UNSUCCESSFUL';
    throw error;
  }
}

async function letDueTimersRun(clock: Clock): Promise<void> {
  const release = clock.hold();
  await afterPendingWork();
  release();
}

async function runState(machine: AslDefinition, { cursor }: Strand, frame: Frame): Promise<Exit> {
  frame.scope.check();
  const state = machine.States[cursor.state];
  if (state === undefined) throw new StateFailure('States.Runtime', `There is no state '${cursor.state}'.`);
  const visit: Visit = { name: cursor.state, state, cursor, frame, retryCount: 0 };
  enterState(visit);
  const overhead = overheadSeconds(frame);
  if (overhead > 0) await frame.scope.sleep(frame.execution.runtime.clock, overhead * 1000);
  const exit = await tryState(visit);
  if (exceedsPayload(exit.output)) {
    delete cursor.progress;
    throw dataLimitExceeded(visit.name);
  }
  addEvent(frame, `${state.Type}StateExited`, { name: visit.name, output: exit.output });
  frame.scope.check();
  reportState(visit, 'StateExited');
  return exit;
}

function overheadSeconds({ execution }: Frame): number {
  return execution.identity.type === 'STANDARD' ? (execution.runtime.overheadSeconds?.state ?? 0) : 0;
}

function enterState(visit: Visit): void {
  const { name, state, cursor, frame } = visit;
  const { execution, scope, recordStates } = frame;
  if (cursor.enteredAt === undefined) {
    cursor.enteredAt = execution.runtime.clock.now();
    addEvent(frame, `${state.Type}StateEntered`, { name, input: cursor.input });
  }
  if (recordStates) execution.states.push(name);
  reportState(visit, 'StateEntered');
  const { executionArn, type } = execution.identity;
  execution.runtime.onEvent({ type: 'Transition', executionArn, isExpress: type === 'EXPRESS' });
  execution.runtime.onStateEntered?.(execution.identity.executionArn, name);
  scope.check();
}

function reportState({ name, state, frame }: Visit, type: 'StateEntered' | 'StateExited'): void {
  const { execution, recordStates } = frame;
  if (!recordStates) return;
  const { executionArn } = execution.identity;
  execution.runtime.onEvent({ type, executionArn, state: name, stateType: state.Type });
}

/** Runs a state, and retries it by its retriers. If an error remains, a catcher determines the next state. */
async function tryState(first: Visit): Promise<Exit> {
  const { state, cursor } = first;
  const retries = retriersOf(state).map((retrier) => ({ retrier, attempts: 0 }));
  for (let visit = first; ; visit = { ...visit, retryCount: visit.retryCount + 1 }) {
    try {
      return await runAttempt(visit);
    } catch (error) {
      if (error instanceof Aborted) throw error;
      const failure = failureOf(error);
      if (await waitForRetry(visit, failure, retries)) {
        delete cursor.progress;
        continue;
      }
      // Step Functions retries branches and iterations whose results were too large.
      if (failure.error === 'States.DataLimitExceeded') delete cursor.progress;
      if (state.Type === 'Map' || state.Type === 'Parallel') addEvent(visit.frame, `${state.Type}StateFailed`);
      return exitByCatcher(visit, failure);
    }
  }
}

/** A retrier, and how often it has retried the state since the state was entered. */
interface Retries {
  readonly retrier: Retrier;
  attempts: number;
}

/** Waits until the next attempt. Returns false if no retrier matches the failure, or its attempts are used up. */
async function waitForRetry(visit: Visit, failure: StateFailure, retries: readonly Retries[]): Promise<boolean> {
  const { name, state, frame, retryCount } = visit;
  const { execution, path } = frame;
  const { clock, random, onEvent } = execution.runtime;
  const about = { executionArn: execution.identity.executionArn, state: name, stateType: state.Type };
  onEvent({
    type: 'StateFailed',
    ...about,
    error: failure.error ?? '',
    ...(failure.reason !== undefined && failure.reason !== '' && { cause: failure.reason }),
  });
  const retry = retries.find(({ retrier }) => errorEquals(retrier.errorEquals, failure));
  if (retry === undefined || retry.attempts >= retry.retrier.maxAttempts) return false;
  const jitter = (): number => random.fraction(`jitter/${path}/${name}/${retryCount}`);
  await frame.scope.sleep(clock, retryDelay(retry.retrier, retry.attempts++, jitter) * 1000);
  onEvent({ type: 'StateRetried', ...about, attempt: retry.attempts });
  return true;
}

/** @throws StateFailure if no catcher matches it */
function exitByCatcher({ state, cursor }: Visit, failure: StateFailure): Exit {
  const catcher = catchersOf(state).find((candidate) => errorEquals(candidate.errorEquals, failure));
  if (catcher === undefined) throw failure;
  return { output: applyResultPath(catcher.resultPath, cursor.input, errorOutput(failure)), next: catcher.next };
}

async function runAttempt(visit: Visit): Promise<Exit> {
  const { state, cursor } = visit;
  if (state.Type === 'Fail') throw failWith(visit);
  const raw = scopeOf(visit, cursor.input);
  const scope = { ...raw, input: applyInputPath(state, raw) };
  const next = state.Next as string | undefined;
  switch (state.Type) {
    case 'Pass':
      return { output: outputOf(visit, passResult(state, scope), scope), next };
    case 'Task':
      return { output: outputOf(visit, applyResultSelector(state, await runTask(visit, scope), scope), scope), next };
    case 'Map':
    case 'Parallel': {
      const result = state.Type === 'Map' ? await runMap(visit, scope) : await runParallel(visit, scope);
      const selected = applyResultSelector(state, withinPayloadLimit(visit, result), scope);
      return { output: outputOf(visit, selected, scope), next };
    }
    case 'Wait':
      await runWait(visit, scope);
      return { output: applyOutputPath(state, scope.input, scope), next };
    case 'Choice':
      return { output: applyOutputPath(state, scope.input, scope), next: nextByChoice(visit, scope) };
    case 'Succeed':
      return { output: applyOutputPath(state, scope.input, scope), next: undefined };
    default:
      throw new StateFailure('States.Runtime', `There is no state type '${state.Type}'.`);
  }
}

function passResult(state: AslState, scope: EvaluationScope): Json {
  return 'Result' in state ? state.Result : applyParameters(state.Parameters, scope);
}

/** The limit also applies to the result of branches or items, even if ResultPath discards it. */
function withinPayloadLimit({ name }: Visit, result: Json): Json {
  if (exceedsPayload(result)) throw dataLimitExceeded(name);
  return result;
}

/** ResultPath writes into the raw input; OutputPath selects from the result of that. */
function outputOf({ state, cursor }: Visit, result: Json, scope: EvaluationScope): Json {
  return applyOutputPath(state, applyResultPath(resultPathOf(state), cursor.input, result), scope);
}

function nextByChoice({ name, state }: Visit, scope: EvaluationScope): string {
  const next = chooseNext(state, scope);
  if (next !== undefined) return next;
  throw new StateFailure('States.NoChoiceMatched', `No choice rule of state '${name}' matched, and it has no Default.`);
}

async function runMap(visit: Visit, scope: EvaluationScope): Promise<Json> {
  const map = mapInputOf(visit, scope);
  // A redriven Map does not start again.
  if (visit.cursor.progress === undefined) addEvent(visit.frame, 'MapStateStarted', { length: map.items.length });
  const result = map.distributed ? await runDistributedMap(map) : await runInlineMap(map);
  addLeafEvent(visit.frame, 'MapStateSucceeded');
  return result;
}
