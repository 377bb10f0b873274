import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import {
  type CopyRun,
  type CopyRunOptions,
  type CopyRunReport,
  InvalidRun,
  parseSetup,
  runCopy,
} from '../../local/run';
import type { LatencyOption } from '../../local/s3';
import {
  type ChildExecutionsOption,
  childExecutionsOption,
  countArgument,
  objectSizeArgument,
  portArgument,
  sizeArgument,
} from '../arguments';
import { eventWriter } from '../event-writer';
import { fail } from '../fail';
import { notes } from '../help';
import { exitWhenInterrupted } from '../interrupt';
import { latencyArgument } from '../latency';
import { createProgress, type ProgressStyle } from '../progress';
import { renderRun } from '../render';
import { visible } from '../report/format';
import { RunReport } from '../run-report';
import { userEnvironment } from '../sandbox';
import { scaleArgument } from '../scale';
import { chooseApp, type ChosenApp } from './local-app';
import { endpointArgument, parameterArgument } from './local-arguments';
import { serve } from './local-serve';

interface LocalOptions {
  readonly file?: string;
  readonly size?: number;
  readonly onDisk?: boolean;
  readonly key?: string;
  readonly partSize?: number;
  readonly concurrency?: number;
  readonly childExecutions?: ChildExecutionsOption;
  readonly input?: string;
  readonly sourceSetup?: string;
  readonly app?: string;
  readonly template?: string;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly stateMachine?: string;
  readonly dir?: string;
  readonly endpoint?: string;
  readonly latency?: LatencyOption;
  readonly timeScale?: number;
  readonly faults?: string;
  readonly lambdaConcurrency?: number;
  readonly platformFaults?: string;
  readonly enforceIam?: boolean;
  readonly report?: string;
  readonly events?: string;
  /** The port; true means any free port. */
  readonly serve?: number | true;
  readonly json?: boolean;
}

export function localCommand(): Command {
  return new Command('local')
    .description('Copy one object through the synthesized state machine on this machine, and compare source and copy.')
    .addOption(new Option('--file <path>', 'copy the bytes of this file').conflicts(['size', 'onDisk']))
    .option(
      '--size <size>',
      'copy an object of this size, with generated content (default: 256MiB)',
      objectSizeArgument,
    )
    .option('--on-disk', 'with --size: generate real bytes, and keep them on disk during the run')
    .option('--key <key>', "key of the source object, not encoded (default: the input's, else object.bin)")
    .option('--part-size <size>', 'size of the parts: options.partSize of the input', sizeArgument)
    .option('--concurrency <number>', 'parts copied at a time: options.maxConcurrency of the input', countArgument)
    .addOption(childExecutionsOption().conflicts(['app', 'template']))
    .option('--input <file>', 'execution input: the console form, or an EventBridge "Object Created" event')
    .option(
      '--source-setup <file>',
      'source object, buckets and secrets, as JSON (see docs/local.md of the repository)',
    )
    .addOption(
      new Option(
        '--app <command>',
        'CDK app to synthesize, or folder of a cloud assembly (default: the app of ./cdk.json, else a demo app)',
      ).conflicts('template'),
    )
    .option('--template <file>', 'synthesized template to run, in its cloud assembly')
    .option(
      '--parameter <name=value>',
      'value of a template parameter, or of an SSM parameter that the app does not make; may be repeated',
      parameterArgument,
    )
    .option(
      '--state-machine <id>',
      'construct path of the workflow (Copy, or Stack/Copy) or logical id, if there are several state machines',
    )
    .option('--dir <folder>', 'keep buckets and objects in this folder, as mpcopy s3 --dir does')
    .addOption(
      new Option('--endpoint <url>', 'use the buckets and objects of a running mpcopy s3')
        .argParser(endpointArgument)
        .conflicts(['dir', 'onDisk', 'sourceSetup', 'faults', 'latency', 'enforceIam']),
    )
    .option(
      '--latency <model>',
      `let the embedded S3 answer as slowly as Amazon S3: 'aws', or a model as JSON such as {"partCopySeconds":1}`,
      latencyArgument,
    )
    .option('--time-scale <number>', 'how many times faster than on AWS time passes (default: 10)', scaleArgument)
    .option('--faults <file>', 'faults of the embedded S3, as a JSON list or one per line')
    .option(
      '--lambda-concurrency <number>',
      'concurrent Lambda executions of the account; new accounts have 10 to 50 (default: 1000)',
      countArgument,
    )
    .option('--platform-faults <file>', 'faults of Lambda and Step Functions, as a JSON list or one per line')
    .option('--enforce-iam', 'check every request of the workers against the policies of their synthesized role')
    .option(
      '--report <file>',
      'write a page about the execution: states, parts over time, throughput, cost (see docs/report.md)',
    )
    .option('--events <file>', 'write each event that is put to an event bus, as a line of JSON')
    .addOption(
      new Option(
        '--serve [port]',
        'run no execution, but serve Step Functions, S3 and CloudFormation to the AWS CLI and SDKs until Ctrl-C (default port: a free one)',
      )
        .argParser(portArgument)
        .conflicts(['input', 'endpoint', 'report', 'partSize', 'concurrency']),
    )
    .option('--json', 'print the report as JSON and nothing else')
    .addHelpText('after', notes(HELP))
    .action(run);
}

const HELP = `
Units of SIZE: B, KB, MB, GB, TB, KiB, MiB, GiB and TiB, as in 256MiB or 1.5TB.
Generated content takes no space: --size 48.8TiB works. Time passes --time-scale times faster; 1 is as slow as AWS. Exit code 0: the execution succeeded, and source and copy are equal if something was copied.

The app is that of --template, --app, or ./cdk.json, which is run as the CDK CLI runs it. Without a cdk.json, and always
with --source-setup unless --app or --template is given, it is a demo app: two buckets and a workflow that fit the setup.

Apps, and the functions of a template, are code that runs with all your rights: run only what you trust. Functions run in a
process without your environment and home folder, so that they do not pick up your credentials; that is no sandbox.

Buckets and objects are gone after the run, unless --dir or --endpoint says where they are kept. There, existing buckets are
left as they are, and the object of --key or --input is copied; one is put only if --size, --file or --source-setup asks for it.

With --serve, the AWS CLI and SDKs start executions, and put objects, at one URL, which is printed with the variables to set.

Examples:
  $ mpcopy local --size 48.8TiB
  $ mpcopy local --serve 4566
  $ mpcopy local --size 1TiB --report report.html
  $ mpcopy local --file movie.mp4 --part-size 8MiB --json
  $ mpcopy local --app "npx tsx bin/my-app.ts" --key raw/a.bin
  $ mpcopy local --state-machine MyStack/Copy --input event.json
  $ mpcopy local --endpoint http://127.0.0.1:9000 --key movie.mp4
  $ mpcopy local --source-setup locked.json --input copy-lock.json --enforce-iam`;

async function run(options: LocalOptions): Promise<void> {
  const progress = createProgress(progressStyle(options));
  const keepRunning = exitWhenInterrupted(() => progress.stop());
  process.removeAllListeners('warning').on('warning', printWarning);
  try {
    const page = await preparePage(options);
    const { title, ...runOptions } = toRunOptions(options);
    if (!options.json) process.stderr.write(`Running the ${title}\n`);
    if (options.serve !== undefined) {
      const appEnvironment = await userEnvironment();
      const port = options.serve === true ? 0 : options.serve;
      await serve({ ...runOptions, appEnvironment, port, json: options.json }, progress, keepRunning);
      return;
    }
    const finished = await runCopy({
      ...runOptions,
      appEnvironment: await userEnvironment(),
      onProgress: (step) => progress.update(step),
      onFinished: (execution) => page?.read(execution),
    });
    progress.stop();
    await page?.write(finished);
    report(finished, options);
  } catch (error) {
    progress.stop();
    if (!(error instanceof InvalidExecutionInput) || !options.json) throw error;
    process.stdout.write(`${JSON.stringify(refused(error))}\n`);
    fail(error);
  }
}

async function preparePage({ report: file, latency }: LocalOptions): Promise<RunReport | undefined> {
  return file === undefined ? undefined : RunReport.prepare(file, latency === 'aws' ? latency : undefined);
}

function progressStyle({ json }: LocalOptions): ProgressStyle {
  if (json) return 'none';
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? 'bar' : 'lines';
}

/** The message in one line. A full disk is an error of the run, which reports it. */
function printWarning({ name, message, code }: NodeJS.ErrnoException): void {
  if (code !== 'ENOSPC') process.stderr.write(`mpcopy: ${name}: ${message}\n`);
}

function report(finished: CopyRun, options: LocalOptions): void {
  const { execution, result, verified } = finished.report;
  process.stdout.write(
    options.json ? `${JSON.stringify(finished.report)}\n` : renderRun(finished, options.endpoint ?? options.dir),
  );
  if (execution.status === 'FAILED') {
    fail(Object.assign(new Error(visible(causeMessage(execution.cause))), { name: execution.error }));
  } else if (!verified && result?.status !== 'PLANNED') {
    fail(new Error(`the copy is not equal to its source: ${finished.verification.text}`));
  }
}

/** The cause of a failed Lambda task is JSON that contains the message. */
function causeMessage(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}

/** The error of StartExecution for an input that is not JSON. */
class InvalidExecutionInput extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidExecutionInput';
  }
}

function refused(error: Error): CopyRunReport {
  return {
    execution: { status: 'FAILED', error: error.name, cause: error.message, states: [], elapsedSeconds: 0 },
    result: null,
    requests: {},
    stateTransitions: 0,
    verified: false,
    source: null,
    copy: null,
    openUploads: 0,
  };
}

function toRunOptions({
  concurrency,
  input,
  sourceSetup,
  parameter,
  report: _,
  serve: _port,
  events,
  ...rest
}: LocalOptions): CopyRunOptions & ChosenApp {
  const given = {
    ...rest,
    parameters: parameter,
    onBusEvent: events === undefined ? undefined : eventWriter(events),
    maxConcurrency: concurrency,
    input: input === undefined ? undefined : readInput(input),
    sourceSetup:
      sourceSetup === undefined ? undefined : parseSetup(readText('--source-setup', sourceSetup), sourceSetup),
  };
  return { ...given, app: undefined, ...chooseApp(given, process.cwd()) };
}

function readInput(file: string): unknown {
  try {
    return JSON.parse(readText('--input', file));
  } catch (error) {
    if (error instanceof InvalidRun) throw error;
    throw new InvalidExecutionInput(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function readText(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidRun(`${option} ${file} cannot be read: ${(error as Error).message}`);
  }
}
