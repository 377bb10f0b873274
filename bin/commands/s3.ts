import { createWriteStream, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { InvalidRun, loadFaults } from '../../local/run';
import { type LatencyOption, type PrincipalOptions, type RequestLogEntry, S3Server } from '../../local/s3';
import { scaleArgument } from '../scale';

interface S3Options {
  readonly port: number;
  readonly host: string;
  readonly dir?: string;
  readonly region?: string;
  readonly account?: string;
  readonly latency?: LatencyOption;
  readonly timeScale: number;
  readonly enforceIam?: boolean;
  readonly createKmsKeys?: boolean;
  readonly principals?: string;
  readonly faults?: string;
  readonly log?: string;
  readonly json?: boolean;
}

export function s3Command(): Command {
  return new Command('s3')
    .description(
      'Run the embedded S3 as a server. Any credentials do, unless --principals has their secret; buckets live until it ends, or in --dir.',
    )
    .option('--port <number>', 'port to listen on; 0 picks a free one', parsePort, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--dir <folder>', 'keep buckets and objects here, across restarts (default: in memory)')
    .option('--region <region>', 'Region of the server (default: us-east-1)')
    .option('--account <id>', 'account of credentials that name no other, 12 digits (default: 123456789012)')
    .option('--latency <model>', "'aws', or a JSON object of numbers: take the time that S3 takes", parseLatency)
    .option('--time-scale <number>', 'how much faster than on AWS the latency model runs', scaleArgument, 1)
    .option('--enforce-iam', 'check every request against the policies of its principal and its bucket')
    .option('--create-kms-keys', 'take any KMS key for one that exists, instead of refusing unknown ones as KMS does')
    .option('--principals <file>', 'access keys, their policies and secrets, as a JSON list')
    .option('--faults <file>', 'faults to have, as a JSON list or one a line')
    .option('--log <file>', 'write a JSON line for every request; - is standard error')
    .option('--json', 'print {"endpoint": …} as the first line')
    .addHelpText(
      'after',
      `
KMS clients find CreateKey, DescribeKey and a few more calls at the same endpoint.
Access keys that --principals does not name are the root user of the account of the same 12 digits, else of --account.
The signatures of those that it gives a secretAccessKey are verified; any do for the others.

Examples:
  $ mpcopy s3 --port 9000 --dir ./s3-data
  $ AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000 aws s3 mb s3://my-bucket
  $ mpcopy s3 --port 9000 --latency aws --time-scale 10
  $ mpcopy s3 --port 9000 --enforce-iam --principals principals.json
    [{"accessKeyId": "READER", "secretAccessKey": "…", "policies": [{"Version": "2012-10-17", "Statement": […]}]}]`,
    )
    .action(serve);
}

async function serve(options: S3Options): Promise<void> {
  const principals = options.principals === undefined ? [] : readPrincipals(options.principals);
  const server = await S3Server.start({
    host: options.host,
    port: options.port,
    dir: options.dir,
    region: options.region,
    accountId: options.account,
    latency: options.latency,
    timeScale: 1 / options.timeScale,
    enforceIam: options.enforceIam,
    unknownKmsKeys: options.createKmsKeys ? 'create' : 'error',
    onRequest: options.log === undefined ? undefined : requestWriter(options.log),
  });
  for (const principal of principals) server.addPrincipal(principal);
  if (options.faults !== undefined) {
    try {
      await loadFaults(server, options.faults);
    } catch (error) {
      await server.close();
      throw error;
    }
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ endpoint: server.endpoint })}\n`
      : `S3 is listening on ${server.endpoint} (path-style, or BUCKET.localhost:${new URL(server.endpoint).port}); Ctrl+C ends it\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await server.close();
}

function requestWriter(file: string): (entry: RequestLogEntry) => void {
  const stream = file === '-' ? process.stderr : createWriteStream(file, { flags: 'a' });
  return (entry) => stream.write(`${JSON.stringify(entry)}\n`);
}

function readPrincipals(file: string): PrincipalOptions[] {
  let principals: unknown;
  try {
    principals = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InvalidRun(`--principals ${file} cannot be read: ${(error as Error).message}`);
  }
  if (!Array.isArray(principals) || !principals.every(isNamed)) {
    throw new InvalidRun(`--principals ${file} must hold a JSON list of objects with an accessKeyId`);
  }
  for (const { accessKeyId, secretAccessKey } of principals) {
    if (secretAccessKey === undefined || (typeof secretAccessKey === 'string' && secretAccessKey !== '')) continue;
    throw new InvalidRun(`--principals ${file} has a secretAccessKey for ${accessKeyId} that is no text`);
  }
  return principals;
}

function isNamed(item: unknown): item is PrincipalOptions {
  return typeof (item as PrincipalOptions | null)?.accessKeyId === 'string';
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError('Give a whole number from 0 to 65535.');
  return port;
}

function parseLatency(text: string): LatencyOption {
  if (text === 'aws') return text;
  try {
    const model: unknown = JSON.parse(text);
    if (typeof model === 'object' && model !== null && !Array.isArray(model)) return model;
  } catch {
    // Told below.
  }
  throw new InvalidArgumentError(`Give aws, or numbers such as '{"requestSeconds": 0.1, "partCopySeconds": 2.7}'.`);
}
