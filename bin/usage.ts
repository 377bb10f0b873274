import { type Command, type CommanderError, InvalidArgumentError } from 'commander';
import { EXIT } from './failure';
import { visible } from './report/format';

/**
 * Makes a command end with exit code 2 and one line on standard error if its arguments are wrong. Options that take any text refuse empty
 * text: it usually comes from a variable of a script that is not set.
 */
export function refusesWrongArguments(command: Command): Command {
  for (const option of command.options) {
    if (option.required && !option.variadic && option.parseArg === undefined) option.argParser(textArgument);
  }
  return command
    .configureOutput({ outputError: (text, write) => write(`mpcopy: ${oneLine(text)} (${pointer(command)})\n`) })
    .exitOverride((error: CommanderError) => {
      process.exit(error.exitCode === 0 ? 0 : EXIT.USAGE);
    });
}

function textArgument(text: string): string {
  if (text === '') throw new InvalidArgumentError('Specify a value, or omit the option.');
  return text;
}

/** The message and the suggestion of commander. Arguments may contain control sequences for terminals, which are escaped. */
function oneLine(text: string): string {
  return visible(
    text
      .trim()
      .replace(/^error: /, '')
      .replaceAll('\n', ' '),
  );
}

function pointer(command: Command): string {
  return command.parent === null
    ? 'mpcopy --help lists the commands'
    : `mpcopy ${command.name()} --help lists the options`;
}
