import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Duration, type Environment } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import {
  type Clock,
  type ExecutionResult,
  LocalDeployment,
  LocalStepFunctions,
  type LocalStepFunctionsOptions,
  type RunOptions,
  VirtualClock,
} from '../../../local/workflow';
import { removeTemporaryFolders } from '../../../local/workflow/template/temporary';

// aws-cdk-lib's own check of templates takes longer than most of these tests.
process.env.CDK_VALIDATION = 'false';

const folders: string[] = [];
const runners: LocalStepFunctions[] = [];

/** A new folder, removed by `cleanUp`. */
export function temporaryFolder(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-test-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

export async function cleanUp(): Promise<void> {
  for (const runner of runners.splice(0)) await runner.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  removeTemporaryFolders();
}

/** An app as `synthesize` and the CDK CLI set it up. */
export function newApp(outdir = temporaryFolder(), context: Record<string, unknown> = {}): App {
  return new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true, ...context } });
}

/** An app with one stack; nothing of it is shared between tests. */
export function newStack(env?: Environment): { app: App; stack: Stack } {
  const app = newApp();
  return { app, stack: new Stack(app, 'Test', env && { env }) };
}

/** A function whose code stands in the template: the body of `async (event, context) => { … }`. */
export function handler(
  stack: Stack,
  id: string,
  body: string,
  props: Partial<lambda.FunctionProps> = {},
): lambda.Function {
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline(`exports.handler = async (event, context) => { ${body} };`),
    timeout: Duration.seconds(30),
    ...props,
  });
}

/** A Task without the retries that aws-cdk-lib adds for Lambda's own errors. */
export function invoke(
  stack: Stack,
  id: string,
  fn: lambda.IFunction,
  props: Partial<tasks.LambdaInvokeProps> = {},
): tasks.LambdaInvoke {
  return new tasks.LambdaInvoke(stack, id, {
    lambdaFunction: fn,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    ...props,
  });
}

export function stateMachine(
  stack: Stack,
  chain: sfn.IChainable,
  props: Partial<sfn.StateMachineProps> = {},
): sfn.StateMachine {
  return new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(chain), ...props });
}

export function deploy(app: App): LocalDeployment {
  return LocalDeployment.fromAssembly(app.synth().directory);
}

export interface Runner {
  readonly runner: LocalStepFunctions;
  readonly clock: VirtualClock;
  /** Runs one execution of the only state machine to its end; time stands still while functions run. */
  readonly run: (input?: unknown, options?: Partial<RunOptions>) => Promise<ExecutionResult>;
}

type RunnerOptions = Omit<Partial<LocalStepFunctionsOptions>, 'clock'>;

/** A runner on a virtual clock, with an S3 endpoint that nobody listens at; closed by `cleanUp`. */
export async function runnerOf(deployment: LocalDeployment, options: RunnerOptions = {}): Promise<Runner> {
  const clock = new VirtualClock();
  const runner = await runnerOn(clock, deployment, options);
  const run: Runner['run'] = (input = {}, given = {}) =>
    clock.run(runner.start(deployment.stateMachine(), { input, ...given }));
  return { runner, clock, run };
}

/** A runner on any clock; closed by `cleanUp`. */
export async function runnerOn(
  clock: Clock,
  deployment: LocalDeployment,
  options: RunnerOptions = {},
): Promise<LocalStepFunctions> {
  const runner = new LocalStepFunctions(deployment, { s3Endpoint: 'http://127.0.0.1:9', clock, ...options });
  runners.push(runner);
  await runner.endpointUrl();
  return runner;
}

/** Synthesizes, and runs the only state machine once. */
export async function runOnce(app: App, input: unknown = {}, options?: RunnerOptions): Promise<ExecutionResult> {
  const { run } = await runnerOf(deploy(app), options);
  return run(input);
}
