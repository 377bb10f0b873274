import { EXIT, UsageError } from './failure';

/** Ends the command with one clear line and exit code 1, or 2 if it was used wrongly. */
export function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(
    `mpcopy: ${['Error', 'UsageError', 'AwsError', 'CopyFailed'].includes(name) ? '' : `${name}: `}${message}\n`,
  );
  process.exitCode = error instanceof UsageError ? EXIT.USAGE : EXIT.FAILED;
}
