import type { ShownProgress } from '../progress/meter';
import type { CopyProgress } from './copy-progress';

/** What the bar shows of an execution. */
export function shownProgress({ state, parts, bytes, rate, secondsLeft, retries }: CopyProgress): ShownProgress {
  return {
    phase: 'copy',
    ...(state !== undefined && { state }),
    ...(parts && { parts: { done: parts.done, failed: parts.failed, total: parts.total } }),
    ...(bytes && { bytes }),
    // Also where they are not known: the meter knows nothing of parts that an earlier execution has copied.
    rate,
    secondsLeft,
    retries,
  };
}
