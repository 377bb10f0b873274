import { DirectoryInUseError, S3Server, S3ServerError } from '../s3';
import type { DeployedStateMachine } from '../workflow';
import type { RunClock } from './clock';
import { InvalidRun, ResourceUnavailable } from './errors';
import type { CopyRunOptions } from './options';

/**
 * Starts the embedded S3 of a run.
 *
 * @param dir folder for buckets and objects; undefined keeps them in memory
 * @throws InvalidRun if the folder cannot be used, ResourceUnavailable if another server uses it
 */
export async function startEmbeddedS3(
  dir: string | undefined,
  clock: RunClock,
  { region, accountId }: DeployedStateMachine,
  { enforceIam, latency, sourceSetup }: CopyRunOptions,
): Promise<S3Server> {
  const { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads } = sourceSetup ?? {};
  const simulation = { restoreSeconds, repeatCompleteSeconds, latePartsReopenUploads };
  const options = { region, accountId, enforceIam, latency, clock, ...simulation };
  try {
    return await S3Server.start({ ...options, ...(dir !== undefined && { dir }) });
  } catch (error) {
    if (error instanceof DirectoryInUseError) {
      throw new ResourceUnavailable(
        `--dir ${dir} is in use; end the mpcopy that uses it, or specify its --endpoint instead`,
      );
    }
    if (dir === undefined || error instanceof S3ServerError) throw error;
    throw new InvalidRun(`--dir ${dir} cannot be used: ${(error as Error).message}`);
  }
}
