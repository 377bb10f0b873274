import { ErrorName } from '../../../lib/private/protocol';
import { isCopyError } from '../../shared/errors';
import { LATE_REQUEST_MS } from '../../shared/time-window';
import type { EndedExecution } from '../event';
import type { DescribedExecution, ExecutionUploads } from '../execution-uploads';
import { join, NOTHING, type SweepReport } from '../report';
import { isLost, type OpenUpload } from '../verdict';
import { describeExecution, listExecutions, readUploads } from './executions';
import { listOwnUploads } from './list-own-uploads';
import { abortUnused, type Sweeper } from './sweeper';

/** Looks after the first one, and the time between them. */
const LOOKS = 12;
const LOOK_AGAIN_MS = 5_000;

/** Aborts what an execution that has ended left behind. */
export async function sweepExecution(sweeper: Sweeper, execution: EndedExecution): Promise<SweepReport> {
  const { s3, sfn } = sweeper;
  const described = await describeEnded(sweeper, execution);
  if (!described) return NOTHING;
  const ended = await readUploads(sfn, described);
  if (!ended?.destination) return NOTHING;
  const first = await abortKnown(sweeper, ended);
  const mayBeReopened = ended.hadPartsInFlight && first.kept.length + first.inUse.length === 0;
  if (!mayBeReopened && ended.lost.length === 0) return first;
  await s3.time.sleep(
    Math.max(mayBeReopened ? ended.settleSeconds * 1000 : 0, ended.lost.length > 0 ? LATE_REQUEST_MS : 0),
  );
  // S3 may store a part after the abort, and the upload then exists until it is aborted once more.
  const again = mayBeReopened ? await abortKnown(sweeper, ended) : NOTHING;
  return join(first, again, await abortLost(sweeper, ended));
}

/**
 * DescribeExecution is eventually consistent, so an execution that has ended can still be RUNNING there. One that was redriven since runs
 * indeed, and its next event is for the sweeper.
 *
 * @returns undefined if there is nothing to sweep
 * @throws if the end cannot be seen within a minute, so that Lambda tries again
 */
async function describeEnded(
  { s3, sfn }: Sweeper,
  { executionArn, redriveCount }: EndedExecution,
): Promise<DescribedExecution | undefined> {
  for (let look = 1; ; look++) {
    const described = await describeExecution(sfn, executionArn);
    if (described?.status !== 'RUNNING') return described;
    if ((described.redriveCount ?? 0) > redriveCount) return undefined;
    if (look > LOOKS) throw new Error(`${executionArn} has ended, and DescribeExecution still says that it is RUNNING`);
    await s3.time.sleep(LOOK_AGAIN_MS);
  }
}

/** By their ids. Only an execution that started later can go on with them. */
async function abortKnown(sweeper: Sweeper, ended: ExecutionUploads): Promise<SweepReport> {
  const { uploadIds, destination, stopDate } = ended;
  if (uploadIds.length === 0 || !destination) return NOTHING;
  const { bucket, key } = destination;
  const uploads = uploadIds.map((uploadId) => ({ bucket, key, uploadId, initiated: new Date(0) }));
  const others = await readRunning(sweeper, ended, stopDate!);
  return abortUnused(sweeper, destination, uploads, [ended, ...others]);
}

/** Begun when the answer was lost, to the same key, by nobody else. */
async function abortLost(sweeper: Sweeper, ended: ExecutionUploads): Promise<SweepReport> {
  const { s3, initiator } = sweeper;
  const { destination, lost } = ended;
  if (lost.length === 0 || !destination) return NOTHING;
  let uploads: OpenUpload[];
  try {
    const all = await listOwnUploads(s3, { ...destination, customerKey: undefined }, initiator);
    uploads = all.filter((upload) => isLost(ended, upload));
  } catch (error) {
    if (isCopyError(error, ErrorName.BUCKET_NOT_FOUND)) return NOTHING;
    throw error;
  }
  if (uploads.length === 0) return NOTHING;
  return abortUnused(sweeper, destination, uploads, await readRunning(sweeper, ended, new Date(0)));
}

/** Clocks, and the order in which Step Functions records what happens. */
const TOLERANCE_MS = 5_000;

/** The other executions that run, as far as they started since. */
async function readRunning(
  { sfn, stateMachineArn }: Sweeper,
  { executionArn }: ExecutionUploads,
  since: Date,
): Promise<ExecutionUploads[]> {
  const running: ExecutionUploads[] = [];
  for await (const execution of listExecutions(sfn, stateMachineArn, 'RUNNING')) {
    if (execution.startDate.getTime() < since.getTime() - TOLERANCE_MS) break;
    if (execution.executionArn === executionArn) continue;
    const uploads = await readUploads(sfn, execution);
    if (uploads) running.push(uploads);
  }
  return running;
}
