/** Exit code of a command that Ctrl-C has ended, as shells have it: 128 + SIGINT. */
const INTERRUPTED = 130;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ends the process with one line and exit code 130 on Ctrl-C, on SIGTERM, and when its terminal is closed. What is removed when the
 * process ends is removed.
 *
 * @param cleanUp runs before the line is printed
 * @returns ends this: from then on, the caller handles the signals
 */
export function exitWhenInterrupted(cleanUp: () => void): () => void {
  const exit = (reason: string): void => {
    // The terminal may be gone.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    cleanUp();
    process.stderr.write(`mpcopy: interrupted by ${reason}\n`);
    process.exit(INTERRUPTED);
  };
  // Not once: a second Ctrl-C must not end the process before its files are removed.
  for (const signal of SIGNALS) process.on(signal, exit);
  // The process that has started this one was killed.
  const parentEnded = () => exit('the end of its parent process');
  process.on('disconnect', parentEnded);
  process.channel?.unref();
  return () => {
    for (const signal of SIGNALS) process.off(signal, exit);
    process.off('disconnect', parentEnded);
  };
}

/** Resolves on Ctrl-C, on SIGTERM, when the terminal is closed, and when the process that has started this one has ended. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Not once: a second Ctrl-C must not end the process before its files are removed.
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
}
