import { EXIT } from './failure';

/** Ends the command with one clear line and exit code 1, or 2 if it was used wrongly. */
export function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(
    `mpcopy: ${['Error', 'UsageError', 'AwsError', 'CopyFailed'].includes(name) ? '' : `${name}: `}${message}\n`,
  );
  // By its name, since each bundle has a class of its own.
  process.exitCode = name === 'UsageError' ? EXIT.USAGE : EXIT.FAILED;
}
