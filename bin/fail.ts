import { EXIT } from './failure';
import { visible } from './report/format';

/** Names of errors about arguments and the files that they name. Other errors happen while something runs. */
const WRONG_ARGUMENTS = [
  'UsageError',
  'InvalidExecutionArn',
  'InvalidRun',
  'InvalidParameter',
  'InvalidAssembly',
  'StateMachineNotFound',
  'InvalidFaults',
  'InvalidFaultError',
  'InvalidOptionError',
  'ForeignDirectoryError',
];

/**
 * Ends the command with a one-line message and exit code 1, or 2 for wrong usage. Messages may contain keys with
 * control sequences for terminals, which are escaped.
 */
export function fail(error: unknown): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const text = `${['Error', 'UsageError', 'AwsError', 'CopyFailed'].includes(name) ? '' : `${name}: `}${message}`;
  process.stderr.write(`mpcopy: ${text.split('\n').map(visible).join('\n')}\n`);
  // Compares the name, since each bundle has a class of its own.
  process.exitCode = WRONG_ARGUMENTS.includes(name) ? EXIT.USAGE : EXIT.FAILED;
}
