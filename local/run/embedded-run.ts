import type { S3Server } from '../s3';
import type { DeployedStateMachine, LocalDeployment } from '../workflow';
import { RunClock } from './clock';
import { startEmbeddedS3 } from './embedded-s3';
import { execute } from './execute';
import { inspectRun } from './inspect-run';
import { setKeyStates } from './keys';
import { type CopyRunOptions, DEFAULT_TIME_SCALE } from './options';
import { readPlatformFaults } from './platform-faults';
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
  const clock = new RunClock(options.timeScale ?? DEFAULT_TIME_SCALE);
  const server = await startEmbeddedS3(dir, clock, stateMachine, options);
  try {
    return await runOn(server, clock, deployment, stateMachine, options);
  } finally {
    await server.close();
  }
}

async function runOn(
  server: S3Server,
  clock: RunClock,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { sourceSetup: setup = {}, lambdaConcurrency, onProgress } = options;
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
      authorize,
      clock: clock.start(),
      lambdaConcurrency,
      platformFaults: readPlatformFaults(options),
      bytes: bytesToCopy(server, prepared),
      onProgress,
      onFinished: options.onFinished,
      onBusEvent: options.onBusEvent,
      onLog: options.onLog,
    });
    return await inspectRun(server, execution, prepared);
  } finally {
    await secrets.close();
  }
}

/** Size of the range that is copied, or of the whole source; 0 if there is no source. */
function bytesToCopy(server: S3Server, { source, range, bucketOf }: PreparedRun): number {
  const size = server.describeObject(bucketOf(source.bucket).name, source.key, source.versionId)?.size ?? 0;
  return range?.length ?? size;
}
