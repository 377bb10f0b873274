import { type Json, type JsonObject } from './json';

/** What Step Functions asks of EventBridge. */
export interface EventSink {
  /**
   * PutEvents, with the members of its API.
   *
   * @throws StateFailure what the call fails with
   */
  putEvents(request: PutEventsRequest): JsonObject;
}

export interface PutEventsRequest {
  /** `Detail` is JSON, as text or not. */
  readonly entries: readonly Json[];
  /** Account and Region of the caller. */
  readonly accountId: string;
  readonly region: string;
  /** Name of the state that calls. */
  readonly state?: string;
}
