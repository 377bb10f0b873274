import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InvalidAssembly, SynthesisFailed } from '../errors';
import { asObject, isObject, type Json, type JsonObject } from '../json';
import { temporaryFolder } from './temporary';

export interface SynthesizeOptions {
  /** Folder that the command runs in, and whose `cdk.json` gives the context. Default: the current one. */
  readonly cwd?: string;
  /** Where the assembly goes. Default: a temporary folder, removed when the process ends. */
  readonly outdir?: string;
  /** `CDK_DEFAULT_REGION`: what an app with `env: { region: process.env.CDK_DEFAULT_REGION }` sees. Default `us-east-1`. */
  readonly region?: string;
  /** `CDK_DEFAULT_ACCOUNT`. Default `123456789012`, the account of AWS's examples. */
  readonly accountId?: string;
  /** Context values on top of those of `cdk.json` and `cdk.context.json`, like `cdk synth -c key=value`. */
  readonly context?: Record<string, Json>;
  /**
   * Whether aws-cdk-lib checks the templates against its own rules, which takes seconds and changes nothing in them.
   * Default false: that is the business of `cdk synth`.
   */
  readonly validate?: boolean;
  /** Variables for the command on top of this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Runs a CDK app command as the CDK CLI does, and returns the folder of its cloud assembly.
 *
 * The contract with the app is that of aws-cdk-lib's `App`: it reads CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_DEFAULT_ACCOUNT and
 * CDK_DEFAULT_REGION. The command is given to the shell, as it is in `cdk.json`. No CLI, Docker or AWS credentials take part.
 *
 * @throws SynthesisFailed when the command cannot be started, fails (with what it wrote) or writes no assembly
 */
export async function synthesize(app: string, options: SynthesizeOptions = {}): Promise<string> {
  if (app.trim() === '')
    throw new SynthesisFailed('The app command is empty. Give a command such as "node bin/app.js".');
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
    throw new SynthesisFailed(`The app command "${app}" in ${cwd} ended with ${code}. It wrote:\n${tail(output)}`);
  }
  if (!existsSync(join(outdir, 'manifest.json'))) {
    throw new SynthesisFailed(
      `The app command "${app}" in ${cwd} ended well but wrote no cloud assembly to ${outdir}. ` +
        'It must create an App of aws-cdk-lib without an outdir of its own, and synthesize it.',
    );
  }
  return outdir;
}

/** Context as the CLI gathers it: `cdk.json`, then `cdk.context.json`, then the caller's. */
function readContext(cwd: string, extra: Record<string, Json> = {}): JsonObject {
  const settings = readJsonIfThere(join(cwd, 'cdk.json'));
  return {
    // The CLI's own defaults: without them aws-cdk-lib asks for a staging it then cannot find.
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
  throw new InvalidAssembly(`${file} must hold a JSON object.`);
}

function run(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: string | 0; output: string }> {
  return new Promise((settle, reject) => {
    // A process group of its own, so that what the shell starts can be ended with it.
    const detached = process.platform !== 'win32';
    const child = spawn(command, { cwd, env, detached, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => {
      if (child.pid !== undefined) process.kill(detached ? -child.pid : child.pid, 'SIGKILL');
    };
    // Before the handlers that remove the folder which the command writes to.
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

/** The end of a long output: a stack trace of a CDK app puts its cause in the last lines. */
function tail(text: string): string {
  const limit = 4000;
  return text.length > limit ? `…${text.slice(-limit)}` : text.trimEnd() || '(nothing)';
}
