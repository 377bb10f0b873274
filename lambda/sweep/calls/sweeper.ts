import { type DestinationObject, ErrorName, type Location } from '../../../lib/private/protocol';
import type { SweeperSettings } from '../../../lib/private/protocol/sweeper';
import { abortUntilGone } from '../../shared/calls/abort-upload';
import { uploadExists } from '../../shared/calls/list-parts';
import type { S3 } from '../../shared/calls/s3';
import { describeObject } from '../../shared/describe-object';
import { isCopyError, isTransient } from '../../shared/errors';
import type { ExecutionUploads } from '../execution-uploads';
import { join, NOTHING, type SweepReport } from '../report';
import { type OpenUpload, verdictOn } from '../verdict';
import type { StepFunctions } from './executions';

/** The clients and settings of a sweep. */
export interface Sweeper extends SweeperSettings {
  readonly s3: S3;
  readonly sfn: StepFunctions;
  readonly destinations: readonly Location[];
  /** When the sweep has to be done. Milliseconds since 1970. */
  readonly deadline: number;
}

/** Whether the rest is left for the next sweep. */
export function isLate({ s3, deadline }: Sweeper): boolean {
  return s3.time.now() >= deadline;
}

/** Aborts those of the uploads that no execution uses or keeps. */
export async function abortUnused(
  sweeper: Sweeper,
  access: DestinationObject,
  uploads: readonly OpenUpload[],
  executions: readonly ExecutionUploads[],
): Promise<SweepReport> {
  const { s3, keepForSeconds } = sweeper;
  let report = NOTHING;
  for (const upload of uploads) {
    const { key, uploadId } = upload;
    const verdict = verdictOn(upload, executions, { now: new Date(s3.time.now()), keepForSeconds });
    if (verdict === 'KEPT') report = join(report, { ...NOTHING, kept: [uploadId] });
    if (verdict === 'IN_USE') report = join(report, { ...NOTHING, inUse: [uploadId] });
    if (verdict === 'ABORT') report = join(report, await abort(sweeper, { ...access, key }, uploadId));
  }
  return report;
}

/** S3 needs no customer-provided key (SSE-C) to abort an upload, and the sweeper has no permission to read one. */
async function abort(sweeper: Sweeper, destination: DestinationObject, uploadId: string): Promise<SweepReport> {
  const named = `upload ${uploadId} to ${describeObject(destination)}`;
  if (isLate(sweeper)) return { ...NOTHING, problems: [`${named} is left for the next sweep`] };
  try {
    const withoutKey = { ...destination, customerKey: undefined };
    // Most executions have aborted or completed their upload themselves.
    if (!(await mayExist(sweeper.s3, withoutKey, uploadId))) return NOTHING;
    const problem = await abortUntilGone(sweeper.s3, withoutKey, uploadId);
    return problem === undefined
      ? { ...NOTHING, aborted: [uploadId] }
      : { ...NOTHING, problems: [`${named} may be left: ${problem}`] };
  } catch (error) {
    return { ...NOTHING, problems: [`${named} may be left: ${(error as Error).message}`] };
  }
}

/** Whether an upload may still exist. S3 lists the parts of an encrypted upload only to roles with permissions on the key, unlike the sweeper. */
async function mayExist(s3: S3, destination: DestinationObject, uploadId: string): Promise<boolean> {
  try {
    return await uploadExists(s3, { destination, upload: { uploadId } });
  } catch (error) {
    if (isTransient(error)) throw error;
    return !isCopyError(error, ErrorName.BUCKET_NOT_FOUND);
  }
}
