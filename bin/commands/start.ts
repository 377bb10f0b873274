import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { executionNameArgument, repeated } from '../arguments';
import { addWorkflowOptions, type WorkflowOptions } from '../aws-options';
import { executionInput } from '../copies/input';
import { UsageError } from '../failure';
import { notes } from '../help';
import { openWorkflow } from './executions';
import { waitForEnd } from './watching';

interface StartOptions extends WorkflowOptions {
  readonly option?: readonly string[];
  readonly versionId?: string;
  readonly input?: string;
  readonly name?: string;
  readonly wait?: boolean;
}

export function startCommand(): Command {
  const command = new Command('start')
    .description('Start a copy on AWS, and wait for it if --wait is given.')
    .argument('[source]', 'object to copy, such as s3://bucket/key; the key is not encoded')
    .argument('[destination]', "s3://bucket/key, or s3://bucket/folder/ (default: the workflow's first destination)");
  return addWorkflowOptions(command)
    .option(
      '--option <name=value>',
      'option of the execution input, such as overwrite=never or metadata.color=blue; may be repeated',
      repeated,
    )
    .option('--version-id <id>', 'version of the source (default: the current one)')
    .option('--input <file>', 'execution input as JSON, instead of an object')
    .option('--name <name>', 'name of the execution, 1 to 80 characters (default: a UUID)', executionNameArgument)
    .option('--wait', 'show the progress until the copy has ended')
    .option('--json', 'print JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
--stack finds the workflow by the outputs of the stack, or else by its resources. docs/input.md lists the options of --option.

Exit code 0: the copy was started, or with --wait that it is made or was skipped. 1: it failed. 2: the arguments are wrong. 130: interrupted.
With --wait, Ctrl-C asks whether to leave the execution running or to stop it; without a terminal, it is left running.

With --wait, the execution is read every second at first, and every 15 seconds after some minutes. Each time that is DescribeExecution,
GetExecutionHistory, and for more than 40 parts DescribeMapRun and ListExecutions; while parts take too long, also up to ten
GetExecutionHistory of their executions. These calls cost nothing, but count against the quotas of Step Functions.

Needs states:StartExecution on the state machine; with --wait states:DescribeExecution, states:GetExecutionHistory and
states:DescribeMapRun, states:ListExecutions to count retries of parts, and states:StopExecution to stop it; with --stack cloudformation:DescribeStacks and
cloudformation:ListStackResources.

Examples:
  $ mpcopy start --stack Copies s3://raw/incoming/movie.mp4 --wait
  $ mpcopy start --stack Copies s3://raw/a.bin s3://lake/b.bin --option overwrite=never --option partSize=256MiB
  $ mpcopy start --state-machine arn:aws:states:us-east-1:111122223333:stateMachine:Copy --input input.json --json
  $ mpcopy start --endpoint-url http://127.0.0.1:4566 --stack Copies s3://raw/a.bin   # mpcopy local --serve 4566`;

async function run(source: string | undefined, destination: string | undefined, options: StartOptions): Promise<void> {
  const { versionId, option = [], input: file, name, json } = options;
  const input = executionInput({
    source,
    destination,
    versionId,
    options: option,
    ...(file !== undefined && { input: readInput(file) }),
  });
  const { clients, stateMachineArn } = await openWorkflow(options);
  const { startExecution } = await import('../aws');
  const started = await startExecution(clients.sfn, stateMachineArn, input, name);
  if (!options.wait) {
    process.stdout.write(json ? `${JSON.stringify(started)}\n` : `Started ${started.executionArn}\n`);
    return;
  }
  await waitForEnd(clients, started.executionArn, json);
}

function readInput(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new UsageError(`--input ${file} cannot be read: ${(error as Error).message}`);
  }
}
