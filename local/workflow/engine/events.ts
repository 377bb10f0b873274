/** Events that a run reports while it is running. `executionArn` is that of the child if the event is about a child. */
export type WorkflowEvent =
  | StateEvent<'StateEntered'>
  | StateEvent<'StateExited'>
  | (StateEvent<'StateFailed'> & { readonly error: string; readonly cause?: string })
  | (StateEvent<'StateRetried'> & { readonly attempt: number })
  | Transition
  | MapProgress;

/** Sent for every state that is entered, including states of Map items and of children. */
interface Transition {
  readonly type: 'Transition';
  readonly executionArn: string;
  /** Whether the execution is Express, whose transitions are not billed. */
  readonly isExpress: boolean;
}

interface StateEvent<T extends string> {
  readonly type: T;
  readonly executionArn: string;
  readonly state: string;
  /** Type of the state in the definition: Task, Map, Choice … */
  readonly stateType: string;
}

/** Sent when a Map starts, whenever an item is done, and when the Map ends. Numbers count items. */
export interface MapProgress {
  readonly type: 'MapProgress';
  readonly executionArn: string;
  readonly state: string;
  /** Of a distributed Map. */
  readonly mapRunArn?: string;
  readonly total: number;
  /** Items that succeeded or failed. */
  readonly done: number;
  readonly running: number;
  readonly failed: number;
}
