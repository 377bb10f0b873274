import { EXIT } from './failure';
import { visible } from './report/format';

/**
 * Ends the command with one clear line and exit code 1, or 2 if it was used wrongly. Messages name keys, which can have sequences that control a
 * terminal.
 */
export function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const text = `${['Error', 'UsageError', 'AwsError', 'CopyFailed'].includes(name) ? '' : `${name}: `}${message}`;
  process.stderr.write(`mpcopy: ${text.split('\n').map(visible).join('\n')}\n`);
  // By its name, since each bundle has a class of its own.
  process.exitCode = name === 'UsageError' ? EXIT.USAGE : EXIT.FAILED;
}
