import { setTimeout as sleep } from 'node:timers/promises';
import { askInTerminal } from '../ask';
import type { ChildRetries, Clients } from '../aws';
import { type CopyProgress, progressOf, toJson } from '../copies/copy-progress';
import { CopyFailed } from '../copies/outcome';
import { hasFailed, renderCopy } from '../copies/render';
import { shownProgress } from '../copies/show';
import { type Choice, type Watched, watchCopy } from '../copies/watch';
import { fail } from '../fail';
import { EXIT } from '../failure';
import { createProgress } from '../progress';

/** Reads one execution. An execution that was just started may not be visible for some seconds. */
export async function readCopyProgress(clients: Clients, executionArn: string): Promise<CopyProgress> {
  const { readExecutionFacts } = await import('../aws');
  return progressOf(await readExecutionFacts(clients.sfn, executionArn), Date.now());
}

/** Number of attempts to read an execution that was just started, with one second between them. */
const LOOKS = 10;

async function readStarted(clients: Clients, executionArn: string, children: ChildRetries): Promise<CopyProgress> {
  const { isNotVisible, readExecutionFacts } = await import('../aws');
  for (let look = 1; ; look++) {
    try {
      const facts = await readExecutionFacts(clients.sfn, executionArn);
      const progress = progressOf(facts, Date.now());
      const { status, expectedPartSeconds } = progress;
      if (status === 'RUNNING' && facts.mapRun && expectedPartSeconds !== undefined) {
        await children.look(facts.mapRun, expectedPartSeconds, Date.now());
      }
      return { ...progress, retries: progress.retries + children.count };
    } catch (error) {
      if (look === LOOKS || !isNotVisible(error)) throw error;
      await sleep(1000);
    }
  }
}

export interface WatchOptions {
  readonly style: 'bar' | 'lines' | 'none';
  /** Whether Ctrl-C asks what to do with the execution. Otherwise, the execution is left running. */
  readonly asks: boolean;
}

/** Shows an execution until it ends or is interrupted. */
export async function watchInTerminal(
  clients: Clients,
  executionArn: string,
  { style, asks }: WatchOptions,
): Promise<Watched> {
  const { ChildRetries: Retries } = await import('../aws');
  const children = new Retries(clients.sfn);
  const progress = createProgress(style);
  let interrupt: () => void = () => undefined;
  const onSignal = (): void => interrupt();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const watched = await watchCopy({
      read: () => readStarted(clients, executionArn, children),
      show: (step) => progress.update(shownProgress(step)),
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
      nextInterrupt: () => new Promise((resolve) => (interrupt = resolve)),
      ask: async () => {
        progress.stop();
        return asks ? ask() : 'leave';
      },
    });
    return watched;
  } finally {
    progress.stop();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function ask(): Promise<Choice> {
  const answer = await askInTerminal('Leave the copy running (l), stop it (s), or go on watching (w)? [l] ');
  if (answer?.startsWith('s')) return 'stop';
  return answer?.startsWith('w') ? 'continue' : 'leave';
}

/** How progress is shown on standard error. */
export function progressStyle(json: boolean | undefined): WatchOptions['style'] {
  if (json) return 'none';
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? 'bar' : 'lines';
}

/** Sets the exit code by the end of an execution, and prints the reason of a failure. */
export function reportEnd(progress: CopyProgress): void {
  if (hasFailed(progress)) fail(new CopyFailed(progress));
}

/** Ends a command that was interrupted. */
export function reportInterrupted(message: string): void {
  process.stderr.write(`mpcopy: ${message}\n`);
  process.exitCode = EXIT.INTERRUPTED;
}

/** `--wait`: shows an execution until it ends, and prints its result. Ctrl-C asks what to do with it. */
export async function waitForEnd(clients: Clients, executionArn: string, json: boolean | undefined): Promise<void> {
  if (!json) process.stderr.write(`Started ${executionArn}\n`);
  const { by, progress } = await watchInTerminal(clients, executionArn, { style: progressStyle(json), asks: true });
  if (by === 'ended' && progress) {
    process.stdout.write(json ? `${JSON.stringify(toJson(progress))}\n` : renderCopy(progress, Date.now(), false));
    reportEnd(progress);
    return;
  }
  if (by === 'leave') {
    reportInterrupted(`interrupted; the copy goes on. To follow it: mpcopy status ${executionArn} --watch`);
    return;
  }
  const { stopExecution } = await import('../aws');
  await stopExecution(clients.sfn, executionArn, 'Stopped by mpcopy after Ctrl-C');
  const upload =
    progress?.uploadId === undefined
      ? ''
      : `; its upload ${progress.uploadId} may be left: mpcopy sweep --list shows it, and with onFailure KEEP mpcopy resume ${executionArn} goes on with it`;
  reportInterrupted(`interrupted; the copy was stopped${upload}`);
}
