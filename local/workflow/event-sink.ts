import { type Json, type JsonObject } from './json';

/** The calls of Step Functions to EventBridge. */
export interface EventSink {
  /**
   * PutEvents, with the members of its API.
   *
   * @throws StateFailure if the call fails
   */
  putEvents(request: PutEventsRequest): JsonObject;
}

export interface PutEventsRequest {
  /** `Detail` is JSON text or a JSON value. */
  readonly entries: readonly Json[];
  /** Account and Region of the caller. */
  readonly accountId: string;
  readonly region: string;
  /** Name of the state that calls. */
  readonly state?: string;
}
