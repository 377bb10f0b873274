import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { countArgument } from '../arguments';
import type { Clients } from '../aws';
import { addWorkflowOptions, type WorkflowOptions } from '../aws-options';
import { type CopyProgress, toJson } from '../copies/copy-progress';
import { renderCopy, renderList } from '../copies/render';
import { notes } from '../help';
import { executionArnOf, openWorkflow } from './executions';
import { progressStyle, readCopyProgress, reportEnd, reportInterrupted, watchInTerminal } from './watching';

interface StatusOptions extends WorkflowOptions {
  readonly failed?: boolean;
  readonly watch?: boolean;
  readonly limit: number;
}

const DEFAULT_LIMIT = 10;
const LIST_SECONDS = 5;

export function statusCommand(): Command {
  const command = new Command('status')
    .description('Show running and recent copies with their progress, or one of them.')
    .argument('[execution]', 'ARN of an execution; its name with --stack or --state-machine');
  return addWorkflowOptions(command)
    .option('--failed', 'only executions that failed, timed out or were stopped, with their errors')
    .option('--watch', 'show it again and again, one execution until it ends')
    .option('--limit <number>', 'executions to show, besides those that run', countArgument, DEFAULT_LIMIT)
    .option('--json', 'print JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action((execution: string | undefined, options: StatusOptions) => run(execution, options));
}

const HELP = `
For each execution, Step Functions is asked for DescribeExecution, GetExecutionHistory, and DescribeMapRun for more than 40 parts. The calls
cost nothing, but have quotas, which the console and other tools share.

Exit code 1: the execution could not be read, or with --watch failed. 130: interrupted.

Examples:
  $ mpcopy status --stack Copies
  $ mpcopy status --stack Copies --failed --limit 50
  $ mpcopy status arn:aws:states:us-east-1:111122223333:execution:Copy:1b2c --watch`;

async function run(execution: string | undefined, options: StatusOptions): Promise<void> {
  if (execution === undefined) return list(options);
  const { clients, executionArn } = await executionArnOf(execution, options);
  if (!options.watch) {
    const progress = await readCopyProgress(clients, executionArn);
    process.stdout.write(options.json ? `${JSON.stringify(toJson(progress))}\n` : renderCopy(progress, Date.now()));
    return;
  }
  const style = progressStyle(options.json);
  const { by, progress } = await watchInTerminal(clients, executionArn, { style, asks: false });
  if (by !== 'ended' || progress === undefined) return reportInterrupted('interrupted; the copy goes on');
  process.stdout.write(
    options.json ? `${JSON.stringify(toJson(progress))}\n` : renderCopy(progress, Date.now(), false),
  );
  reportEnd(progress);
}

async function list(options: StatusOptions): Promise<void> {
  const { clients, stateMachineArn } = await openWorkflow(options);
  let isInterrupted = false;
  const waiting = new AbortController();
  if (options.watch) {
    process.once('SIGINT', () => {
      isInterrupted = true;
      waiting.abort();
    });
  }
  for (;;) {
    const copies = await readList(clients, stateMachineArn, options);
    const text = options.json ? `${JSON.stringify(copies.map(toJson))}\n` : renderList(copies, Date.now());
    const clears = options.watch && !options.json && process.stdout.isTTY;
    process.stdout.write(clears ? `\x1b[H\x1b[J${text}` : text);
    if (!options.watch) return;
    await sleep(LIST_SECONDS * 1000, undefined, { signal: waiting.signal }).catch(() => undefined);
    if (isInterrupted) return reportInterrupted('interrupted');
  }
}

async function readList(
  clients: Clients,
  stateMachineArn: string,
  { failed, limit = DEFAULT_LIMIT }: StatusOptions,
): Promise<CopyProgress[]> {
  const { listExecutionArns } = await import('../aws');
  const statuses = failed ? (['FAILED', 'TIMED_OUT', 'ABORTED'] as const) : (['RUNNING', undefined] as const);
  const lists = await Promise.all(
    statuses.map((status) =>
      listExecutionArns(clients.sfn, stateMachineArn, status === 'RUNNING' ? 1000 : limit, status),
    ),
  );
  const copies: CopyProgress[] = [];
  for (const arn of new Set(lists.flat())) copies.push(await readCopyProgress(clients, arn));
  copies.sort((a, b) => b.startedAt - a.startedAt);
  return failed ? copies.slice(0, limit) : copies;
}
