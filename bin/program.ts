import { Command } from 'commander';
import { version } from '../package.json';
import { localCommand } from './commands/local';
import { planCommand } from './commands/plan';
import { reportCommand } from './commands/report';
import { resumeCommand } from './commands/resume';
import { s3Command } from './commands/s3';
import { startCommand } from './commands/start';
import { statusCommand } from './commands/status';
import { sweepCommand } from './commands/sweep';
import { notes, wrapsHelp } from './help';
import { refusesWrongArguments } from './usage';

const EXAMPLES = `
Examples:
  $ mpcopy local --size 10GiB                # copy 10 GiB of generated content
  $ mpcopy local --file movie.mp4            # copy the bytes of a file
  $ mpcopy local --app "npx tsx bin/app.ts"  # the workflow of your own app
  $ mpcopy start --stack Copies s3://raw/a.bin --wait  # a copy on AWS
  $ mpcopy plan --size 1TiB                  # parts, time, requests and cost
  $ mpcopy report EXECUTION_ARN report.html  # a page about an execution
  $ mpcopy s3 --port 9000                    # the embedded S3, for any S3 client`;

/** The complete command. The caller starts it. */
export function createProgram(): Command {
  const program = new Command('mpcopy')
    .description(
      'Starts, follows and estimates copies of S3 objects by a MultipartCopyWorkflow that is deployed on AWS; or runs its synthesized state machine and bundled workers on this machine, with an embedded S3 and without an AWS account (mpcopy local).',
    )
    .version(version)
    .addHelpText('after', notes(EXAMPLES));
  for (const command of [
    localCommand(),
    startCommand(),
    statusCommand(),
    resumeCommand(),
    sweepCommand(),
    planCommand(),
    reportCommand(),
    s3Command(),
  ]) {
    program.addCommand(refusesWrongArguments(wrapsHelp(command)));
  }
  return refusesWrongArguments(wrapsHelp(program));
}
