import { type Command, type CommanderError } from 'commander';
import { EXIT } from './failure';

/** Makes a command end with exit code 2 if its arguments are wrong, after commander has printed the reason. */
export function exitsOnUsage(command: Command): Command {
  return command.exitOverride((error: CommanderError) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT.USAGE);
  });
}
