import type { CopyProgress } from './copy-progress';

/** What to do after Ctrl-C. */
export type Choice = 'leave' | 'stop' | 'continue';

export interface Watch {
  /** Reads the state of the execution. */
  readonly read: () => Promise<CopyProgress>;
  readonly show: (progress: CopyProgress) => void;
  /** Resolves early if the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Resolves on the next Ctrl-C. */
  readonly nextInterrupt: () => Promise<void>;
  readonly ask: () => Promise<Choice>;
}

export interface Watched {
  /** `ended`: the execution has ended. */
  readonly by: 'ended' | Exclude<Choice, 'continue'>;
  /** Absent if nothing was read before the interrupt. */
  readonly progress?: CopyProgress;
}

/** Reads an execution repeatedly until it ends, or until the user interrupts and does not want to continue. */
export async function watchCopy({ read, show, sleep, nextInterrupt, ask }: Watch): Promise<Watched> {
  let interrupt = nextInterrupt();
  let progress: CopyProgress | undefined;
  let polls = 0;
  for (;;) {
    const waking = new AbortController();
    const step = async (): Promise<CopyProgress> => {
      if (progress !== undefined) await sleep(pollMilliseconds(polls++), waking.signal);
      return read();
    };
    const next = await Promise.race([step(), interrupt.then(() => 'interrupted' as const)]);
    waking.abort();
    if (next !== 'interrupted') {
      progress = next;
      if (progress.status !== 'RUNNING') return { by: 'ended', progress };
      show(progress);
      continue;
    }
    const choice = await ask();
    if (choice !== 'continue') return { by: choice, ...(progress && { progress }) };
    interrupt = nextInterrupt();
  }
}

/** At first every second, since small copies take seconds; after some minutes every 15 seconds. */
export function pollMilliseconds(polls: number): number {
  if (polls < 10) return 1000;
  if (polls < 40) return 2000;
  return polls < 100 ? 5000 : 15_000;
}
