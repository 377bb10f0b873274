import { Command } from 'commander';
import { executionNameArgument } from '../arguments';
import { addWorkflowOptions, type WorkflowOptions } from '../aws-options';
import { resumeInput, stateMachineOf } from '../copies/resume';
import { notes } from '../help';
import { executionArnOf } from './executions';
import { readCopyProgress, waitForEnd } from './watching';

interface ResumeOptions extends WorkflowOptions {
  readonly name?: string;
  readonly wait?: boolean;
}

export function resumeCommand(): Command {
  const command = new Command('resume')
    .description('Start a copy that goes on with the upload of one that failed or was stopped.')
    .argument('<execution>', 'ARN of the execution; its name with --stack or --state-machine');
  return addWorkflowOptions(command)
    .option('--name <name>', 'name of the new execution, 1 to 80 characters (default: a UUID)', executionNameArgument)
    .option('--wait', 'show the progress until the copy has ended')
    .option('--json', 'print JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
The new execution has the source and the options of the old one, its destination, and options.resumeUploadId: the upload that the old one created.
Parts that are there are not copied again. A copy that fails or is stopped keeps its upload only with options.onFailure KEEP.

Examples:
  $ mpcopy resume arn:aws:states:us-east-1:111122223333:execution:Copy:1b2c --wait
  $ mpcopy resume nightly --stack Copies`;

async function run(execution: string, options: ResumeOptions): Promise<void> {
  const { name, wait, json } = options;
  const { clients, executionArn } = await executionArnOf(execution, options);
  const input = resumeInput(await readCopyProgress(clients, executionArn));
  const { startExecution } = await import('../aws');
  const started = await startExecution(clients.sfn, stateMachineOf(executionArn), input, name);
  if (wait) return waitForEnd(clients, started.executionArn, json);
  process.stdout.write(json ? `${JSON.stringify(started)}\n` : `Started ${started.executionArn}\n`);
}
