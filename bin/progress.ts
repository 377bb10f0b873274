import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../local/run';

export interface ProgressBar {
  update(progress: Progress): void;
  stop(): void;
}

const SILENT: ProgressBar = { update: () => undefined, stop: () => undefined };

/** A bar of copied parts, preceded by the state that the execution is in. */
export function createProgressBar(visible: boolean): ProgressBar {
  if (!visible) return SILENT;
  const bar = new SingleBar(
    { format: '{state} {bar} {value}/{total} parts | {duration_formatted}', hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  let state = '';
  bar.start(1, 0, { state });
  return {
    update(progress) {
      state = progress.state ?? state;
      if (progress.parts) {
        bar.setTotal(progress.parts.total);
        bar.update(progress.parts.done, { state });
      } else {
        bar.update({ state });
      }
    },
    stop: () => bar.stop(),
  };
}
