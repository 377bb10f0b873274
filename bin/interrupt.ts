/** Exit code of a command that Ctrl-C has ended, as shells have it: 128 + SIGINT. */
const INTERRUPTED = 130;

/**
 * Ends the process with one line and exit code 130 on Ctrl-C, on SIGTERM, and when its terminal is closed. What is removed when the
 * process ends is removed.
 *
 * @param cleanUp runs before the line is printed
 */
export function exitWhenInterrupted(cleanUp: () => void): void {
  const exit = (reason: string): void => {
    // The terminal may be gone.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    cleanUp();
    process.stderr.write(`mpcopy: interrupted by ${reason}\n`);
    process.exit(INTERRUPTED);
  };
  // Not once: a second Ctrl-C must not end the process before its files are removed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exit(signal));
  // The process that has started this one was killed.
  process.on('disconnect', () => exit('the end of its parent process'));
  process.channel?.unref();
}
