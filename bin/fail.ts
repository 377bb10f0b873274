/** Ends the command with one clear line and exit code 1. */
export function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(`mpcopy: ${name === 'Error' ? '' : `${name}: `}${message}\n`);
  process.exitCode = 1;
}
