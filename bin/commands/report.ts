import { Command, InvalidArgumentError } from 'commander';
import { version } from '../../package.json';
import { regionArgument, urlArgument } from '../arguments';
import { notes } from '../help';
import { exitWhenInterrupted } from '../interrupt';
import { requireWritable, writeReport } from '../report-file';

interface ReportOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly details: number | 'all';
}

/** Default number of histories of child executions: half of the calls that AWS allows an account at once. */
const DEFAULT_DETAILS = 200;

export function reportCommand(): Command {
  return new Command('report')
    .description(
      'Write one HTML page about an execution: states, parts over time, throughput, proof, requests and cost.',
    )
    .argument('<execution>', 'ARN of an execution of a Standard workflow')
    .argument('<file>', 'HTML file to write')
    .option('--region <region>', "Region to ask (default: the ARN's)", regionArgument)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option('--endpoint-url <url>', 'endpoint of Step Functions instead of that of AWS', urlArgument)
    .option(
      '--details <number|all>',
      'parts of a Distributed Map whose history is read, by one call each',
      detailsArgument,
      DEFAULT_DETAILS,
    )
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
Region and credentials are found as the AWS CLI finds them. The calls cost nothing, but have quotas: for 10,000 parts there
are about 15 calls for the times of all parts, and one GetExecutionHistory for the number and the tries of each part. The
failed parts, those that ended last and the slowest are read first. --details all takes about 11 minutes for 10,000 parts.

Needs states:DescribeExecution, and for all of the page states:GetExecutionHistory, states:DescribeStateMachineForExecution,
states:DescribeMapRun and states:ListExecutions.

Examples:
  $ mpcopy report arn:aws:states:us-east-1:111122223333:execution:Copy:1b2c report.html
  $ mpcopy report arn:aws:states:…:execution:Copy:1b2c report.html --profile prod --details all`;

async function run(execution: string, file: string, options: ReportOptions): Promise<void> {
  await requireWritable('FILE', file);
  exitWhenInterrupted(() => undefined);
  const { createClient, loadAssets, readExecution, renderPage, toReport } = await import('../report');
  const { region, profile, endpointUrl: endpoint, details } = options;
  const client = createClient(execution, { region, profile, endpoint });
  const data = await readExecution(client, execution, { details, unpaced: isLocal(endpoint), onProgress: tell });
  await writeReport(file, renderPage(toReport(data), loadAssets(), version));
  process.stderr.write(`${process.stderr.isTTY ? '\r\x1b[K' : ''}Report of ${execution} written to ${file}\n`);
}

/** Quotas are those of AWS. */
function isLocal(endpoint: string | undefined): boolean {
  return endpoint !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
}

/** In a terminal, one line that is rewritten; a log gets no progress. */
function tell(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${message}`);
}

function detailsArgument(text: string): number | 'all' {
  if (text === 'all') return text;
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Specify a whole number, or all.');
  return Number(text);
}
