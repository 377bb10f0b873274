import type { ShownProgress } from '../progress/meter';
import type { CopyProgress } from './copy-progress';

/** The data of an execution for the progress bar. */
export function shownProgress({ state, parts, bytes, rate, secondsLeft, retries }: CopyProgress): ShownProgress {
  return {
    phase: 'copy',
    ...(state !== undefined && { state }),
    ...(parts && { parts: { done: parts.done, failed: parts.failed, total: parts.total } }),
    ...(bytes && { bytes }),
    // Set even if they are undefined: the meter does not know the parts that an earlier execution has copied.
    rate,
    secondsLeft,
    retries,
  };
}
