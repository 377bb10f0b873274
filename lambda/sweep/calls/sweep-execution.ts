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

/** Calls after the first one, and the delay between them. */
const MAX_REPETITIONS = 12;
const DELAY_MS = 5_000;

/** Aborts the uploads that an execution left behind. */
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
 * DescribeExecution is eventually consistent, so it can still return RUNNING. If the execution was redriven after the event, it does run, and
 * another event follows when it ends.
 *
 * @returns undefined if there is nothing to sweep
 * @throws if DescribeExecution still returns RUNNING after a minute, so that Lambda retries the invocation
 */
async function describeEnded(
  { s3, sfn }: Sweeper,
  { executionArn, redriveCount }: EndedExecution,
): Promise<DescribedExecution | undefined> {
  for (let call = 1; ; call++) {
    const described = await describeExecution(sfn, executionArn);
    if (described?.status !== 'RUNNING') return described;
    if ((described.redriveCount ?? 0) > redriveCount) return undefined;
    if (call > MAX_REPETITIONS) {
      throw new Error(
        `${executionArn} has ended, but DescribeExecution still returns RUNNING; Lambda retries the invocation`,
      );
    }
    await s3.time.sleep(DELAY_MS);
  }
}

/** Aborts the uploads whose IDs the execution knows. Only executions that started after its end can resume them. */
async function abortKnown(sweeper: Sweeper, ended: ExecutionUploads): Promise<SweepReport> {
  const { uploadIds, destination, stopDate } = ended;
  if (uploadIds.length === 0 || !destination) return NOTHING;
  const { bucket, key } = destination;
  const uploads = uploadIds.map((uploadId) => ({ bucket, key, uploadId, initiated: new Date(0) }));
  const others = await readRunning(sweeper, ended, stopDate!);
  return abortUnused(sweeper, destination, uploads, [ended, ...others]);
}

/** Aborts uploads whose IDs are unknown: created to the same key when an answer was lost, and not used by another execution. */
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

/** Clocks differ, and Step Functions does not record everything in order. */
const TOLERANCE_MS = 5_000;

/** The other running executions that started since then. */
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
