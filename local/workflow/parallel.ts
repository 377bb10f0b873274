import { type ParallelTask } from './compile';
import { type Frame } from './frame';
import { unwrap } from './interpreter';
import { type Json } from './json';
import { Scope } from './scope';

/** A Parallel state: all branches at once with the same input; the first failure ends the others. */
export async function runParallel(task: ParallelTask, input: Json, frame: Frame): Promise<Json> {
  const { execution } = frame;
  execution.count(1);
  const scope = new Scope(frame.scope);
  let failure: { error: unknown } | undefined;
  const outputs = await Promise.all(
    task.branches.map(async (branch) => {
      try {
        return await frame.runMachine(branch, input, { ...frame, scope });
      } catch (error) {
        failure ??= { error };
        scope.abort();
        return null;
      }
    }),
  );
  scope.close();
  execution.count(1);
  if (failure !== undefined) throw unwrap(failure.error);
  return outputs;
}
