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
import { exitsOnUsage } from './usage';

/** The complete command. The caller starts it. */
export function createProgram(): Command {
  const program = new Command('mpcopy')
    .description(
      'Starts, follows and estimates copies of S3 objects by a MultipartCopyWorkflow that is deployed on AWS; or runs its synthesized state machine and bundled workers on this machine, with an embedded S3 and without an AWS account (mpcopy local).',
    )
    .version(version)
    .showHelpAfterError('(mpcopy --help lists the commands)')
    .addHelpText(
      'after',
      `
Examples:
  $ mpcopy local --size 10GiB                 copy 10 GiB of generated content
  $ mpcopy local --file movie.mp4             copy the bytes of a file
  $ mpcopy local --app "npx tsx bin/app.ts"   run the workflow of your own CDK app
  $ mpcopy start --stack Copies s3://raw/a.bin --wait
                                              start a copy on AWS, and follow it
  $ mpcopy plan --size 1TiB                   parts, time, requests and cost of a copy
  $ mpcopy report EXECUTION_ARN report.html   a page about an execution, on AWS or here
  $ mpcopy s3 --port 9000                     the embedded S3, for any S3 client`,
    );
  program.addCommand(localCommand());
  for (const command of [
    startCommand(),
    statusCommand(),
    resumeCommand(),
    sweepCommand(),
    planCommand(),
    reportCommand(),
  ]) {
    program.addCommand(exitsOnUsage(command));
  }
  program.addCommand(s3Command());
  return exitsOnUsage(program);
}
