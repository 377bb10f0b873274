/** What a run does: synthesizes the app, puts the source object, runs the execution, compares source and copy. */
export type Phase = 'synthesize' | 'put' | 'copy' | 'compare';

export interface Amount {
  readonly done: number;
  readonly total: number;
}

/** A step of a run. A field is absent if it is not known or has not changed. */
export interface Progress {
  readonly phase: Phase;
  /** Bytes that have been put, copied or compared. */
  readonly bytes?: Amount;
  /** Parts of the copy. `done` is the number of copied parts, without parts that failed. */
  readonly parts?: Amount & { readonly failed: number };
  /** Name of the state that the execution has entered. */
  readonly state?: string;
}

export type OnProgress = (progress: Progress) => void;

/** Adds up the bytes of a phase, and reports each addition. */
export function byteCounter(phase: Phase, total: number, onProgress: OnProgress = () => undefined) {
  let done = 0;
  onProgress({ phase, bytes: { done, total } });
  return (bytes: number): void => {
    done += bytes;
    onProgress({ phase, bytes: { done, total } });
  };
}
