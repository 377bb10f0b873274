import type { OperationName } from '../wire/operation-names';

/**
 * Where a request is: `received` before anything is done, `done` when the operation was carried out and nothing has been answered,
 * `answered` when the answer was sent or the connection was cut. A request that fails is never `done`.
 */
export type OperationPhase = 'received' | 'done' | 'answered';

export interface OperationEvent {
  readonly phase: OperationPhase;
  readonly operation: OperationName;
  readonly bucket: string;
  /** Empty for an operation on a bucket. */
  readonly key: string;
  readonly versionId?: string;
  readonly uploadId?: string;
  readonly partNumber?: number;
  /** The access key id, or `anonymous`. */
  readonly principal: string;
  /** Of `answered`: the HTTP status, 0 if the connection was cut. */
  readonly status?: number;
  /** Of `answered`: the code of the error, if any. */
  readonly errorCode?: string;
}

/** The request waits for the promise, except when it was `answered`. */
export type OperationListener = (event: OperationEvent) => void | Promise<void>;

/** Calls listeners at each phase of a request, so that tests can act between two of them as another client would. */
export class OperationHooks {
  private readonly listeners = new Set<OperationListener>();

  get isUsed(): boolean {
    return this.listeners.size > 0;
  }

  /** @returns removes the listener */
  add(listener: OperationListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async emit(event: OperationEvent): Promise<void> {
    for (const listener of this.listeners) await listener(event);
  }
}
