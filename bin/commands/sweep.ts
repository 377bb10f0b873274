import { Command, Option } from 'commander';
import { repeated } from '../arguments';
import type { Clients } from '../aws';
import { addWorkflowOptions, type WorkflowOptions } from '../aws-options';
import type { CopyProgress } from '../copies/copy-progress';
import { renderUploads, type SweptUpload } from '../copies/render-uploads';
import { UPLOADING_STATUSES } from '../copies/statuses';
import { functionOfState, monthlyUSD, uploadsOfWorkflow, type WorkflowUpload } from '../copies/sweep';
import { fail } from '../fail';
import { UsageError } from '../failure';
import { notes } from '../help';
import { openWorkflow } from './executions';
import { readCopyProgress } from './watching';

interface SweepOptions extends WorkflowOptions {
  readonly list?: boolean;
  readonly abort?: boolean;
  readonly kept?: boolean;
  readonly bucket?: readonly string[];
  readonly prefix?: string;
}

/** Executions of each status that are read, the newest first. */
const EXECUTIONS = 200;

export function sweepCommand(): Command {
  const command = new Command('sweep')
    .description('Show and remove multipart uploads that a workflow left, with their size and monthly cost.')
    .addOption(new Option('--list', 'show the uploads, and change nothing').conflicts('abort'))
    .option('--abort', 'abort those that nothing uses any more');
  return addWorkflowOptions(command)
    .addOption(
      new Option('--kept', 'with --abort: also those that a failed execution kept, to go on with').conflicts('list'),
    )
    .option(
      '--bucket <name>',
      'bucket to look in, besides those that recent executions copied to; may be repeated',
      repeated,
    )
    .option('--prefix <prefix>', 'only uploads of keys with this prefix')
    .option('--json', 'print JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
Uploads of the workflow are those that one of its executions created, or that were created by the session of its Begin function. Uploads of
anybody else are neither shown nor touched; nor are those of executions that run removed, or may run. An upload of which no execution is
known is left alone for an hour.

Of each status, the newest ${EXECUTIONS} executions that run or did not succeed are read, by two or three calls each, which cost nothing.
ListMultipartUploads and ListParts cost $0.005 per 1,000; ListParts is one call for each upload and 1,000 parts.

Needs states:DescribeStateMachine, states:ListExecutions, states:DescribeExecution, states:GetExecutionHistory,
states:DescribeMapRun, s3:ListBucketMultipartUploads, s3:ListMultipartUploadParts, and s3:AbortMultipartUpload for --abort.

Examples:
  $ mpcopy sweep --stack Copies --list
  $ mpcopy sweep --stack Copies --abort --bucket lake`;

async function run(options: SweepOptions): Promise<void> {
  if (!options.list && !options.abort) throw new UsageError('specify --list or --abort');
  const { clients, stateMachineArn } = await openWorkflow(options);
  const uploads = await findUploads(clients, stateMachineArn, options);
  const swept: SweptUpload[] = [];
  const problems: Error[] = [];
  const { abortUpload, sizeUpload } = await import('../aws');
  for (const upload of uploads) {
    const stored = await sizeUpload(clients.s3, upload);
    if (stored === undefined) continue;
    const usd = monthlyUSD(stored);
    const removes = options.abort && (upload.state === 'LEFT' || (upload.state === 'KEPT' && options.kept));
    let isAborted = false;
    try {
      if (removes) await abortUpload(clients.s3, upload);
      isAborted = removes === true;
    } catch (error) {
      problems.push(error as Error);
    }
    swept.push({ ...upload, ...stored, ...(usd !== undefined && { monthlyUSD: usd }), isAborted });
  }
  process.stdout.write(options.json ? `${JSON.stringify(swept)}\n` : renderUploads(swept, options.abort === true));
  for (const problem of problems) fail(problem);
}

async function findUploads(
  clients: Clients,
  stateMachineArn: string,
  { bucket = [], prefix = '' }: SweepOptions,
): Promise<WorkflowUpload[]> {
  const { listUploads, readDefinition } = await import('../aws');
  const beginFunction = functionOfState(await readDefinition(clients.sfn, stateMachineArn), 'Begin') ?? '';
  const executions = await readExecutions(clients, stateMachineArn);
  const buckets = new Set([...bucket, ...executions.flatMap(({ destination }) => destination?.bucket ?? [])]);
  const found: WorkflowUpload[] = [];
  for (const name of buckets) {
    const uploads = await listUploads(clients.s3, name, prefix);
    found.push(...uploadsOfWorkflow(uploads, { beginFunction, executions, now: Date.now() }));
  }
  return found;
}

/** Executions that may have left an upload, or use one. */
async function readExecutions(clients: Clients, stateMachineArn: string): Promise<CopyProgress[]> {
  const { listExecutionArns } = await import('../aws');
  const executions: CopyProgress[] = [];
  for (const status of UPLOADING_STATUSES) {
    const limit = status === 'RUNNING' ? 10_000 : EXECUTIONS;
    for (const arn of await listExecutionArns(clients.sfn, stateMachineArn, limit, status)) {
      executions.push(await readCopyProgress(clients, arn));
    }
  }
  return executions;
}
