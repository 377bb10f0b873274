import { type Options, Presets, SingleBar } from 'cli-progress';
import type { Phase } from '../../local/run';
import { Meter, type ShownProgress } from './meter';
import { amountText, progressLine } from './text';

export interface ProgressDisplay {
  update(progress: ShownProgress): void;
  stop(): void;
}

/** How progress is shown: as a bar in a terminal, as lines in a log, or not at all. */
export type ProgressStyle = 'bar' | 'lines' | 'none';

export function createProgress(style: ProgressStyle): ProgressDisplay {
  return { bar: createBar, lines: createLines, none: () => ({ update: () => undefined, stop: () => undefined }) }[
    style
  ]();
}

const TITLES: Record<Phase, string> = {
  synthesize: 'Synthesizing the app',
  put: 'Putting the source',
  copy: 'Copying',
  compare: 'Comparing',
};

/** Prints a line for each phase and state, for each tenth of a phase, and for each part that fails. */
function createLines(): ProgressDisplay {
  const meter = new Meter();
  let phase: Phase | undefined;
  let state: string | undefined;
  let tenths = 0;
  let failed = 0;
  return {
    update(progress) {
      meter.update(progress);
      if (progress.phase !== phase) {
        ({ phase } = progress);
        tenths = 0;
        process.stderr.write(`${TITLES[phase]}\n`);
      }
      if (progress.state !== undefined && progress.state !== state) process.stderr.write(`  ${progress.state}\n`);
      state = progress.state ?? state;
      const { snapshot } = meter;
      const reached = Math.floor(10 * fraction(snapshot.bytes));
      const failures = snapshot.parts?.failed ?? 0;
      if (reached > tenths || failures > failed) process.stderr.write(`  ${amountText(snapshot)}\n`);
      tenths = reached;
      failed = failures;
    },
    stop: () => undefined,
  };
}

/** One line, which is redrawn: the phase, a bar, the amount, and the current state of the execution. */
function createBar(): ProgressDisplay {
  const meter = new Meter();
  const line = (options: Options, { progress }: { progress: number }): string => {
    const { snapshot } = meter;
    const { barsize = 0, barCompleteString = '', barIncompleteString = '' } = options;
    const complete = Math.round(progress * barsize);
    const amount = snapshot.bytes && {
      bar: barCompleteString.slice(0, complete) + barIncompleteString.slice(0, barsize - complete),
      percent: `${Math.floor(100 * progress)}%`,
      amount: amountText(snapshot),
    };
    const { phase, state } = snapshot;
    return progressLine({ title: TITLES[phase], ...amount, ...(state && { state }) }, process.stderr.columns || 80);
  };
  const bar = new SingleBar(
    { format: line, barsize: 20, hideCursor: true, linewrap: false, clearOnComplete: true, gracefulExit: false },
    Presets.shades_classic,
  );
  return {
    update(progress) {
      const isNew = !bar.isActive;
      meter.update(progress);
      if (isNew) bar.start(1, 0);
      bar.update(fraction(meter.snapshot.bytes));
    },
    stop: () => bar.stop(),
  };
}

function fraction(amount: { done: number; total: number } | undefined): number {
  return amount === undefined || amount.total === 0 ? 0 : amount.done / amount.total;
}
