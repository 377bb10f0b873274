import { Command, Option } from 'commander';
import type { CopyEstimate } from '../../lib/private/estimates/estimate';
import { MAX_PART_SIZE, MIN_PART_SIZE } from '../../lib/private/protocol';
import { parseUri } from '../../lib/private/protocol/object-uri';
import { valueProblems } from '../../lib/private/protocol/option-rules';
import {
  type ChildExecutionsOption,
  childExecutionsOption,
  countArgument,
  objectSizeArgument,
  regionArgument,
  sizeArgument,
  urlArgument,
} from '../arguments';
import { UsageError } from '../failure';
import { notes } from '../help';
import { planObject, type PlanRequest, planSize } from '../plan/plan-copy';
import { renderPlan } from '../plan/render-plan';

interface PlanCommandOptions {
  readonly size?: number;
  readonly concurrency?: number;
  readonly childExecutions?: ChildExecutionsOption;
  readonly partSize?: number;
  readonly storageClass?: string;
  readonly kms?: 'source' | 'destination' | 'both';
  readonly from?: string;
  readonly to?: string;
  readonly lambdaConcurrency?: number;
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  readonly json?: boolean;
}

export function planCommand(): Command {
  return new Command('plan')
    .description('Estimate a copy: parts, time, requests, state transitions, cost, and limits that are near.')
    .argument('[source]', 'object to copy, such as s3://bucket/key; S3 is asked for its size and checksum')
    .option('--size <size>', 'size of an object, instead of one that is there', objectSizeArgument)
    .option('--concurrency <number>', 'parts copied at a time: maxConcurrency (default: 250)', countArgument)
    .option('--part-size <size>', 'size of the parts: partSize (default: chosen for the object)', sizeArgument)
    .addOption(childExecutionsOption())
    .option('--storage-class <class>', "storage class of the copy (default: the source's, else STANDARD)")
    .addOption(
      new Option('--kms <end>', 'encrypted with SSE-KMS, without an S3 Bucket Key').choices([
        'source',
        'destination',
        'both',
      ]),
    )
    .option('--from <region>', 'Region of the source, if it is not that of the destination', regionArgument)
    .option('--to <region>', 'Region of the destination', regionArgument)
    .option(
      '--lambda-concurrency <number>',
      'concurrent Lambda executions of the account (default: 1000)',
      countArgument,
    )
    .option('--region <region>', 'Region to ask for the object', regionArgument)
    .option('--profile <name>', 'profile of the shared AWS configuration')
    .option('--endpoint-url <url>', 'endpoint of S3 instead of that of AWS', urlArgument)
    .option('--json', 'print the estimate as JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
Nothing is copied, and nothing is called but HeadObject, for a source that is named. An execution with options.dryRun returns the same
estimate, and checks permissions, the destination and all options besides.

Prices are list prices, with their date; docs/commands.md has the model and what the estimate leaves out.

Examples:
  $ mpcopy plan --size 1TiB
  $ mpcopy plan --size 48.8TiB --concurrency 1000 --json
  $ mpcopy plan --size 10TiB --from us-east-1 --to eu-west-1 --kms both
  $ mpcopy plan s3://raw/incoming/movie.mp4 --profile prod`;

async function run(source: string | undefined, options: PlanCommandOptions): Promise<void> {
  const request = requestOf(options);
  const estimate = await estimateOf(source, options, request);
  process.stdout.write(options.json ? `${JSON.stringify(estimate)}\n` : renderPlan(estimate));
}

async function estimateOf(
  source: string | undefined,
  { size, region, profile, endpointUrl }: PlanCommandOptions,
  request: PlanRequest,
): Promise<CopyEstimate> {
  if ((source === undefined) === (size === undefined)) {
    throw new UsageError('specify either --size, or an object such as s3://bucket/key');
  }
  if (size !== undefined) return planSize(size, request);
  const address = parseUri(source!);
  if (address === undefined || address.key === '') {
    throw new UsageError(`${JSON.stringify(source)} is not the URI of an object; it looks like s3://bucket/key`);
  }
  const { Clients, headObject } = await import('../aws');
  const { s3 } = new Clients({ region, profile, endpointUrl });
  const { head, firstPartSize } = await headObject(s3, address);
  return planObject(address, head, firstPartSize, request);
}

function requestOf(options: PlanCommandOptions): PlanRequest {
  const { from, to, kms, partSize, concurrency, childExecutions, storageClass, lambdaConcurrency } = options;
  if ((from === undefined) !== (to === undefined))
    throw new UsageError('--from and --to belong together: specify both');
  for (const { text } of storageClass === undefined ? [] : valueProblems({ storageClass })) {
    throw new UsageError(`--storage-class ${text}`);
  }
  if (partSize !== undefined && (partSize < MIN_PART_SIZE || partSize > MAX_PART_SIZE)) {
    throw new UsageError(`--part-size is ${partSize} bytes; specify 5MiB to 5GiB, the sizes of parts`);
  }
  if (concurrency !== undefined && concurrency > 10_000)
    throw new UsageError(`--concurrency is ${concurrency}; specify at most 10000`);
  return {
    partSize,
    concurrency,
    ...(childExecutions !== undefined && childExecutions !== 'STANDARD' && { childExecutions }),
    storageClass,
    lambdaConcurrency,
    kms: kms === 'both' ? ['source', 'destination'] : kms === undefined ? [] : [kms],
    ...(from !== undefined && to !== undefined && { regions: { from, to } }),
  };
}
