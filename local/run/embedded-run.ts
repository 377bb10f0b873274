import { DirectoryInUseError, S3Server, S3ServerError } from '../s3';
import type { DeployedStateMachine, LocalDeployment } from '../workflow';
import { InvalidRun } from './errors';
import { execute } from './execute';
import { inspectRun } from './inspect-run';
import { setKeyStates } from './keys';
import { type CopyRunOptions, DEFAULT_TIME_SCALE } from './options';
import { loadFaults, type PreparedRun, prepareRun } from './prepare-run';
import type { CopyRun } from './report';
import { serveSecrets } from './secrets';

/**
 * Runs one execution on an embedded S3 of its own.
 *
 * @param dir folder for buckets and objects; undefined keeps them in memory
 */
export async function runEmbedded(
  dir: string | undefined,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const server = await startServer(dir, stateMachine, options);
  try {
    return await runOn(server, deployment, stateMachine, options);
  } finally {
    await server.close();
  }
}

/** @throws InvalidRun if the folder cannot be used */
async function startServer(
  dir: string | undefined,
  { region, accountId }: DeployedStateMachine,
  { enforceIam, latency, sourceSetup, timeScale = DEFAULT_TIME_SCALE }: CopyRunOptions,
): Promise<S3Server> {
  const { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads } = sourceSetup ?? {};
  const simulation = { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads, timeScale: 1 / timeScale };
  const options = { region, accountId, enforceIam, latency, ...simulation };
  try {
    return await S3Server.start({ ...options, ...(dir !== undefined && { dir }) });
  } catch (error) {
    if (error instanceof DirectoryInUseError) {
      throw new InvalidRun(`--dir ${dir} is in use; end the mpcopy that uses it, or specify its --endpoint instead`);
    }
    if (dir === undefined || error instanceof S3ServerError) throw error;
    throw new InvalidRun(`--dir ${dir} cannot be used: ${(error as Error).message}`);
  }
}

async function runOn(
  server: S3Server,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { sourceSetup: setup = {}, timeScale = DEFAULT_TIME_SCALE, onProgress } = options;
  server.isLatencyPaused = true;
  const prepared = await prepareRun(server, deployment, stateMachine, options);
  setKeyStates(server, setup.kmsKeyStates ?? {}, stateMachine.accountId, stateMachine.region);
  server.requestLog.clear();
  server.accessLog.clear();
  if (options.faults !== undefined) await loadFaults(server, options.faults);

  await options.onReady?.(server);
  server.isLatencyPaused = false;

  const authorize: S3Server['checkAccess'] = (access) => server.checkAccess(access);
  const secrets = await serveSecrets(deployment, stateMachine, setup, authorize);
  try {
    const execution = await execute(deployment, stateMachine, prepared.input, {
      s3Endpoint: server.endpoint,
      serviceEndpoints: { SECRETS_MANAGER: secrets.endpoint },
      timeScale,
      environmentsPerFunction: environmentsFor(options),
      bytes: bytesToCopy(server, prepared),
      onProgress,
      onFinished: options.onFinished,
    });
    return await inspectRun(server, execution, prepared);
  } finally {
    await secrets.close();
  }
}

/**
 * An environment on AWS runs one invocation at a time, a thread here runs all of them. An SDK client has 50 connections, so
 * where requests take their time, that many parts would be copied at once and no more.
 */
function environmentsFor({ latency, maxConcurrency = DEFAULT_CONCURRENCY }: CopyRunOptions): number {
  return latency === undefined ? 1 : Math.ceil(maxConcurrency / PARTS_PER_THREAD);
}

/** `maxConcurrency` of the construct, unless an app sets it. */
const DEFAULT_CONCURRENCY = 250;

/** Fewer than the connections of a client, for the requests that a worker makes besides. */
const PARTS_PER_THREAD = 40;

/** Size of the range that is copied, or of the whole source; 0 if there is no source. */
function bytesToCopy(server: S3Server, { source, range, bucketOf }: PreparedRun): number {
  const size = server.describeObject(bucketOf(source.bucket).name, source.key, source.versionId)?.size ?? 0;
  return range?.length ?? size;
}
