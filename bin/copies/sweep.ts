import { priceOf, STORAGE } from '../../lib/private/estimates/prices';
import { isObject, parseObject } from '../report/model/json';
import type { CopyProgress } from './copy-progress';

/** A multipart upload that is neither completed nor aborted. */
export interface OpenUpload {
  readonly bucket: string;
  readonly key: string;
  readonly uploadId: string;
  /** Milliseconds since 1970. */
  readonly initiatedAt: number;
  /** ARN of the user or the role's session that has created it. */
  readonly initiator: string;
  readonly storageClass: string;
}

/** An upload whose parts have been listed. */
export interface StoredUpload extends OpenUpload {
  /** Of all parts. */
  readonly bytes: number;
  readonly parts: number;
}

/**
 * `LEFT`: nothing will use it. `KEPT`: its execution failed and kept it, for another one to go on with. `RUNNING`: its execution runs, or
 * may.
 */
export type UploadState = 'LEFT' | 'KEPT' | 'RUNNING';

export interface WorkflowUpload extends OpenUpload {
  readonly state: UploadState;
  /** ARN of the execution that has created it, or that goes on with it. Absent: Step Functions no longer knows it. */
  readonly execution?: string;
}

/** What tells the uploads of a workflow from others. */
export interface Ownership {
  /** Name of the function that creates uploads. Sessions of Lambda functions are called like the function. */
  readonly beginFunction: string;
  /** Executions that run, and those that did not succeed. */
  readonly executions: readonly ExecutionUpload[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is known of the upload of an execution. */
export type ExecutionUpload = Pick<
  CopyProgress,
  'executionArn' | 'status' | 'startedAt' | 'uploadId' | 'destination' | 'error' | 'input'
>;

/** An upload of which no execution is known is left alone while it is younger: an execution may not be listed yet. */
const MIN_AGE_MS = 60 * 60 * 1000;

/** The uploads of the workflow among those of a bucket. Those of anybody else are not among them. */
export function uploadsOfWorkflow(uploads: readonly OpenUpload[], ownership: Ownership): WorkflowUpload[] {
  // The first of those that were read twice: it was running.
  const byId = new Map([...ownership.executions].reverse().map((execution) => [execution.uploadId, execution]));
  return uploads.flatMap((upload): WorkflowUpload[] => {
    const execution = byId.get(upload.uploadId);
    if (execution !== undefined) {
      return [{ ...upload, state: stateOf(execution), execution: execution.executionArn }];
    }
    if (!isSessionOf(upload.initiator, ownership.beginFunction)) return [];
    return [{ ...upload, state: mayBeRunning(upload, ownership) ? 'RUNNING' : 'LEFT' }];
  });
}

function stateOf(execution: ExecutionUpload): UploadState {
  if (execution.status === 'RUNNING' || execution.status === 'PENDING_REDRIVE') return 'RUNNING';
  const { options } = parseObject(execution.input) ?? {};
  const isKept = isObject(options) && options.onFailure === 'KEEP';
  // An execution that fails by itself aborts its upload, unless it keeps it.
  const hasAborted = execution.status === 'FAILED' && execution.error !== 'AbortFailed';
  return isKept || hasAborted ? 'KEPT' : 'LEFT';
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/FUNCTION` */
function isSessionOf(initiator: string, functionName: string): boolean {
  const [, session] = /^arn:[^:]+:sts::\d{12}:assumed-role\/[^/]+\/([^/]+)$/.exec(initiator) ?? [];
  return session !== undefined && session === functionName;
}

/** Whether an execution that runs may have created the upload, of which it has not told yet. */
function mayBeRunning(upload: OpenUpload, { executions, now }: Ownership): boolean {
  if (now - upload.initiatedAt < MIN_AGE_MS) return true;
  return executions.some(
    ({ status, startedAt, uploadId, destination }) =>
      status === 'RUNNING' &&
      uploadId === undefined &&
      startedAt <= upload.initiatedAt &&
      (destination === undefined || (destination.bucket === upload.bucket && destination.key === upload.key)),
  );
}

const BYTES_PER_GB = 1024 ** 3;

/** US dollars at list prices; undefined if the storage class has no price in the table. */
export function monthlyUSD({ bytes, storageClass }: Pick<StoredUpload, 'bytes' | 'storageClass'>): number | undefined {
  const price = Object.hasOwn(STORAGE, storageClass) ? STORAGE[storageClass] : undefined;
  return price && priceOf(bytes / BYTES_PER_GB, price);
}

/** Name of the function of a Task state. @param definition Amazon States Language */
export function functionOfState(definition: string, state: string): string | undefined {
  const { States } = parseObject(definition) ?? {};
  const task = isObject(States) && Object.hasOwn(States, state) ? JSON.stringify(States[state]) : '';
  return /:function:([\w-]+)/.exec(task)?.[1];
}
