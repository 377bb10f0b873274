import { type Json } from '../json';

/** A target that does not take an event. Codes are those of dead-letter queues ("Using dead-letter queues", EventBridge User Guide). */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** Whether another attempt can succeed. EventBridge sends events that cannot to the dead-letter queue at once. */
  get isRetried(): boolean {
    return !FINAL.has(this.code);
  }
}

const FINAL = new Set(['NO_PERMISSIONS', 'NO_RESOURCE', 'INVALID_JSON', 'INVALID_PARAMETER', 'SDK_CLIENT_ERROR']);

export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'DEAD_LETTER' | 'DROPPED';

/** An event, or a schedule, on its way to one target. */
export interface Delivery {
  /** ARN of the rule or schedule. */
  readonly rule: string;
  /** ARN. */
  readonly target: string;
  /** What the target gets. */
  readonly input: string;
  readonly eventId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error?: string;
  /** What the target answered, such as the ARN of an execution. */
  readonly result?: Json;
}
