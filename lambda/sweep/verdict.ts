import type { TimeWindow } from '../../lib/private/protocol';
import type { ExecutionUploads } from './execution-uploads';

/** An upload that S3 lists and that this workflow created. */
export interface OpenUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  readonly initiated: Date;
}

/** `IN_USE`: a running execution uses it, or may use it. `KEPT`: it is kept for an execution that resumes it. */
export type Verdict = 'ABORT' | 'IN_USE' | 'KEPT';

/** Clocks of S3 and of Step Functions may differ a little. */
const TOLERANCE_MS = 5_000;

/**
 * Decides whether an upload is aborted. In doubt, it is not.
 *
 * @param executions the running ones, and those that ended within `keepForSeconds`
 */
export function verdictOn(
  upload: OpenUpload,
  executions: readonly ExecutionUploads[],
  { now, keepForSeconds }: { readonly now: Date; readonly keepForSeconds: number },
): Verdict {
  const running = executions.filter(({ status }) => status === 'RUNNING');
  if (running.some((execution) => mayUse(execution, upload))) return 'IN_USE';
  const ended = executions.filter(({ status }) => status !== 'RUNNING');
  return ended.some((execution) => keepsUntil(execution, upload, keepForSeconds) > now.getTime()) ? 'KEPT' : 'ABORT';
}

/** A running execution that does not know its upload yet may have created this one, or may resume it. */
export function mayUse(
  { destination, uploadIds, resumeUploadId, startDate }: ExecutionUploads,
  upload: OpenUpload,
): boolean {
  if (resumeUploadId === upload.uploadId) return true;
  if (uploadIds.length > 0) return uploadIds.includes(upload.uploadId);
  const isSameKey = !destination || (destination.bucket === upload.bucket && destination.key === upload.key);
  return isSameKey && upload.initiated.getTime() >= startDate.getTime() - TOLERANCE_MS;
}

/** Milliseconds since 1970; 0 if the execution does not keep the upload. */
export function keepsUntil(
  { keeps, stopDate, uploadIds }: ExecutionUploads,
  { uploadId }: Pick<OpenUpload, 'uploadId'>,
  keepForSeconds: number,
): number {
  return keeps && stopDate && uploadIds.includes(uploadId) ? stopDate.getTime() + keepForSeconds * 1000 : 0;
}

/** Whether an execution may have created an upload without receiving its ID. */
export function isLost({ destination, uploadIds, lost }: ExecutionUploads, upload: OpenUpload): boolean {
  return (
    destination?.bucket === upload.bucket &&
    destination.key === upload.key &&
    !uploadIds.includes(upload.uploadId) &&
    lost.some((window) => isAbout(upload.initiated, window))
  );
}

function isAbout(date: Date, { from, to }: TimeWindow): boolean {
  return date.getTime() >= Date.parse(from) - TOLERANCE_MS && date.getTime() <= Date.parse(to) + TOLERANCE_MS;
}
