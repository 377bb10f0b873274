import type { ExecutionStatus } from '@aws-sdk/client-sfn';
import { type DestinationObject, ErrorName, type Location } from '../../../lib/private/protocol';
import { SWEPT_STATUSES } from '../../../lib/private/protocol/sweeper';
import { isCopyError } from '../../shared/errors';
import type { ExecutionUploads } from '../execution-uploads';
import { join, NOTHING, type SweepReport } from '../report';
import type { OpenUpload } from '../verdict';
import { listExecutions, readUploads } from './executions';
import { listOwnUploads } from './list-own-uploads';
import { abortUnused, isLate, type Sweeper } from './sweeper';

/** Younger uploads are left to the sweep that follows the end of their execution. */
const MIN_AGE_MS = 60 * 60_000;

interface Found {
  readonly access: DestinationObject;
  readonly uploads: readonly OpenUpload[];
}

/** Aborts the uploads in all destinations that no execution uses or keeps. */
export async function sweepDestinations(sweeper: Sweeper): Promise<SweepReport> {
  let report = NOTHING;
  const found: Found[] = [];
  for (const location of sweeper.destinations) {
    try {
      found.push(await listOldUploads(sweeper, location));
    } catch (error) {
      if (isCopyError(error, ErrorName.BUCKET_NOT_FOUND)) continue;
      report = join(report, { ...NOTHING, problems: [(error as Error).message] });
    }
  }
  const all = found.flatMap(({ uploads }) => uploads);
  if (all.length === 0) return report;
  const oldest = Math.min(...all.map(({ initiated }) => initiated.getTime()));
  const executions = await readExecutions(sweeper, oldest);
  if (!executions) {
    const problem = `${all.length} uploads are left for the next sweep: there was no time to read all executions`;
    return join(report, { ...NOTHING, problems: [problem] });
  }
  for (const { access, uploads } of found) {
    report = join(report, await abortUnused(sweeper, access, uploads, executions));
  }
  return report;
}

async function listOldUploads({ s3, initiator, account }: Sweeper, location: Location): Promise<Found> {
  const { bucket, prefix, region, owner = account } = location;
  const access = { bucket, key: prefix, region, owner };
  const uploads = await listOwnUploads(s3, access, initiator);
  return { access, uploads: uploads.filter(({ initiated }) => initiated.getTime() <= s3.time.now() - MIN_AGE_MS) };
}

/**
 * Running executions are listed twice: one that is redriven between the calls may be in none of the other lists.
 */
const LISTED: readonly ExecutionStatus[] = ['RUNNING', ...SWEPT_STATUSES, 'RUNNING'];

/**
 * The executions that run, and those that may keep an upload.
 *
 * @param oldest when the first of the uploads was created, milliseconds since 1970
 * @returns undefined if there is no time for all
 */
export async function readExecutions(sweeper: Sweeper, oldest: number): Promise<ExecutionUploads[] | undefined> {
  const { sfn, stateMachineArn, keepForSeconds } = sweeper;
  const endedSince = Math.max(oldest, sfn.time.now() - keepForSeconds * 1000);
  const executions: ExecutionUploads[] = [];
  const running = new Set<string>();
  for (const status of LISTED) {
    for await (const execution of listExecutions(sfn, stateMachineArn, status)) {
      if (execution.stopDate && execution.stopDate.getTime() < endedSince) continue;
      if (running.has(execution.executionArn) && status === 'RUNNING') continue;
      if (status === 'RUNNING') running.add(execution.executionArn);
      if (isLate(sweeper)) return undefined;
      const uploads = await readUploads(sfn, execution);
      if (uploads) executions.push(uploads);
    }
  }
  return executions;
}
