import { createWriteStream, openSync } from 'node:fs';
import { Command } from 'commander';
import { isLoopbackName } from '../../local/front-door';
import { InvalidRun, loadFaults, ResourceUnavailable } from '../../local/run';
import { type LatencyOption, type RequestLogEntry, S3Server, type S3ServerOptions } from '../../local/s3';
import { accountArgument, portArgument, regionArgument } from '../arguments';
import { notes } from '../help';
import { latencyArgument } from '../latency';
import { readPrincipals } from '../principals';
import { scaleArgument } from '../scale';

interface S3Options {
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly dir?: string;
  readonly region?: string;
  readonly account?: string;
  readonly latency?: LatencyOption;
  readonly timeScale: number;
  readonly enforceIam?: boolean;
  readonly createKmsKeys?: boolean;
  readonly principals?: string;
  readonly allowUnknownKeys?: boolean;
  readonly faults?: string;
  readonly log?: string;
  readonly json?: boolean;
}

export function s3Command(): Command {
  return new Command('s3')
    .description(
      'Run the embedded S3 as a server. Any credentials are accepted unless --principals has their secret. Without --dir, buckets are in memory.',
    )
    .option('--port <number>', 'port to listen on; 0 picks a free one', portArgument, 0)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--allow-host <name...>', 'further host names of the server, such as host.docker.internal')
    .option('--dir <folder>', 'keep buckets and objects here, across restarts (default: in memory)')
    .option('--region <region>', 'Region of the server (default: us-east-1)', regionArgument)
    .option(
      '--account <id>',
      'account of access keys that belong to no other, 12 digits (default: 123456789012)',
      accountArgument,
    )
    .option(
      '--latency <model>',
      `answer as slowly as Amazon S3: 'aws', or a model as JSON such as {"partCopySeconds":1}`,
      latencyArgument,
    )
    .option('--time-scale <number>', 'how many times faster than on AWS the latency model runs', scaleArgument, 1)
    .option('--enforce-iam', 'check every request against the policies of its principal and its bucket')
    .option('--create-kms-keys', 'create unknown KMS keys on first use, instead of refusing them as KMS does')
    .option('--principals <file>', 'access keys with their policies and secrets, as a JSON list')
    .option('--allow-unknown-keys', 'with --principals, accept other access keys too, as root users')
    .option('--faults <file>', 'faults, as a JSON list or one per line')
    .option('--log <file>', 'write a JSON line for every request; - means standard error')
    .option('--json', 'print {"endpoint": …} as the first line')
    .addHelpText('after', notes(HELP))
    .action(serve);
}

const HELP = `
The same endpoint serves CreateKey, DescribeKey and a few more calls of KMS.
Without --principals, an access key is the root user of the account with the same 12 digits, else of --account. With it, access keys
that it does not list are refused, unless --allow-unknown-keys is given.
Signatures are verified for access keys that --principals gives a secretAccessKey; for others, any signature is accepted.
Requests of web pages are refused, unless their signature is verified. On a loopback address, so are requests for host names other than
localhost, names below it, those of S3, and --allow-host.

Examples:
  $ mpcopy s3 --port 9000 --dir ./s3-data
  $ AWS_ENDPOINT_URL_S3=http://127.0.0.1:9000 aws s3 mb s3://my-bucket
  $ mpcopy s3 --port 9000 --latency aws --time-scale 10
  $ mpcopy s3 --port 9000 --enforce-iam --principals principals.json
    [{"accessKeyId": "READER", "secretAccessKey": "…", "policies": [{"Version": "2012-10-17", "Statement": […]}]}]`;

async function serve(options: S3Options): Promise<void> {
  const principals = options.principals === undefined ? [] : readPrincipals(options.principals);
  const server = await startServer({
    host: options.host,
    port: options.port,
    dir: options.dir,
    region: options.region,
    accountId: options.account,
    latency: options.latency,
    timeScale: 1 / options.timeScale,
    enforceIam: options.enforceIam,
    allowedHosts: options.allowHost,
    refuseUnknownAccessKeys: options.principals !== undefined && options.allowUnknownKeys !== true,
    unknownKmsKeys: options.createKmsKeys ? 'create' : 'error',
    onRequest: options.log === undefined ? undefined : requestWriter(options.log),
  });
  try {
    for (const principal of principals) server.addPrincipal(principal);
    if (options.faults !== undefined) await loadFaults(server, options.faults);
  } catch (error) {
    await server.close();
    throw error;
  }
  if (!isLoopbackName(options.host)) process.stderr.write(openWarning(options));
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ endpoint: server.endpoint })}\n`
      : `S3 is listening on ${server.endpoint} (path-style, or BUCKET.localhost:${new URL(server.endpoint).port}); Ctrl+C ends it\n`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  await server.close();
}

function openWarning({ host, principals, enforceIam }: S3Options): string {
  const isOpen = principals === undefined || enforceIam !== true;
  return `Warning: ${host} is not a loopback address: other machines can reach this server, and web pages by any host name. ${
    isOpen ? 'Whoever does may read and delete everything. ' : ''
  }Use 127.0.0.1, or --principals with secrets and --enforce-iam.\n`;
}

/** @throws ResourceUnavailable if the address cannot be used, InvalidRun if the folder cannot be used */
async function startServer(options: S3ServerOptions & Pick<S3Options, 'host' | 'port'>): Promise<S3Server> {
  try {
    return await S3Server.start(options);
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === 'EADDRINUSE') {
      throw new ResourceUnavailable(
        `--port ${options.port} of ${options.host} is in use; specify another one, or 0 for any free port`,
      );
    }
    if (syscall === 'listen' || syscall === 'getaddrinfo') {
      throw new ResourceUnavailable(`--host ${options.host} --port ${options.port} cannot be listened on: ${message}`);
    }
    throw new InvalidRun(`--dir ${options.dir} cannot be used: ${message}`);
  }
}

/** @throws InvalidRun if the file cannot be written */
function requestWriter(file: string): (entry: RequestLogEntry) => void {
  const stream = file === '-' ? process.stderr : createWriteStream(file, { fd: openLog(file) });
  return (entry) => stream.write(`${JSON.stringify(entry)}\n`);
}

function openLog(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw new InvalidRun(`--log ${file} cannot be written: ${(error as Error).message}`);
  }
}
