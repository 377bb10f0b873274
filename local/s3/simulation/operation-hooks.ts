import type { OperationName } from '../wire/operation-names';

/**
 * Phases of a request: `received` before it is processed, `done` after the operation has taken effect and before the response is sent,
 * `answered` after the response was sent or the connection was closed. A request that fails has no phase `done`.
 */
export type OperationPhase = 'received' | 'done' | 'answered';

export interface OperationEvent {
  readonly phase: OperationPhase;
  readonly operation: OperationName;
  readonly bucket: string;
  /** Empty for operations on a bucket. */
  readonly key: string;
  readonly versionId?: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
  /** In phase `done`, the version ID in the response, if any: that of a version that was created or read. */
  readonly answeredVersionId?: string;
  /** The access key ID, or `anonymous`. */
  readonly principal: string;
  /** HTTP status in phase `answered`; 0 if the connection was closed without a response. */
  readonly status?: number;
  /** Error code in phase `answered`, if any. */
  readonly errorCode?: string;
}

/** The request waits for the returned promise, except in phase `answered`. */
export type OperationListener = (event: OperationEvent) => void | Promise<void>;

/** Calls listeners at each phase of a request. */
export class OperationHooks {
  private readonly listeners = new Set<OperationListener>();

  get isUsed(): boolean {
    return this.listeners.size > 0;
  }

  /** @returns a function that removes the listener */
  add(listener: OperationListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async emit(event: OperationEvent): Promise<void> {
    for (const listener of this.listeners) await listener(event);
  }
}
