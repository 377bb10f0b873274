import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidAssembly, SynthesisFailed } from '../errors';
import { asObject, isObject, type Json, type JsonObject } from '../json';
import { temporaryFolder } from './temporary';

export interface SynthesizeOptions {
  /** Folder in which the command runs, and whose `cdk.json` contains the context. Default: the current folder. */
  readonly cwd?: string;
  /** Folder of the assembly. Default: a temporary folder, which is removed when the process ends. */
  readonly outdir?: string;
  /** `CDK_DEFAULT_REGION`: what an app with `env: { region: process.env.CDK_DEFAULT_REGION }` sees. Default `us-east-1`. */
  readonly region?: string;
  /** `CDK_DEFAULT_ACCOUNT`. Default `123456789012`, the account of AWS's examples. */
  readonly accountId?: string;
  /** Context values in addition to those of `cdk.json` and `cdk.context.json`, like `cdk synth -c key=value`. */
  readonly context?: Record<string, Json>;
  /**
   * Whether aws-cdk-lib validates the templates with its own rules. This takes seconds and does not change the
   * templates. Default false: use `cdk synth` for validation.
   */
  readonly validate?: boolean;
  /** Environment variables of the command in addition to those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Runs a CDK app command as the CDK CLI does, and returns the folder of its cloud assembly. The contract with the app
 * is that of aws-cdk-lib's `App`: it reads CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_ACCOUNT and CDK_DEFAULT_REGION.
 * The command runs in a shell, as with `cdk.json`. It needs neither the CLI nor Docker nor AWS credentials.
 *
 * @throws SynthesisFailed if the command cannot be started, fails (with its output) or does not write an assembly
 */
export async function synthesize(app: string, options: SynthesizeOptions = {}): Promise<string> {
  if (app.trim() === '')
    throw new SynthesisFailed('The app command is empty. Specify a command such as "node bin/app.js".');
  const cwd = resolve(options.cwd ?? '.');
  const outdir = options.outdir === undefined ? temporaryFolder('cdk.out-') : resolve(cwd, options.outdir);
  const region = options.region ?? 'us-east-1';
  const accountId = options.accountId ?? '123456789012';
  const { code, output } = await run(app, cwd, {
    ...process.env,
    CDK_VALIDATION: String(options.validate ?? false),
    ...options.environment,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify(readContext(cwd, options.context)),
    CDK_DEFAULT_REGION: region,
    CDK_DEFAULT_ACCOUNT: accountId,
    AWS_REGION: region,
  });
  if (code !== 0) {
    throw new SynthesisFailed(
      `The app command "${app}" in ${cwd} failed with ${code}. Its output:\n${tail(output)}${lookupAdvice(output)}`,
    );
  }
  if (!existsSync(join(outdir, 'manifest.json'))) {
    throw new SynthesisFailed(
      `The app command "${app}" in ${cwd} succeeded, but wrote no cloud assembly to ${outdir}. ` +
        'It must create an App of aws-cdk-lib without an outdir of its own, and synthesize it.',
    );
  }
  return outdir;
}

/** For an app that refuses the placeholder of `StringParameter.valueFromLookup`, as `Bucket.fromBucketName` does. */
function lookupAdvice(output: string): string {
  const [placeholder] = /dummy-value-for-[\w./-]+/.exec(output) ?? [];
  return placeholder === undefined
    ? ''
    : `\n${placeholder} stands for an SSM parameter that the app looks up, and that cdk.context.json does not have. Run cdk synth with credentials of AWS, which adds it, or pass a defaultValue to valueFromLookup.`;
}

/** Context in the order of the CLI: `cdk.json`, then `cdk.context.json`, then that of the caller. */
function readContext(cwd: string, extra: Record<string, Json> = {}): JsonObject {
  const settings = readJsonIfThere(join(cwd, 'cdk.json'));
  return {
    // Defaults of the CLI. Without them, aws-cdk-lib expects a staging folder that does not exist.
    'aws:cdk:enable-path-metadata': true,
    'aws:cdk:enable-asset-metadata': true,
    ...asObject(settings.context),
    ...readJsonIfThere(join(cwd, 'cdk.context.json')),
    ...extra,
  };
}

function readJsonIfThere(file: string): JsonObject {
  if (!existsSync(file)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (isObject(value)) return value;
  } catch (error) {
    throw new InvalidAssembly(`${file} is not JSON: ${(error as Error).message}`);
  }
  throw new InvalidAssembly(`${file} must contain a JSON object.`);
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: string | 0; output: string }> {
  return new Promise((settle, reject) => {
    // A process group of its own, so that processes that the shell starts can be ended together with it.
    const detached = process.platform !== 'win32';
    const child = spawn(command, { cwd, env, detached, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => {
      if (child.pid !== undefined) process.kill(detached ? -child.pid : child.pid, 'SIGKILL');
    };
    // Must run before the handlers that remove the folder to which the command writes.
    process.prependOnceListener('exit', kill);
    // Compilers such as tsc, with which the `app` of a cdk.json can begin, write their errors to stdout.
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) =>
      reject(new SynthesisFailed(`The app command "${command}" cannot be started in ${cwd}: ${error.message}`)),
    );
    child.on('exit', () => process.off('exit', kill));
    child.on('close', (code, signal) => settle({ code: code === 0 ? 0 : (signal ?? `exit code ${code}`), output }));
  });
}

/** The end of a long output: the cause of a stack trace of a CDK app is in the last lines. */
function tail(text: string): string {
  const limit = 4000;
  return text.length > limit ? `…${text.slice(-limit)}` : text.trimEnd() || '(nothing)';
}
