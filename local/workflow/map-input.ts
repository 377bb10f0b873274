import { type MapTask } from './compile';
import { evaluateTemplate } from './interpreter';
import { type Json, type JsonObject } from './json';

/** What a Map state knows when its iterations begin. */
export interface MapInput {
  /** The state's input after InputPath. */
  readonly input: Json;
  readonly items: readonly Json[];
  /** 0: as many as there may be. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
}

/** The input of one item: ItemSelector with `$$.Map.Item`, or the item itself. */
export async function itemInput(task: MapTask, map: MapInput, index: number, context: JsonObject): Promise<Json> {
  const item = map.items[index] as Json;
  if (task.itemSelector === undefined) return item;
  return evaluateTemplate(task.itemSelector, {
    Context: { ...context, Map: { Item: { Index: index, Value: item } } },
    MapInput: map.input,
  });
}
