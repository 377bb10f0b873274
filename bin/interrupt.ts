import { EXIT } from './failure';

/** Exit code of a command whose output nobody reads, as shells have it: 128 + SIGPIPE. Node.js ignores the signal. */
const UNREAD = 141;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * On Ctrl-C, on SIGTERM, and when its terminal is closed, ends the process with a one-line message and exit code 130.
 * Temporary files are removed, as at any end of the process.
 *
 * @param cleanUp runs before the line is printed
 * @returns stops this; afterwards, the caller handles the signals
 */
export function exitWhenInterrupted(cleanUp: () => void): () => void {
  const exit = (reason: string): void => {
    // The terminal may no longer exist.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
    cleanUp();
    process.stderr.write(`mpcopy: interrupted by ${reason}\n`);
    process.exit(EXIT.INTERRUPTED);
  };
  // Not `once`: a second Ctrl-C must not end the process before its files are removed.
  for (const signal of SIGNALS) process.on(signal, exit);
  // The parent process was killed.
  const parentEnded = () => exit('the end of its parent process');
  process.on('disconnect', parentEnded);
  process.channel?.unref();
  return () => {
    for (const signal of SIGNALS) process.off(signal, exit);
    process.off('disconnect', parentEnded);
  };
}

/** Resolves on Ctrl-C, on SIGTERM, when the terminal is closed, and when the parent process has ended. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    // Not `once`: a second Ctrl-C must not end the process before its files are removed.
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    process.once('disconnect', () => resolve());
  });
}

/**
 * Ends the process without a word if the reader of its output has ended (`mpcopy … | head -1`), or the terminal is gone. Any other error of
 * the output, such as a full disk, is one line.
 */
export function exitWhenUnread(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isUnread(error)) process.stderr.write(`mpcopy: the output cannot be written: ${error.message}\n`);
    process.exit(isUnread(error) ? UNREAD : EXIT.FAILED);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => process.exit(isUnread(error) ? UNREAD : EXIT.FAILED));
}

function isUnread({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO';
}
