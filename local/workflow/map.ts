import { type MapTask } from './compile';
import { runDistributedMap } from './distributed-map';
import { type Frame } from './frame';
import { runtimeFailure, unwrap } from './interpreter';
import { asNumber, asObject, type Json } from './json';
import { LIMITS } from './limits';
import { itemInput, type MapInput } from './map-input';
import { Aborted, Scope } from './scope';

/** A Map state: reads what its paths gave, then runs the items here or as child executions. */
export function runMap(task: MapTask, raw: Json, frame: Frame): Promise<Json> {
  const values = asObject(raw);
  const { input = null, items } = values;
  if (!Array.isArray(items)) {
    throw runtimeFailure(`State ${task.stateName}: the items of a Map must be an array, not ${typeOf(items)}.`);
  }
  const count = asNumber(values.toleratedFailureCount) ?? task.toleratedFailureCount;
  const percentage = asNumber(values.toleratedFailurePercentage) ?? task.toleratedFailurePercentage;
  const map: MapInput = {
    input,
    items,
    maxConcurrency: asNumber(values.maxConcurrency) ?? task.maxConcurrency,
    ...(count !== undefined && { toleratedFailureCount: count }),
    ...(percentage !== undefined && { toleratedFailurePercentage: percentage }),
  };
  return task.distributed ? runDistributedMap(task, map, frame) : runInlineMap(task, map, frame);
}

/** Iterations within the execution, at most 40 at a time whatever MaxConcurrency says. */
async function runInlineMap(task: MapTask, map: MapInput, frame: Frame): Promise<Json> {
  const { execution } = frame;
  const outputs: Json[] = new Array<Json>(map.items.length).fill(null);
  const scope = new Scope(frame.scope);
  const progress = { done: 0, running: 0, failed: 0 };
  let failure: { error: unknown } | undefined;
  let next = 0;
  const tell = (): void =>
    execution.runtime.onEvent({
      type: 'MapProgress',
      executionArn: execution.record.executionArn,
      state: task.stateName,
      total: map.items.length,
      ...progress,
    });

  const iterate = async (index: number): Promise<void> => {
    execution.count(1);
    progress.running++;
    try {
      const input = await itemInput(task, map, index, execution.context);
      outputs[index] = await frame.runMachine(task.processor, input, { ...frame, scope, recordStates: false });
    } catch (error) {
      if (failure === undefined) progress.failed++;
      failure ??= { error };
      scope.abort();
    }
    execution.count(1);
    progress.running--;
    progress.done++;
    tell();
  };
  const lane = async (): Promise<void> => {
    while (next < map.items.length && !scope.aborted) await iterate(next++);
  };

  execution.count(1);
  tell();
  const limit = Math.min(map.maxConcurrency || LIMITS.inlineMapConcurrency, LIMITS.inlineMapConcurrency);
  await Promise.all(Array.from({ length: Math.min(limit, map.items.length) }, lane));
  scope.close();
  if (frame.scope.aborted) throw new Aborted();
  execution.count(1);
  if (failure !== undefined) throw unwrap(failure.error);
  return outputs;
}

function typeOf(value: Json | undefined): string {
  return value === null ? 'null' : typeof value;
}
