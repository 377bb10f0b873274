import { secretArn } from '../secrets';
import { type Json, LocalDeployment, synthesize } from '../workflow';
import { runEmbedded } from './embedded-run';
import { InvalidRun } from './errors';
import { type CopyRunOptions, DEFAULT_SIZE, putsSource } from './options';
import { withOwnerPolicies } from './owner-policies';
import { runAtEndpoint } from './remote/run';
import type { CopyRun } from './report';
import { scenarioOf } from './scenario/derive';
import { SCENARIO_CONTEXT, SCENARIO_ENVIRONMENT } from './scenario/scenario';
import { formatSize } from './size';
import { requireReadable } from './source';
import { explainFullDisk, requireSpace, withTemporaryFolder } from './temporary';

/**
 * Runs one copy through a synthesized template on this machine: its state machine, its bundled functions, and the
 * embedded S3 with its buckets.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export async function runCopy(options: CopyRunOptions): Promise<CopyRun> {
  await checkFiles(options);
  const { parameters = {} } = options;
  if (options.template !== undefined)
    return runDeployment(LocalDeployment.fromTemplate(options.template, { parameters }), options);
  if (options.assembly !== undefined)
    return runDeployment(LocalDeployment.fromAssembly(options.assembly, { parameters }), options);
  const { app } = options;
  if (app === undefined) throw new InvalidRun('neither an app nor an assembly nor a template is given');
  options.onProgress?.({ phase: 'synthesize' });
  return withTemporaryFolder('cdk.out-', async (outdir) => {
    await explainFullDisk('the cloud assembly', 0, undefined, () =>
      synthesize(app, {
        cwd: options.appFolder,
        outdir,
        context: contextOf(options),
        environment: options.appEnvironment,
      }),
    );
    const deployment = LocalDeployment.fromAssembly(outdir, { parameters });
    const { sourceSetup: setup, appReadsScenario = false } = options;
    const isOfScenario = setup !== undefined && appReadsScenario;
    return runDeployment(
      deployment,
      isOfScenario ? { ...options, sourceSetup: withOwnerPolicies(setup, deployment) } : options,
    );
  });
}

/** Before anything is made: the files of the options, and the space for what they ask for. */
async function checkFiles(options: CopyRunOptions): Promise<void> {
  const { file, size = DEFAULT_SIZE, faults, platformFaults, dir, endpoint } = options;
  if (faults !== undefined) await requireReadable('--faults', faults);
  if (platformFaults !== undefined) await requireReadable('--platform-faults', platformFaults);
  const fileSize = file === undefined ? undefined : await requireReadable('--file', file);
  if (endpoint !== undefined || !putsSource(options)) return;
  if (fileSize !== undefined) requireSpace(`--file ${file}`, fileSize, dir);
  else if (options.onDisk === true) requireSpace(`--on-disk --size ${formatSize(size)}`, size, dir);
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
  const { endpoint, dir } = options;
  if (endpoint !== undefined) return runAtEndpoint(endpoint, deployment, stateMachine, options);
  if (dir !== undefined || !storesBytes(options)) return runEmbedded(dir, deployment, stateMachine, options);
  return withTemporaryFolder('mpcopy-', (folder) => runEmbedded(folder, deployment, stateMachine, options));
}

/** Real bytes are kept on disk, since they may not fit into memory. */
function storesBytes({ file, onDisk }: CopyRunOptions): boolean {
  return file !== undefined || onDisk === true;
}
