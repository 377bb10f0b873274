import { type Clock } from '../clock';
import { type Json } from '../json';

/** Data of an event. `input`, `output` and `parameters` are JSON values here, and text in the API. */
export type EventDetails = Readonly<Record<string, Json | undefined>>;

export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** A `HistoryEventType` of the API. */
  readonly type: string;
  readonly details?: EventDetails;
}

/** The position of a strand in the history: the event that its next event follows. */
export interface Trace {
  previous: number;
}

/**
 * The events of one execution, as GetExecutionHistory lists them. Express executions have events, too, which do not
 * count against the limit and cannot be read. The order of events is taken from public recordings of AWS
 * (localstack/localstack, the AWS-validated snapshots below tests/aws/services/stepfunctions/v2):
 *
 * - The first state follows event 0, and the events of one state follow each other.
 * - The first state of a branch, and each first iteration, follow the …StateStarted. A further iteration follows the
 *   last event of the previous iteration in the same slot.
 * - MapStateSucceeded and MapStateExited both follow the MapIterationSucceeded of the iteration that ended last.
 * - A Map that is retried has no MapStateFailed. A Map that fails for good has it. If the error is caught,
 *   MapStateExited follows.
 */
export class History {
  private readonly list: HistoryEvent[] = [];
  private counted = 0;

  constructor(
    private readonly clock: Clock,
    private readonly isKept: boolean,
  ) {}

  get length(): number {
    return this.counted;
  }

  get events(): readonly HistoryEvent[] {
    return this.list;
  }

  /** @returns the id of the event */
  add(previousEventId: number, type: string, details?: EventDetails): number {
    this.counted++;
    if (this.isKept) {
      const event = { id: this.counted, previousEventId, timestamp: this.clock.now(), type };
      this.list.push(details === undefined ? event : { ...event, details });
    }
    return this.counted;
  }
}
