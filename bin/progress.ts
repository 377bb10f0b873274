import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../local/run';

export interface ProgressBar {
  update(progress: Progress): void;
  stop(): void;
}

const SILENT: ProgressBar = { update: () => undefined, stop: () => undefined };

/** How progress is shown: as a bar on a terminal, as lines in a log, or not at all. */
export type ProgressStyle = 'bar' | 'lines' | 'none';

export function createProgressBar(style: ProgressStyle): ProgressBar {
  return { bar: createBar, lines: createLines, none: () => SILENT }[style]();
}

/** A line for each state, and for each tenth of the parts. */
function createLines(): ProgressBar {
  let tenths = 0;
  return {
    update({ state, parts }) {
      if (state !== undefined) process.stderr.write(`${state}\n`);
      if (!parts || parts.total === 0) return;
      const reached = Math.floor((10 * parts.done) / parts.total);
      if (reached > tenths) process.stderr.write(`  ${parts.done} of ${parts.total} parts\n`);
      tenths = reached;
    },
    stop: () => undefined,
  };
}

/** Copied parts, preceded by the state that the execution is in. */
function createBar(): ProgressBar {
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
