import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type CopyRun,
  type CopyRunOptions,
  type CopyRunReport,
  InvalidRun,
  parseSetup,
  runCopy,
} from '../../local/run';
import { parseSize } from '../../local/run/size';
import { fail } from '../fail';
import { createProgressBar } from '../progress';
import { renderRun } from '../render';
import { scaleArgument } from '../scale';

interface LocalOptions {
  readonly file?: string;
  readonly size?: number;
  readonly onDisk?: boolean;
  readonly key?: string;
  readonly partSize?: number;
  readonly concurrency?: number;
  readonly input?: string;
  readonly sourceSetup?: string;
  readonly app?: string;
  readonly template?: string;
  readonly stateMachine?: string;
  readonly timeScale?: number;
  readonly faults?: string;
  readonly enforceIam?: boolean;
  readonly json?: boolean;
}

const SIZES = 'SIZE takes B, KB, MB, GB, TB, KiB, MiB, GiB and TiB: 256MiB, 1.5TB.';

export function localCommand(): Command {
  return new Command('local')
    .description('Copy one object through the synthesized state machine on this machine, and compare source and copy.')
    .showHelpAfterError('(mpcopy local --help tells the options)')
    .addOption(new Option('--file <path>', 'copy the bytes of this file').conflicts(['size', 'onDisk']))
    .option('--size <size>', 'copy an object of this size, of generated content (default: 256MiB)', sizeArgument)
    .option('--on-disk', 'with --size: generate real bytes and keep them on disk while the copy runs')
    .option('--key <key>', "key of the source object, as it is (default: the input's, else object.bin)")
    .option('--part-size <size>', 'size of the parts: options.partSize of the input', sizeArgument)
    .option('--concurrency <number>', 'parts at the same time: options.maxConcurrency of the input', countArgument)
    .option('--input <file>', 'execution input: the console form, or an EventBridge "Object Created" event')
    .option(
      '--source-setup <file>',
      'source object, buckets and secrets other than by default, as JSON (see docs/local.md of the repository)',
    )
    .addOption(
      new Option('--app <command>', 'CDK app to synthesize (default: two buckets and a workflow)').conflicts(
        'template',
      ),
    )
    .option('--template <file>', 'synthesized template to run, in its cloud assembly')
    .option(
      '--state-machine <id>',
      'logical id of the state machine, or construct path of the workflow, where there are several',
    )
    .option(
      '--time-scale <number>',
      "how much faster than on AWS Step Functions' clock runs (default: 10)",
      scaleArgument,
    )
    .option('--faults <file>', 'faults that the embedded S3 is to have, as a JSON list or one a line')
    .option('--enforce-iam', 'check every request of the workers against the policies of their synthesized role')
    .option('--json', 'print a report as JSON and nothing else')
    .addHelpText(
      'after',
      `
${SIZES}
Generated content takes no room: --size 48.8TiB works. Waits and dispatch rates of Step Functions run at --time-scale;
1 is as slow as AWS. Exit code 0: the execution succeeded, and source and copy are equal where something was copied.

Examples:
  $ mpcopy local --size 48.8TiB
  $ mpcopy local --file movie.mp4 --part-size 8MiB --json
  $ mpcopy local --app "npx ts-node bin/my-app.ts" --key raw/a.bin
  $ mpcopy local --input event.json
  $ mpcopy local --source-setup locked.json --input copy-lock.json --enforce-iam`,
    )
    .action(run);
}

async function run(options: LocalOptions): Promise<void> {
  const bar = createProgressBar(options.json ? 'none' : process.stderr.isTTY ? 'bar' : 'lines');
  try {
    const runOptions = toRunOptions(options);
    const finished = await runCopy({ ...runOptions, onProgress: (progress) => bar.update(progress) });
    bar.stop();
    report(finished, options);
  } catch (error) {
    bar.stop();
    if (!(error instanceof InvalidExecutionInput) || !options.json) throw error;
    process.stdout.write(`${JSON.stringify(refused(error))}\n`);
    fail(error);
  }
}

function report(finished: CopyRun, options: LocalOptions): void {
  const { execution, result, verified } = finished.report;
  process.stdout.write(options.json ? `${JSON.stringify(finished.report)}\n` : renderRun(finished));
  if (execution.status === 'FAILED') {
    fail(Object.assign(new Error(causeMessage(execution.cause)), { name: execution.error }));
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
    verified: false,
    source: null,
    copy: null,
    openUploads: 0,
  };
}

function toRunOptions(options: LocalOptions): CopyRunOptions {
  const { app, template, concurrency, input, sourceSetup, ...rest } = options;
  const chosen = app === undefined && template === undefined ? scenarioApp() : { app, template };
  return {
    ...rest,
    ...chosen,
    maxConcurrency: concurrency,
    input: input === undefined ? undefined : readInput(input),
    sourceSetup:
      sourceSetup === undefined ? undefined : parseSetup(readText('--source-setup', sourceSetup), sourceSetup),
  };
}

/** The scenario app, which is built next to this command. */
function scenarioApp(): Pick<CopyRunOptions, 'app' | 'appFolder' | 'appReadsScenario'> {
  const app = join(__dirname, 'scenario-app.js');
  if (!existsSync(app)) throw new InvalidRun(`${app} does not exist; run npm run build, or specify --app`);
  return { app: `"${process.execPath}" "${app}"`, appFolder: dirname(app), appReadsScenario: true };
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

function sizeArgument(text: string): number {
  try {
    return parseSize(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function countArgument(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1.');
  return Number(text);
}
