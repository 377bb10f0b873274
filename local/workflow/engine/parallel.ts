import { applyParameters } from '../asl/data-flow';
import { branchesOf, type AslDefinition } from '../asl/definition';
import { type EvaluationScope } from '../asl/template';
import { type Json } from '../json';
import { addEvent, newStrand, addLeafEvent, type Frame, type Strand } from './frame';
import { Aborted, Scope } from './scope';
import { type Visit } from './visit';

/** A Parallel state: runs all branches at the same time with the same input. The first failure ends the others. */
export async function runParallel(visit: Visit, data: EvaluationScope): Promise<Json> {
  const { state, cursor, frame } = visit;
  const branches = branchesOf(state);
  const known = cursor.progress?.kind === 'branches' ? cursor.progress.strands : undefined;
  if (known === undefined) addEvent(frame, 'ParallelStateStarted');
  const input = applyParameters(state.Parameters, data);
  const strands = known ?? branches.map((branch) => newStrand(branch.StartAt, input));
  cursor.progress = { kind: 'branches', strands };

  const scope = new Scope(frame.scope);
  const started = frame.trace.previous;
  let failure: { readonly error: unknown } | undefined;
  const runBranch = async (branch: AslDefinition, strand: Strand, index: number): Promise<void> => {
    if (strand.status === 'SUCCEEDED') return;
    const inner: Frame = {
      ...frame,
      scope,
      trace: { previous: started },
      path: `${frame.path}/${visit.name}[${index}]`,
    };
    try {
      await frame.execution.runtime.runStrand(branch, strand, inner);
      frame.trace.previous = inner.trace.previous;
    } catch (error) {
      if (error instanceof Aborted) {
        if (failure !== undefined) addStateAborted(branch, strand, frame);
      } else if (failure === undefined) {
        failure = { error };
        frame.trace.previous = inner.trace.previous;
        scope.abort();
      }
    }
  };
  await Promise.all(branches.map((branch, index) => runBranch(branch, strands[index] as Strand, index)));
  scope.close();
  if (failure !== undefined) throw failure.error;
  frame.scope.check();
  addLeafEvent(frame, 'ParallelStateSucceeded');
  return strands.map(({ output = null }) => output);
}

/** Types of states that have an event for being aborted (API reference, HistoryEvent, `type`). */
const ABORTABLE = new Set(['Task', 'Wait', 'Map', 'Parallel']);

/** Adds the event that the current state of a strand was aborted. */
export function addStateAborted(machine: AslDefinition, strand: Strand | undefined, frame: Frame): void {
  const type = strand && machine.States[strand.cursor.state]?.Type;
  if (type !== undefined && ABORTABLE.has(type)) addLeafEvent(frame, `${type}StateAborted`);
}
