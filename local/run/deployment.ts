import { secretArn } from '../secrets';
import { type Json, LocalDeployment, synthesize } from '../workflow';
import { InvalidRun } from './errors';
import { type CopyRunOptions, DEFAULT_SIZE, putsSource } from './options';
import { withOwnerPolicies } from './owner-policies';
import { scenarioOf } from './scenario/derive';
import { SCENARIO_CONTEXT, SCENARIO_ENVIRONMENT } from './scenario/scenario';
import { formatSize } from './size';
import { requireReadable } from './source';
import { explainFullDisk, requireSpace, withTemporaryFolder } from './temporary';

/**
 * Provides the deployment of the app, assembly or template of the options while `use` runs.
 *
 * @param use gets the options, with the bucket policies that the app prints for other accounts
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export async function withDeployment<T, O extends CopyRunOptions>(
  options: O,
  use: (deployment: LocalDeployment, options: O) => Promise<T>,
): Promise<T> {
  await checkFiles(options);
  const { app, template, assembly, parameters = {} } = options;
  if (template !== undefined) return use(LocalDeployment.fromTemplate(template, { parameters }), options);
  if (assembly !== undefined) return use(LocalDeployment.fromAssembly(assembly, { parameters }), options);
  if (app === undefined) throw new InvalidRun('neither an app nor an assembly nor a template is given');
  options.onProgress?.({ phase: 'synthesize' });
  return withTemporaryFolder('cdk.out-', async (outdir) => {
    const { appFolder: cwd, appEnvironment: environment } = options;
    await explainFullDisk('the cloud assembly', 0, undefined, () =>
      synthesize(app, { cwd, outdir, context: contextOf(options), environment }),
    );
    const deployment = LocalDeployment.fromAssembly(outdir, { parameters });
    const { sourceSetup: setup, appReadsScenario = false } = options;
    const isOfScenario = setup !== undefined && appReadsScenario;
    return use(deployment, isOfScenario ? { ...options, sourceSetup: withOwnerPolicies(setup, deployment) } : options);
  });
}

/** First checks the files of the options, and the disk space that they need. */
async function checkFiles(options: CopyRunOptions): Promise<void> {
  const { file, size = DEFAULT_SIZE, faults, platformFaults, dir, endpoint } = options;
  if (faults !== undefined) await requireReadable('--faults', faults);
  if (platformFaults !== undefined) await requireReadable('--platform-faults', platformFaults);
  const fileSize = file === undefined ? undefined : await requireReadable('--file', file);
  if (endpoint !== undefined || !putsSource(options)) return;
  if (fileSize !== undefined) requireSpace(`--file ${file}`, fileSize, dir);
  else if (options.onDisk === true) requireSpace(`--on-disk --size ${formatSize(size)}`, size, dir);
}

/** The scenario app has no `env`, so it gets the default account and Region of `LocalDeployment`. */
function contextOf(options: CopyRunOptions): Record<string, Json> {
  if (options.appReadsScenario !== true) return {};
  const { account, region } = SCENARIO_ENVIRONMENT;
  const arnOf = (id: string) => (id.startsWith('arn:') ? id : secretArn(id, region, account));
  const scenario = scenarioOf(options, options.sourceSetup, arnOf);
  return scenario === undefined ? {} : { [SCENARIO_CONTEXT]: JSON.parse(JSON.stringify(scenario)) as Json };
}
