import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type CopyResult, ENV_LOCATIONS, type Locations } from '../../lib/private/protocol';
import { S3Server } from '../s3';
import {
  type DeployedFunction,
  type DeployedStateMachine,
  type ExecutionResult,
  LocalDeployment,
  LocalStepFunctions,
  synthesize,
  type WorkflowEvent,
} from '../workflow';
import { deployRoles, deployStorage } from './deploy';
import { InvalidRun } from './errors';
import { type InputOptions, toRunInput } from './input';
import { putSource, type SourceContent } from './source';
import { type Verification, verifyCopy } from './verify';

export { InvalidRun } from './errors';

export interface CopyRunOptions extends SourceContent, InputOptions {
  /** Command that synthesizes the app, as in `cdk.json`. */
  readonly app?: string;
  /** Folder that `app` runs in. Default: the current one. */
  readonly appFolder?: string;
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
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  /** State that the execution has entered. */
  readonly state?: string;
  /** Parts that are copied, of how many. */
  readonly parts?: { readonly done: number; readonly total: number };
}

/** What `mpcopy local --json` prints. */
export interface CopyRunReport {
  readonly execution: {
    readonly status: 'SUCCEEDED' | 'FAILED';
    readonly error: string;
    readonly cause: string;
    /** Names of the states that the execution entered, in their order. */
    readonly states: string[];
    readonly elapsedSeconds: number;
  };
  /** Output of the execution; null where it failed. */
  readonly result: CopyResult | null;
  /** Requests that the embedded S3 served to the workflow, by operation. */
  readonly requests: Record<string, number>;
  /** Whether source and copy were compared from outside, and are equal. */
  readonly verified: boolean;
}

/** A report, and what only people want to know. */
export interface CopyRun {
  readonly report: CopyRunReport;
  readonly verification: Verification;
  /** Uploads that the workflow left open. */
  readonly openUploads: number;
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
    await synthesize(options.app, { cwd: options.appFolder, outdir });
    return await runDeployment(LocalDeployment.fromAssembly(outdir), options);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function runDeployment(deployment: LocalDeployment, options: CopyRunOptions): Promise<CopyRun> {
  const stateMachine = deployment.stateMachine(options.stateMachine);
  const locations = readLocations(deployment, stateMachine);
  const { input, source, eventSize } = toRunInput(options, locations);
  const content = { file: options.file, size: options.size ?? eventSize ?? DEFAULT_SIZE, onDisk: options.onDisk };

  const realBytes = options.file !== undefined || options.onDisk === true;
  const dir = realBytes ? await mkdtemp(join(tmpdir(), 'mpcopy-')) : undefined;
  const server = await S3Server.start({
    ...(dir !== undefined && { dir }),
    region: stateMachine.region,
    accountId: stateMachine.accountId,
    enforceIam: options.enforceIam,
  });
  const client = createClient(server);
  try {
    deployStorage(server, deployment, locations);
    deployRoles(server, deployment, stateMachine.accountId);
    if (locations.sources.some(({ bucket }) => bucket === source.bucket)) {
      await putSource(server, client, source, content);
    }
    server.requestLog.clear();
    if (options.faults !== undefined) await loadFaults(server, options.faults);

    const execution = await execute(deployment, stateMachine, server, input, options);
    const requests = server.requestLog.counts();
    server.faults.clear();

    const result = (execution.output as CopyResult | undefined) ?? null;
    const verification = await verify(server, client, result, realBytes);
    return {
      report: toReport(execution, result, requests, verification),
      verification,
      openUploads: server.openUploads().length,
    };
  } finally {
    client.destroy();
    await server.close();
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
  }
}

/** What the workflow of this state machine may read and write: the Plan function is told by its environment. */
function readLocations(deployment: LocalDeployment, stateMachine: DeployedStateMachine): Locations {
  const definition = JSON.stringify(stateMachine.definition);
  const isPlan = (candidate: DeployedFunction) =>
    definition.includes(`"${candidate.arn}"`) && candidate.environment[ENV_LOCATIONS] !== undefined;
  const plan = deployment.functions.find(isPlan);
  if (!plan) {
    throw new InvalidRun(
      `state machine ${stateMachine.logicalId} is not that of a MultipartCopyWorkflow: none of its functions has the variable ${ENV_LOCATIONS}`,
    );
  }
  return JSON.parse(plan.environment[ENV_LOCATIONS]!) as Locations;
}

async function loadFaults(server: S3Server, file: string): Promise<void> {
  try {
    await server.loadFaults(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new InvalidRun(`--faults ${file} cannot be read: ${(error as Error).message}`);
  }
}

function createClient(server: S3Server): S3Client {
  return new S3Client({
    endpoint: server.endpoint,
    region: server.region,
    forcePathStyle: true,
    credentials: { accessKeyId: 'mpcopy', secretAccessKey: 'mpcopy' },
    // S3 then adds the checksum that it adds to every object.
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
}

async function execute(
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  server: S3Server,
  input: unknown,
  options: CopyRunOptions,
): Promise<ExecutionResult> {
  const stepFunctions = new LocalStepFunctions(deployment);
  let root: string | undefined;
  try {
    return await stepFunctions.start(stateMachine, {
      endpoint: server.endpoint,
      input,
      timeScale: options.timeScale ?? DEFAULT_TIME_SCALE,
      onEvent: (event) => {
        // The first event is the execution's own; its map children come later.
        root ??= event.executionArn;
        if (event.executionArn === root) options.onProgress?.(toProgress(event));
      },
    });
  } finally {
    // Parts that were under way when the copy failed end on their own, as on AWS.
    await stepFunctions.idle();
    await stepFunctions.close();
  }
}

function toProgress(event: WorkflowEvent): Progress {
  if (event.type === 'MapProgress') return { parts: { done: event.done, total: event.total } };
  return event.type === 'StateEntered' ? { state: event.state } : {};
}

function toReport(
  execution: ExecutionResult,
  result: CopyResult | null,
  requests: Record<string, number>,
  verification: Verification,
): CopyRunReport {
  return {
    execution: {
      status: execution.status === 'SUCCEEDED' ? 'SUCCEEDED' : 'FAILED',
      error: execution.error ?? '',
      cause: execution.cause ?? '',
      states: execution.states,
      elapsedSeconds: execution.elapsedSeconds,
    },
    result,
    requests,
    verified: verification.equal,
  };
}

async function verify(
  server: S3Server,
  client: S3Client,
  result: CopyResult | null,
  realBytes: boolean,
): Promise<Verification> {
  if (result === null) return { equal: false, text: 'nothing was copied' };
  if (result.status === 'PLANNED') return { equal: false, text: 'nothing was copied: this was a dry run' };
  return verifyCopy(server, client, result, realBytes);
}
