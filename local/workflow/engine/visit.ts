import { type AslState } from '../asl/definition';
import { type EvaluationScope } from '../asl/template';
import { stableUuid, type Json } from '../json';
import { type Cursor, type Frame } from './frame';

/** One attempt of one state. */
export interface Visit {
  readonly name: string;
  readonly state: AslState;
  readonly cursor: Cursor;
  readonly frame: Frame;
  /** 0 for the first attempt. */
  readonly retryCount: number;
}

/** An item of a Map, as its ItemSelector sees it in the context object. */
export interface MapItem {
  readonly Index: number;
  readonly Value: Json;
}

/** The values that expressions of the state can use. */
export function scopeOf(visit: Visit, input: Json, item?: MapItem): EvaluationScope {
  const { name, cursor, frame, retryCount } = visit;
  const { execution, path } = frame;
  const { random, clock } = execution.runtime;
  const place = `${path}/${name}/${retryCount}/${item?.Index ?? ''}`;
  let draws = 0;
  return {
    input,
    context: {
      ...execution.context,
      State: {
        EnteredTime: new Date(cursor.enteredAt ?? clock.now()).toISOString(),
        Name: name,
        RetryCount: retryCount,
      },
      ...(item && { Map: { Item: { Index: item.Index, Value: item.Value } } }),
    },
    world: {
      random: () => random.fraction(`random/${place}/${draws++}`),
      uuid: () => stableUuid(random.seedOf(`uuid/${place}/${draws++}`)),
    },
  };
}
