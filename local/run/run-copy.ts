import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Server } from '../s3';
import { secretArn } from '../secrets';
import { type DeployedStateMachine, type Json, LocalDeployment, synthesize } from '../workflow';
import { InvalidRun } from './errors';
import { execute } from './execute';
import { inspectRun } from './inspect-run';
import type { CopyRunOptions } from './options';
import { withOwnerPolicies } from './owner-policies';
import { loadFaults, prepareRun } from './prepare-run';
import type { CopyRun } from './report';
import { SCENARIO_CONTEXT, SCENARIO_ENVIRONMENT, scenarioOf } from './scenario/scenario';
import { serveSecrets } from './secrets';

const DEFAULT_TIME_SCALE = 10;

/**
 * Runs one copy through a synthesized template on this machine: its state machine, its bundled functions, and the
 * embedded S3 with its buckets.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export async function runCopy(options: CopyRunOptions): Promise<CopyRun> {
  if (options.template !== undefined) return runDeployment(LocalDeployment.fromTemplate(options.template), options);
  if (options.assembly !== undefined) return runDeployment(LocalDeployment.fromAssembly(options.assembly), options);
  if (options.app === undefined) throw new InvalidRun('neither an app nor an assembly nor a template is given');
  const outdir = await mkdtemp(join(tmpdir(), 'cdk.out-'));
  try {
    await synthesize(options.app, { cwd: options.appFolder, outdir, context: contextOf(options) });
    const deployment = LocalDeployment.fromAssembly(outdir);
    const { sourceSetup: setup, appReadsScenario = false } = options;
    const isOfScenario = setup !== undefined && appReadsScenario;
    return await runDeployment(
      deployment,
      isOfScenario ? { ...options, sourceSetup: withOwnerPolicies(setup, deployment) } : options,
    );
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
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
  const dir = storesBytes(options) ? await mkdtemp(join(tmpdir(), 'mpcopy-')) : undefined;
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
    return await inspectRun(server, execution, prepared);
  } finally {
    await secrets.close();
  }
}
