import type { S3Server } from '../../s3';
import {
  type DeployedStateMachine,
  type ExecutionStatus,
  type LocalDeployment,
  LocalStepFunctions,
} from '../../workflow';
import { RunClock } from '../clock';
import { withDeployment } from '../deployment';
import { startEmbeddedS3 } from '../embedded-s3';
import { InvalidRun } from '../errors';
import { setKeyStates } from '../keys';
import type { CopyRunOptions } from '../options';
import { readPlatformFaults } from '../platform-faults';
import { loadFaults, prepareRun, readPlanFunction } from '../prepare-run';
import { serveSecrets } from '../secrets';
import { withTemporaryFolder } from '../temporary';
import { Front } from './front';
import { sendObjectEvents } from './object-events';

/** A change of the status of an execution that a client or an event started. */
export interface ExecutionStatusChange {
  readonly executionArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly error?: string;
  readonly cause?: string;
}

export interface ServeOptions extends Omit<CopyRunOptions, 'endpoint' | 'input' | 'onReady' | 'onFinished'> {
  /** Port to listen on. Default: a free port. */
  readonly port?: number;
  readonly onStatus?: (change: ExecutionStatusChange) => void;
}

/** What clients need to know to use the endpoint. */
export interface Serving {
  /** URL of Step Functions, S3 and the other services. */
  readonly endpoint: string;
  readonly region: string;
  /** Access key of the root user of the account. Any secret is accepted. */
  readonly accessKeyId: string;
  readonly stacks: readonly string[];
  /** The first workflow is the one whose source object is put. */
  readonly stateMachines: readonly { readonly path: string; readonly arn: string }[];
  readonly buckets: readonly string[];
  /** The source locations of the first workflow, as URIs of folders. */
  readonly sources: readonly string[];
}

/** Real time, since people and programs wait for the answers. */
const DEFAULT_TIME_SCALE = 1;

/**
 * Serves the state machines of a synthesized app to clients of Step Functions, with the embedded S3 and its buckets,
 * until `use` ends.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export function serveWorkflows(options: ServeOptions, use: (serving: Serving) => Promise<void>): Promise<void> {
  return withDeployment(options, (deployment, fitted) => {
    const { dir } = options;
    // On disk, since objects that clients put may not fit into memory.
    if (dir === undefined) return withTemporaryFolder('mpcopy-', (folder) => serve(folder, deployment, fitted, use));
    return serve(dir, deployment, fitted, use);
  });
}

async function serve(
  dir: string,
  deployment: LocalDeployment,
  given: ServeOptions,
  use: (serving: Serving) => Promise<void>,
): Promise<void> {
  const { timeScale = DEFAULT_TIME_SCALE } = given;
  const options = { ...given, dir, timeScale };
  const workflows = workflowsOf(deployment, options.stateMachine);
  const clock = new RunClock(timeScale);
  const closing: (() => Promise<void>)[] = [];
  try {
    const server = await startEmbeddedS3(dir, clock, workflows[0], options);
    closing.push(() => server.close());
    const { sourceSetup: setup = {}, faults } = options;
    server.isLatencyPaused = true;
    const [first, ...others] = workflows;
    const locations = others.map((workflow) => readPlanFunction(deployment, workflow).locations);
    const { bucketOf } = await prepareRun(server, deployment, first, options, locations);
    setKeyStates(server, setup.kmsKeyStates ?? {}, first.accountId, first.region);
    if (faults !== undefined) await loadFaults(server, faults);
    server.isLatencyPaused = false;

    const authorize: S3Server['checkAccess'] = (access) => server.checkAccess(access);
    const secrets = await serveSecrets(deployment, first, setup, authorize);
    closing.push(() => secrets.close());
    const platformFaults = readPlatformFaults(options);
    const stepFunctions = new LocalStepFunctions(deployment, {
      s3Endpoint: server.endpoint.replace('//127.0.0.1:', '//localhost:'),
      serviceEndpoints: { SECRETS_MANAGER: secrets.endpoint },
      authorize,
      clock: clock.start(),
      ...(options.lambdaConcurrency !== undefined && { lambdaConcurrency: options.lambdaConcurrency }),
      ...(platformFaults && { faults: platformFaults }),
      onStatus: options.onStatus,
      ...(options.onBusEvent && { onBusEvent: options.onBusEvent }),
    });
    closing.push(() => stepFunctions.close());
    stepFunctions.checkFaults();
    sendObjectEvents(server, deployment, bucketOf, stepFunctions);
    const workflow = new URL(await stepFunctions.endpointUrl());
    const backends = { s3: new URL(server.endpoint), secrets: new URL(secrets.endpoint), workflow };
    const front = await Front.start(options.port ?? 0, backends);
    closing.push(() => front.close());
    await use({
      endpoint: front.endpoint,
      region: first.region,
      accessKeyId: first.accountId,
      stacks: deployment.stacks.map(({ name }) => name),
      stateMachines: [first, ...deployment.stateMachines.filter((machine) => machine !== first)].map(
        ({ path, arn }) => ({ path, arn }),
      ),
      buckets: deployment.buckets.map(({ name }) => name),
      sources: readPlanFunction(deployment, first).locations.sources.map(folderUri),
    });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function folderUri({ bucket, prefix }: { readonly bucket: string; readonly prefix: string }): string {
  return bucket.startsWith('arn:') ? `${bucket}/object/${prefix}` : `s3://${bucket}/${prefix}`;
}

type NonEmpty<T> = readonly [T, ...T[]];

/**
 * The state machines of MultipartCopyWorkflows, with the selected one first. Other state machines are served, too, but
 * need no buckets.
 */
function workflowsOf(deployment: LocalDeployment, wanted: string | undefined): NonEmpty<DeployedStateMachine> {
  if (wanted !== undefined || deployment.stateMachines.length === 1) {
    const chosen = deployment.stateMachine(wanted);
    return [
      chosen,
      ...deployment.stateMachines.filter((machine) => machine !== chosen && isWorkflow(deployment, machine)),
    ];
  }
  const [first, ...others] = deployment.stateMachines.filter((machine) => isWorkflow(deployment, machine));
  return first === undefined ? [deployment.stateMachine()] : [first, ...others];
}

function isWorkflow(deployment: LocalDeployment, machine: DeployedStateMachine): boolean {
  try {
    readPlanFunction(deployment, machine);
    return true;
  } catch (error) {
    if (error instanceof InvalidRun) return false;
    throw error;
  }
}
