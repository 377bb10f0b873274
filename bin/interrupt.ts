/** Exit code of a command that Ctrl-C has ended, as shells have it: 128 + SIGINT. */
const INTERRUPTED = 130;

/**
 * Ends the process with one line and exit code 130 on Ctrl-C, on SIGTERM, and when its terminal is closed. What is removed when the
 * process ends is removed.
 *
 * @param cleanUp runs before the line is printed
 */
export function exitWhenInterrupted(cleanUp: () => void): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      // The terminal may be gone.
      for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
      cleanUp();
      process.stderr.write(`mpcopy: interrupted by ${signal}\n`);
      process.exit(INTERRUPTED);
    });
  }
}
