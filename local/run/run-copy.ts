import type { LocalDeployment } from '../workflow';
import { withDeployment } from './deployment';
import { runEmbedded } from './embedded-run';
import type { CopyRunOptions } from './options';
import { runAtEndpoint } from './remote/run';
import type { CopyRun } from './report';
import { withTemporaryFolder } from './temporary';

/**
 * Runs one copy through a synthesized template on this machine: its state machine, its bundled functions, and the
 * embedded S3 with its buckets.
 *
 * @throws InvalidRun, and the errors of `local/workflow` for an app or a template that cannot be run
 */
export function runCopy(options: CopyRunOptions): Promise<CopyRun> {
  return withDeployment(options, runDeployment);
}

async function runDeployment(deployment: LocalDeployment, options: CopyRunOptions): Promise<CopyRun> {
  const stateMachine = deployment.stateMachine(options.stateMachine);
  const { endpoint, dir } = options;
  if (endpoint !== undefined) return runAtEndpoint(endpoint, deployment, stateMachine, options);
  if (dir !== undefined || !storesBytes(options)) return runEmbedded(dir, deployment, stateMachine, options);
  return withTemporaryFolder('mpcopy-', (folder) => runEmbedded(folder, deployment, stateMachine, options));
}

/** Real bytes are stored on disk, since they may not fit into memory. */
function storesBytes({ file, onDisk }: CopyRunOptions): boolean {
  return file !== undefined || onDisk === true;
}
