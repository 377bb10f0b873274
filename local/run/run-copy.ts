import { S3Server } from '../s3';
import { secretArn } from '../secrets';
import { type DeployedStateMachine, type Json, LocalDeployment, synthesize } from '../workflow';
import { InvalidRun } from './errors';
import { execute } from './execute';
import { inspectRun } from './inspect-run';
import { setKeyStates } from './keys';
import type { CopyRunOptions } from './options';
import { withOwnerPolicies } from './owner-policies';
import { DEFAULT_SIZE, loadFaults, type PreparedRun, prepareRun } from './prepare-run';
import type { CopyRun } from './report';
import { SCENARIO_CONTEXT, SCENARIO_ENVIRONMENT, scenarioOf } from './scenario/scenario';
import { serveSecrets } from './secrets';
import { formatSize } from './size';
import { requireReadable } from './source';
import { explainFullDisk, requireSpace, withTemporaryFolder } from './temporary';

const DEFAULT_TIME_SCALE = 10;

/**
 * Runs one copy through a synthesized template on this machine: its state machine, its bundled functions, and the
 * embedded S3 with its buckets.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export async function runCopy(options: CopyRunOptions): Promise<CopyRun> {
  await checkFiles(options);
  if (options.template !== undefined) return runDeployment(LocalDeployment.fromTemplate(options.template), options);
  if (options.assembly !== undefined) return runDeployment(LocalDeployment.fromAssembly(options.assembly), options);
  const { app } = options;
  if (app === undefined) throw new InvalidRun('neither an app nor an assembly nor a template is given');
  options.onProgress?.({ phase: 'synthesize' });
  return withTemporaryFolder('cdk.out-', async (outdir) => {
    await explainFullDisk('the cloud assembly', 0, () =>
      synthesize(app, { cwd: options.appFolder, outdir, context: contextOf(options) }),
    );
    const deployment = LocalDeployment.fromAssembly(outdir);
    const { sourceSetup: setup, appReadsScenario = false } = options;
    const isOfScenario = setup !== undefined && appReadsScenario;
    return runDeployment(
      deployment,
      isOfScenario ? { ...options, sourceSetup: withOwnerPolicies(setup, deployment) } : options,
    );
  });
}

/** Before anything is made: the files of the options, and the space for what they ask for. */
async function checkFiles({ file, onDisk, size = DEFAULT_SIZE, faults }: CopyRunOptions): Promise<void> {
  if (faults !== undefined) await requireReadable('--faults', faults);
  if (file !== undefined) return requireSpace(`--file ${file}`, await requireReadable('--file', file));
  if (onDisk === true) requireSpace(`--on-disk --size ${formatSize(size)}`, size);
}

/** The scenario app has no `env`, so it gets the account and Region that `LocalDeployment` takes by default. */
function contextOf(options: CopyRunOptions): Record<string, Json> {
  if (options.appReadsScenario !== true) return {};
  const { account, region } = SCENARIO_ENVIRONMENT;
  const arnOf = (id: string) => (id.startsWith('arn:') ? id : secretArn(id, region, account));
  const scenario = scenarioOf(options, options.sourceSetup, arnOf);
  return scenario === undefined ? {} : { [SCENARIO_CONTEXT]: JSON.parse(JSON.stringify(scenario)) as Json };
}

async function runDeployment(deployment: LocalDeployment, options: CopyRunOptions): Promise<CopyRun> {
  const stateMachine = deployment.stateMachine(options.stateMachine);
  if (!storesBytes(options)) return runWith(undefined, deployment, stateMachine, options);
  return withTemporaryFolder('mpcopy-', (dir) => runWith(dir, deployment, stateMachine, options));
}

/** @param dir folder for the objects of the embedded S3; undefined keeps them in memory */
async function runWith(
  dir: string | undefined,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const server = await S3Server.start({
    ...(dir !== undefined && { dir }),
    region: stateMachine.region,
    accountId: stateMachine.accountId,
    enforceIam: options.enforceIam,
    restoreSeconds: options.sourceSetup?.restoreSeconds,
    repeatCompleteSeconds: options.sourceSetup?.repeatCompleteSeconds,
    latePartsReopenUploads: options.sourceSetup?.latePartsReopenUploads,
    timeScale: 1 / (options.timeScale ?? DEFAULT_TIME_SCALE),
  });
  try {
    return await runOn(server, deployment, stateMachine, options);
  } finally {
    await server.close();
  }
}

/** Real bytes are kept on disk, since they may not fit into memory. */
function storesBytes({ file, onDisk }: CopyRunOptions): boolean {
  return file !== undefined || onDisk === true;
}

async function runOn(
  server: S3Server,
  deployment: LocalDeployment,
  stateMachine: DeployedStateMachine,
  options: CopyRunOptions,
): Promise<CopyRun> {
  const { sourceSetup: setup = {}, timeScale = DEFAULT_TIME_SCALE, onProgress } = options;
  const prepared = await prepareRun(server, deployment, stateMachine, options);
  setKeyStates(server, setup.kmsKeyStates ?? {}, stateMachine.accountId, stateMachine.region);
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
      bytes: bytesToCopy(server, prepared),
      onProgress,
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
