import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CopyResult, ENV_LOCATIONS, type Locations } from '../../lib/private/protocol';
import { S3Server } from '../s3';
import { secretArn } from '../secrets';
import {
  type DeployedFunction,
  type DeployedRole,
  type DeployedStateMachine,
  type ExecutionResult,
  type Json,
  LocalDeployment,
  synthesize,
} from '../workflow';
import { deployRoles, deployStorage } from './deploy';
import { InvalidRun } from './errors';
import { execute, resultOf } from './execute';
import { APP_ENVIRONMENT, FIT_CONTEXT, fitOf } from './fit';
import { iamReport } from './iam';
import { consoleInput, type InputOptions, type RunInput, toRunInput } from './input';
import { makeKey } from './keys';
import { withOwnerPolicies } from './owner-policies';
import { type CopyRun, type Progress, toReport } from './report';
import { secretArnOf, serveSecrets } from './secrets';
import { hasRealBytes, ownerClient, type Preparation, prepareObjects } from './setup/prepare';
import type { SourceSetup } from './setup/schema';
import { putSource, type SourceAddress, type SourceContent } from './source';
import { type Verification, verifyCopy, type VerifyOptions } from './verify';

export { InvalidRun } from './errors';
export { type IamReport, withoutAction } from './iam';
export type { CopyRun, CopyRunReport, Progress } from './report';
export { parseSetup } from './setup/parse';
export type { SourceSetup } from './setup/schema';

export interface CopyRunOptions extends Omit<SourceContent, 'text' | 'seed'>, InputOptions {
  /** Command that synthesizes the app, as in `cdk.json`. */
  readonly app?: string;
  /** Folder that `app` runs in. Default: the current one. */
  readonly appFolder?: string;
  /** Whether `app` reads from its context what it is to fit, as the default app does. Default false. */
  readonly appFits?: boolean;
  /** A synthesized template, instead of `app`. */
  readonly template?: string;
  /** Logical id or name, where there are several state machines. Default: the only one. */
  readonly stateMachine?: string;
  /** How many times faster than on AWS the clock of Step Functions runs. Default 10. */
  readonly timeScale?: number;
  /** File of faults for the embedded S3, as `S3Server.loadFaults` takes it. */
  readonly faults?: string;
  /** Checks every request of the workers against the policies of their role, as synthesized. Default false. */
  readonly enforceIam?: boolean;
  /** The source object, both buckets and secrets, other than by default. */
  readonly sourceSetup?: SourceSetup;
  /** Changes roles before the run, as `withoutAction` does. */
  readonly transformRoles?: (roles: readonly DeployedRole[]) => readonly DeployedRole[];
  readonly onProgress?: (progress: Progress) => void;
  /** Gets the embedded S3 when everything is in it, before the execution starts. */
  readonly onReady?: (server: S3Server) => void | Promise<void>;
}

const DEFAULT_SIZE = 256 * 1024 ** 2;
const DEFAULT_TIME_SCALE = 10;

/**
 * Runs one copy through a synthesized template on this machine: its state machine, its bundled functions, and the
 * embedded S3 with its buckets.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export async function runCopy(options: CopyRunOptions): Promise<CopyRun> {
  if (options.template !== undefined) return runDeployment(LocalDeployment.fromTemplate(options.template), options);
  if (options.app === undefined) throw new InvalidRun('neither an app nor a template is given');
  const outdir = await mkdtemp(join(tmpdir(), 'cdk.out-'));
  try {
    await synthesize(options.app, { cwd: options.appFolder, outdir, context: contextOf(options) });
    const deployment = LocalDeployment.fromAssembly(outdir);
    const { sourceSetup: setup, appFits = false } = options;
    const fitted = setup && appFits ? { ...options, sourceSetup: withOwnerPolicies(setup, deployment) } : options;
    return await runDeployment(deployment, fitted);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

/** The default app is for any environment, so it is that of `LocalDeployment`'s defaults. */
function contextOf(options: CopyRunOptions): Record<string, Json> {
  const { account, region } = APP_ENVIRONMENT;
  const arnOf = (id: string) => (id.startsWith('arn:') ? id : secretArn(id, region, account));
  const fit = options.appFits === true ? fitOf(options, options.sourceSetup, arnOf) : undefined;
  return fit === undefined ? {} : { [FIT_CONTEXT]: JSON.parse(JSON.stringify(fit)) as Json };
}

async function runDeployment(deployment: LocalDeployment, options: CopyRunOptions): Promise<CopyRun> {
  const stateMachine = deployment.stateMachine(options.stateMachine);
  const dir = needsFolder(options) ? await mkdtemp(join(tmpdir(), 'mpcopy-')) : undefined;
  const server = await S3Server.start({
    ...(dir !== undefined && { dir }),
    region: stateMachine.region,
    accountId: stateMachine.accountId,
    enforceIam: options.enforceIam,
    restoreSeconds: options.sourceSetup?.restoreSeconds,
    timeScale: 1 / (options.timeScale ?? DEFAULT_TIME_SCALE),
  });
  try {
    return await runOn(server, deployment, stateMachine, options);
  } finally {
    await server.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function runOn(
  server: S3Server,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { sourceSetup: setup = {}, timeScale = DEFAULT_TIME_SCALE, onProgress } = options;
  const prepared = await prepare(server, deployment, stateMachine, options);
  server.requestLog.clear();
  server.accessLog.clear();
  if (options.faults !== undefined) await loadFaults(server, options.faults);

  await options.onReady?.(server);

  const secrets = await serveSecrets(deployment, stateMachine, setup, server);
  try {
    const serviceEndpoints = { SECRETS_MANAGER: secrets.endpoint };
    const execution = await execute(deployment, stateMachine, server, prepared.input, {
      timeScale,
      serviceEndpoints,
      onProgress,
    });
    return await lookAt(server, execution, prepared, options);
  } finally {
    await secrets.close();
  }
}

/** What is to be copied, when it is there. */
interface Prepared extends Omit<RunInput, 'eventSize'> {
  /** The bucket that a name or the ARN of an access point of the input means. */
  readonly bucketOf: ReturnType<typeof deployStorage>;
  readonly realBytes: boolean;
  readonly copyRole?: DeployedRole;
}

/** Makes buckets, keys, roles and objects. */
async function prepare(
  server: S3Server,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<Prepared> {
  const { locations, roleArn } = readPlan(deployment, stateMachine);
  const { sourceSetup: setup = {} } = options;
  const { region, accountId } = stateMachine;
  const arnOfSecret = (id: string) => secretArnOf(id, deployment, region, accountId);
  const { eventSize, ...run } = toRunInput(options, locations, setup, arnOfSecret);
  const { source, destination } = run;
  const sides = { source: source.bucket, destination: destination.bucket };
  const bucketOf = deployStorage(server, deployment, locations, sides, setup);
  const { ssekmsKeyId } = consoleInput(options, setup, arnOfSecret) ?? {};
  if (options.appFits === true && typeof ssekmsKeyId === 'string') {
    // The app has been given a key that somebody has to make.
    const into = bucketOf(destination.bucket);
    makeKey(server, ssekmsKeyId, into.owner, into.region);
  }
  const roles = options.transformRoles?.(deployment.roles) ?? deployment.roles;
  deployRoles(server, roles, accountId);
  const content = { file: options.file, size: options.size ?? eventSize ?? DEFAULT_SIZE, onDisk: options.onDisk };
  if (locations.sources.some(({ bucket }) => bucket === source.bucket)) {
    await putObjects(server, { source, destination, content, copyRole: roleArn }, bucketOf, options.sourceSetup);
  }
  const copyRole = roles.find(({ arn }) => arn === roleArn);
  return { ...run, bucketOf, realBytes: hasRealBytes(setup.object, content), copyRole };
}

/** Compares what is there after the execution with what it says. */
async function lookAt(
  server: S3Server,
  execution: ExecutionResult,
  { source, destination, range, bucketOf, realBytes, copyRole }: Prepared,
  options: CopyRunOptions,
): Promise<CopyRun> {
  // The requests of the comparison are none of the workflow's.
  const requests = server.requestLog.counts();
  const iam = options.enforceIam === true ? iamReport(server, copyRole) : undefined;
  const result = resultOf(execution);
  const nameOf = (name: string) => bucketOf(name).name;
  const verification = await verify(server, result, { realBytes, range, bucketOf: nameOf });
  const describe = ({ bucket, key, versionId }: SourceAddress) =>
    server.describeObject(nameOf(bucket), key, versionId === '' ? undefined : versionId) ?? null;
  const stored = {
    source: describe(result?.source ?? source),
    copy: describe(result?.destination ?? destination),
    openUploads: server.openUploads().length,
  };
  return { report: toReport(execution, result, requests, verification, stored, iam), verification };
}

/** Real bytes of a size worth having are kept on disk. */
function needsFolder({ file, onDisk }: CopyRunOptions): boolean {
  return file !== undefined || onDisk === true;
}

async function putObjects(
  server: S3Server,
  run: Preparation,
  bucketOf: ReturnType<typeof deployStorage>,
  setup: SourceSetup | undefined,
): Promise<void> {
  if (setup !== undefined) return prepareObjects(server, setup, bucketOf, run);
  const bucket = bucketOf(run.source.bucket);
  const client = ownerClient(server, bucket);
  try {
    await putSource(server, client, { ...run.source, bucket: bucket.name }, run.content);
  } finally {
    client.destroy();
  }
}

/** What the workflow of this state machine may read and write, and in whose name: the Plan function is told by its environment. */
function readPlan(
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
): { locations: Locations; roleArn: string } {
  const definition = JSON.stringify(stateMachine.definition);
  const isPlan = (candidate: DeployedFunction) =>
    definition.includes(`"${candidate.arn}"`) && candidate.environment[ENV_LOCATIONS] !== undefined;
  const plan = deployment.functions.find(isPlan);
  if (!plan) {
    throw new InvalidRun(
      `state machine ${stateMachine.logicalId} is not that of a MultipartCopyWorkflow: none of its functions has the variable ${ENV_LOCATIONS}`,
    );
  }
  return { locations: JSON.parse(plan.environment[ENV_LOCATIONS]!) as Locations, roleArn: plan.roleArn };
}

/** @throws InvalidRun where the file cannot be read, InvalidFaultError where it holds no faults */
export async function loadFaults(server: S3Server, file: string): Promise<void> {
  try {
    await server.loadFaults(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InvalidRun(`--faults ${file} cannot be read: ${(error as Error).message}`);
  }
}

async function verify(server: S3Server, result: CopyResult | null, options: VerifyOptions): Promise<Verification> {
  if (result === null) return { equal: false, text: 'nothing was copied' };
  if (result.status === 'PLANNED') return { equal: false, text: 'nothing was copied: this was a dry run' };
  return verifyCopy(server, result, options);
}
