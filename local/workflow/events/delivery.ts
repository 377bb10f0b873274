import { type Json } from '../json';

/**
 * A target did not accept an event. Codes are those of dead-letter queues ("Using dead-letter queues", EventBridge User
 * Guide).
 */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** Whether another attempt can succeed. If not, EventBridge sends the event to the dead-letter queue immediately. */
  get isRetried(): boolean {
    return !FINAL.has(this.code);
  }
}

const FINAL = new Set(['NO_PERMISSIONS', 'NO_RESOURCE', 'INVALID_JSON', 'INVALID_PARAMETER', 'SDK_CLIENT_ERROR']);

export type DeliveryStatus = 'PENDING' | 'DELIVERED' | 'DEAD_LETTER' | 'DROPPED';

/** The delivery of an event, or of a schedule, to one target. */
export interface Delivery {
  /** ARN of the rule or schedule. */
  readonly rule: string;
  /** ARN. */
  readonly target: string;
  /** The input of the target. */
  readonly input: string;
  readonly eventId: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** Error of the last attempt. */
  readonly error?: string;
  /** Answer of the target, such as the ARN of an execution. */
  readonly result?: Json;
}
